"""Reads that several pages need."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Row, and_, exists, func, null, select

from motcua_hub.store import schema
from motcua_hub.web.status import Beat, Part

INGEST = "ingest"
_PartRows = Sequence[Row[str, str, str, str, int, str, int | None]]


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


def parts(connection: Connection, site: str | None = None) -> dict[str, list[Part]]:
    """The components of every site (or of one): live reports, else what the journal last said."""
    found: dict[str, list[Part]] = {}
    for of, component, state, code, since, detail, heard in (
        *_reported(connection, site),
        *_journalled(connection, site),
    ):
        part = Part(component, state, code, since, detail, heard)
        found.setdefault(of, []).append(part)
    return found


def _reported(connection: Connection, site: str | None) -> _PartRows:
    h = schema.health_report.c
    statement = select(
        h.site, h.component, h.state, h.code, h.since, h.detail, h.received_at.label("heard_at")
    )
    statement = statement.where(h.site == site) if site else statement
    return connection.execute(statement).all()


def _journalled(connection: Connection, site: str | None) -> _PartRows:
    d, h = schema.device_health.c, schema.health_report.c
    reported = exists().where(and_(h.site == d.site, h.component == d.component))
    heard = null().label("heard_at")
    columns = (d.site, d.component, d.state, d.code, d.since, d.detail, heard)
    statement = select(*columns).where(~reported)
    statement = statement.where(d.site == site) if site else statement
    return connection.execute(statement).all()


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
        statement = statement.where(i.c.status == "open")
    if site is not None:
        statement = statement.where(i.c.site == site)
    return tuple(OpenIncident(**row) for row in connection.execute(statement).mappings())
