"""Incidents as notices see them: names instead of ids, and what is not known left out."""

from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import RowMapping

from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.notice.model import Outage, TargetKind
from motcua_hub.store import schema

_THOUSAND: Final = 1000
_WANTED: Final = (
    "id",
    "site",
    "kind",
    "subject",
    "target",
    "target_kind",
    "parent",
    "severity",
    "cause",
    "confidence",
    "provisional",
    "onset_at",
    "opened_at",
    "confirmed_at",
    "restored_at",
    "repair_due_at",
    "force_majeure",
    "workaround",
    "carrier_case",
)


def _sites(connection: Connection, row: RowMapping) -> tuple[str, ...]:
    """Names of the offices that it or what it explains is about."""
    i, s = schema.incident.c, schema.site.c
    name = func.coalesce(func.nullif(s.name, ""), s.id)
    query = (
        select(name)
        .join(schema.incident, i.site == s.id)
        .where((i.id == row["id"]) | (i.parent == row["id"]))
        .distinct()
    )
    return tuple(sorted(connection.scalars(query)))


def _system(connection: Connection, row: RowMapping) -> str:
    target = schema.target.c
    name = connection.scalar(select(target.name).where(target.id == row["target"]))
    return str(name or row["subject"] or row["target"] or row["kind"])


def _kind(text: str) -> TargetKind:
    return TargetKind(text) if text in set(TargetKind) else TargetKind.OTHER


def outage_of(connection: Connection, incident: int) -> Outage | None:
    """One incident; None when there is none."""
    i = schema.incident.c
    query = select(*(i[name] for name in _WANTED)).where(i.id == incident)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    cause = Cause(row["cause"]) if row["cause"] in set(Cause) else Cause.UNKNOWN
    return Outage(
        incident=row["id"],
        kind=_kind(row["target_kind"]),
        system=_system(connection, row),
        since=row["onset_at"] or row["opened_at"],
        sites=_sites(connection, row),
        site=row["site"],
        severity=row["severity"],
        until=row["restored_at"],
        confirmed_at=row["confirmed_at"],
        explained=row["parent"] is not None,
        force_majeure=row["force_majeure"],
        cause=cause,
        confidence=row["confidence"] / _THOUSAND,
        provisional=row["provisional"],
        expected=row["repair_due_at"],
        workaround=row["workaround"],
        carrier_case=row["carrier_case"],
    )
