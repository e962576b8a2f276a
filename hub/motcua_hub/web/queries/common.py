"""Reads that several pages need."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.domain.health.component import Part
from motcua_hub.store import schema
from motcua_hub.web.queries import health
from motcua_hub.web.status import Beat

INGEST = "ingest"


class OpenIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `incident`; times are UTC ms, `closed_at` None while it is open."""

    id: int
    site: str
    site_name: str
    kind: str
    subject: str
    status: str
    opened_at: int
    last_at: int
    closed_at: int | None
    count: int
    detail: str


_INCIDENT_COLUMNS = tuple(n for n in OpenIncident.__struct_fields__ if n != "site_name")


def beats(connection: Connection) -> tuple[Beat, ...]:
    """The last sign of life of every process of the hub."""
    b = schema.heartbeat.c
    rows = connection.execute(select(b.process, b.at, b.connected, b.lag_s).order_by(b.process))
    return tuple(Beat(**row) for row in rows.mappings())


def ingest_beat(all_beats: Sequence[Beat]) -> Beat | None:
    """The beat that decides whether silence of a site means anything."""
    return next((beat for beat in all_beats if beat.process == INGEST), None)


def parts(connection: Connection, site: str) -> dict[str, list[Part]]:
    """The components of a site, by site."""
    return {site: health.parts(connection, site)}


def incidents(
    connection: Connection, *, open_only: bool, site: str | None = None, limit: int = 500
) -> tuple[OpenIncident, ...]:
    """Incidents, newest first; those of one site when it is given."""
    i, s = schema.incident, schema.site
    statement = (
        select(
            *(i.c[name] for name in _INCIDENT_COLUMNS),
            func.coalesce(s.c.name, "").label("site_name"),
        )
        .select_from(i.outerjoin(s, s.c.id == i.c.site))
        .order_by(i.c.opened_at.desc(), i.c.id.desc())
        .limit(limit)
    )
    if open_only:
        statement = statement.where(i.c.status != "closed")
    if site is not None:
        statement = statement.where(i.c.site == site)
    return tuple(OpenIncident(**row) for row in connection.execute(statement).mappings())
