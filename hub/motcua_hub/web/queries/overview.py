"""Everything the overview needs of all sites: as many statements however many sites there are."""

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.store import schema
from motcua_hub.web.queries import common, health
from motcua_hub.web.status import Beat


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A site as it is registered, and what it last said of itself (times UTC ms)."""

    id: str
    name: str = ""
    status: str | None = None
    status_at: int | None = None
    status_why: str = ""
    seen_at: int | None = None
    clock: str | None = None
    business_day: str = ""
    about: str | None = None
    metrics: str | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets of one site and business day."""

    issued: int
    served: int
    waiting: int


class OverviewFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored; what it means is said by `views.overview`."""

    sites: tuple[SiteRow, ...]
    figures: dict[str, Figures]
    health: dict[str, health.Told]
    names: dict[tuple[str, str], str]
    flapping: set[tuple[str, str]]
    incidents: dict[str, int]
    ingest: Beat | None


def read(connection: Connection, today: str, now: int) -> OverviewFacts:
    """All sites that are not closed at `now` (UTC ms), with the figures of day `today`."""
    return OverviewFacts(
        sites=_sites(connection),
        figures=_figures(connection, today),
        health=health.overview(connection, now),
        names=health.names(connection, now),
        flapping=health.flapping(connection, now),
        incidents=_open_incidents(connection),
        ingest=common.ingest_beat(common.beats(connection)),
    )


def _sites(connection: Connection) -> tuple[SiteRow, ...]:
    s, v = schema.site.c, schema.site_live.c
    known = {row.id: row for row in connection.execute(select(s.id, s.name, s.closed_at)).all()}
    live = select(
        v.site,
        v.status,
        v.status_at,
        v.status_why,
        v.last_seen_at,
        v.clock,
        v.business_day,
        v.about,
        v.metrics,
    )
    rows = {
        row.site: SiteRow(
            id=row.site,
            name=known[row.site].name if row.site in known else "",
            status=row.status,
            status_at=row.status_at,
            status_why=row.status_why,
            seen_at=row.last_seen_at,
            clock=row.clock,
            business_day=row.business_day,
            about=row.about,
            metrics=row.metrics,
        )
        for row in connection.execute(live)
    }
    for site, row in known.items():
        rows.setdefault(site, SiteRow(id=site, name=row.name))
    open_sites = (
        row for row in rows.values() if row.id not in known or not known[row.id].closed_at
    )
    return tuple(sorted(open_sites, key=lambda row: row.id))


def _figures(connection: Connection, today: str) -> dict[str, Figures]:
    q = schema.queue_day.c
    # the key begins with the site: without it years of days would be read for this one
    known = select(schema.site_live.c.site)
    statement = (
        select(
            q.site,
            func.sum(q.issued).label("issued"),
            func.sum(q.served).label("served"),
            func.sum(q.waiting).label("waiting"),
        )
        .where(q.site.in_(known), q.day == today)
        .group_by(q.site)
    )
    return {
        row.site: Figures(issued=int(row.issued), served=int(row.served), waiting=int(row.waiting))
        for row in connection.execute(statement)
    }


def _open_incidents(connection: Connection) -> dict[str, int]:
    i = schema.incident.c
    statement = select(i.site, func.count().label("n")).where(i.status != "closed").group_by(i.site)
    return {row.site: row.n for row in connection.execute(statement)}
