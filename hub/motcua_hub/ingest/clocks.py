"""Clock fits of a site's boots: kept, and written beside the events they date."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select, update

from motcua_contract.messages import Event
from motcua_contract.vocabulary import ClockState
from motcua_hub.domain import clock
from motcua_hub.domain.clock import Fit
from motcua_hub.store import schema
from motcua_hub.store.lookup import rows_by
from motcua_hub.store.upsert import put

table = schema.clock_offset
_KEY = (table.c.site, table.c.boot)
_FIT = (table.c.rank, table.c.low, table.c.high, table.c.samples)
_COLUMNS = (*_KEY, *_FIT, table.c.applied_offset, table.c.applied_error)
Applied = tuple[int | None, int | None]
Boot = tuple[str, str]
"""Site and boot."""


def samples(site: str, events: Iterable[Event], fits: dict[Boot, Fit]) -> None:
    """Add to `fits` what events of a site tell by themselves."""
    offsets: dict[tuple[str, ClockState], list[int]] = {}
    for event in events:
        offsets.setdefault((event.boot, event.clock), []).append(event.t_wall - event.t_mono)
    for (boot, state), some in offsets.items():
        fit = clock.merge(fits.get((site, boot)), clock.samples(state, some))
        if fit is not None:
            fits[site, boot] = fit


def _load(connection: Connection, boots: Sequence[Boot]) -> dict[Boot, tuple[Fit, Applied]]:
    found: dict[Boot, tuple[Fit, Applied]] = {}
    for row in rows_by(connection, _KEY, _COLUMNS, boots):
        site, boot, rank, low, high, samples, offset, error = row
        found[site, boot] = (Fit(rank, low, high, samples), (offset, error))
    return found


def _annotate(connection: Connection, boot: Boot, fit: Fit) -> None:
    """Date a boot's events anew; its incarnations lead to them by an index."""
    event, stream = schema.event, schema.stream
    site, name = boot
    jids = select(stream.c.jid).where(stream.c.site == site, stream.c.boot == name)
    connection.execute(
        update(event)
        .where(event.c.site == site, event.c.jid.in_(jids), event.c.boot == name)
        .values(best_time=event.c.t_mono + fit.offset, best_error=fit.error)
    )


def refit(
    connection: Connection, boots: Sequence[Boot], news: Mapping[Boot, Fit]
) -> dict[Boot, Fit]:
    """Merge new samples in, date earlier events anew where that matters; return fits by boot."""
    known = _load(connection, boots)
    fits: dict[Boot, Fit] = {boot: fit for boot, (fit, _) in known.items()}
    rows = []
    for boot, sample in news.items():
        before, (offset, error) = known.get(boot, (None, (None, None)))
        fit = clock.merge(before, sample) or sample
        if clock.must_reannotate(offset, error, fit):
            _annotate(connection, boot, fit)
            offset, error = fit.offset, fit.error
        fits[boot] = fit
        key = {"site": boot[0], "boot": boot[1], "rank": fit.rank, "low": fit.low}
        more = {"samples": fit.samples, "applied_offset": offset, "applied_error": error}
        rows.append({**key, "high": fit.high, **more})
    put(connection, table, rows)
    return fits
