"""Incidents: at most one open for a site, kind and subject; seen again, it counts."""

from enum import StrEnum

import msgspec
from sqlalchemy import Connection, and_, select, update

from motcua_hub.store import schema

table = schema.incident


class Kind(StrEnum):
    """What ingest and backup raise. Links and devices get theirs from the ledger."""

    GAP = "gap"
    CONFLICT = "conflict"
    DUPLICATE_IDENTITY = "duplicate_identity"
    ROLLED_BACK = "rolled_back"
    POISON = "poison"
    QUARANTINE = "quarantine"
    BACKUP_FAILED = "backup_failed"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `status` is `open` or `closed`; times are UTC ms."""

    id: int
    site: str
    kind: str
    subject: str
    status: str
    opened_at: int
    last_at: int
    closed_at: int | None
    closed_by: str | None
    count: int
    detail: str


def raise_incident(
    connection: Connection, site: str, kind: Kind, now: int, *, subject: str = "", detail: str = ""
) -> None:
    """Open an incident, or count it once more when it is open already. The site is locked."""
    same = and_(
        table.c.site == site,
        table.c.kind == kind.value,
        table.c.subject == subject,
        table.c.status == "open",
    )
    seen = connection.execute(
        update(table)
        .where(same)
        .values(count=table.c["count"] + 1, last_at=now, detail=detail[:4000])
    )
    if seen.rowcount == 0:
        connection.execute(
            table.insert().values(
                site=site,
                kind=kind.value,
                subject=subject,
                opened_at=now,
                last_at=now,
                detail=detail[:4000],
            )
        )


def close_incident(connection: Connection, incident_id: int, now: int, by: str) -> bool:
    """Close an open incident; False when there is none with that id."""
    closed = connection.execute(
        update(table)
        .where(table.c.id == incident_id, table.c.status == "open")
        .values(status="closed", closed_at=now, closed_by=by)
    )
    return closed.rowcount == 1


def list_incidents(
    connection: Connection, *, status: str | None = None, site: str | None = None, limit: int = 500
) -> list[Incident]:
    """Newest first."""
    query = select(table).order_by(table.c.opened_at.desc(), table.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(table.c.status == status)
    if site is not None:
        query = query.where(table.c.site == site)
    return [Incident(**row) for row in connection.execute(query).mappings()]
