"""Clock fits of a site's boots: kept, and written beside the events they date."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from motcua_contract.messages import Event
from motcua_hub.domain import clock
from motcua_hub.domain.clock import Fit
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table = schema.clock_offset
Applied = tuple[int | None, int | None]


def samples(events: Iterable[Event]) -> dict[str, Fit]:
    """The fit that events tell by themselves, by boot."""
    fits: dict[str, Fit] = {}
    for event in events:
        fit = clock.merge(
            fits.get(event.boot), clock.sample(event.clock, event.t_mono, event.t_wall)
        )
        if fit is not None:
            fits[event.boot] = fit
    return fits


def _load(
    connection: Connection, site: str, boots: Sequence[str]
) -> dict[str, tuple[Fit, Applied]]:
    query = select(table).where(table.c.site == site, table.c.boot.in_(boots))
    return {
        row["boot"]: (
            Fit(row["rank"], row["low"], row["high"], row["samples"]),
            (row["applied_offset"], row["applied_error"]),
        )
        for row in connection.execute(query).mappings()
    }


def _annotate(connection: Connection, site: str, boot: str, fit: Fit) -> None:
    """Date a boot's events anew; its incarnations lead to them by an index."""
    event, stream = schema.event, schema.stream
    jids = select(stream.c.jid).where(stream.c.site == site, stream.c.boot == boot)
    connection.execute(
        update(event)
        .where(event.c.site == site, event.c.jid.in_(jids), event.c.boot == boot)
        .values(best_time=event.c.t_mono + fit.offset, best_error=fit.error)
    )


def refit(
    connection: Connection, site: str, boots: Sequence[str], news: dict[str, Fit]
) -> dict[str, Fit]:
    """Merge new samples in, date earlier events anew where that matters; return fits by boot."""
    known = _load(connection, site, boots)
    fits: dict[str, Fit] = {boot: fit for boot, (fit, _) in known.items()}
    for boot, sample in news.items():
        before, (offset, error) = known.get(boot, (None, (None, None)))
        fit = clock.merge(before, sample) or sample
        if clock.must_reannotate(offset, error, fit):
            _annotate(connection, site, boot, fit)
            offset, error = fit.offset, fit.error
        fits[boot] = fit
        row = {"site": site, "boot": boot, "rank": fit.rank, "low": fit.low, "high": fit.high}
        more = {"samples": fit.samples, "applied_offset": offset, "applied_error": error}
        put(connection, table, [{**row, **more}])
    return fits
