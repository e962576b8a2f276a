"""Incidents: at most one open for a site, kind and subject; seen again, it counts.

open_incident(connection, Opening, now, actor="") -> id
raise_incident(connection, site, kind, now, …)      what ingest and backup find wrong
marks_of(connection, targets, period, as_of=None)    for the ledger
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, and_, not_, or_, select, update

from motcua_hub.domain.availability.incidents import Marked
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.incident.promises import Promised
from motcua_hub.domain.incident.severity import Weight, rule_of
from motcua_hub.domain.incident.state import Entry, Run, fold
from motcua_hub.domain.incident.vocabulary import Happening, Status
from motcua_hub.store import schema, timelines

table = schema.incident
event = schema.incident_event
CLOSED: Final = Status.CLOSED.value
QUIET_MS: Final = 3_600_000
"""Seen again after so long it is news for the timeline; before that it only counts."""
_DETAIL: Final = 4000
_AT_ONCE: Final = 400
_OVER: Final = (Status.RESTORED.value, Status.FIXED.value)


class Kind(StrEnum):
    """What ingest and backup raise. Links and devices get theirs from the desk."""

    GAP = "gap"
    CONFLICT = "conflict"
    DUPLICATE_IDENTITY = "duplicate_identity"
    ROLLED_BACK = "rolled_back"
    POISON = "poison"
    QUARANTINE = "quarantine"
    BACKUP_FAILED = "backup_failed"
    SERVICING = "servicing"
    """A device failed its calibration or test."""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `status` is one of `Status`; times are UTC ms."""

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


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A new incident. Times are UTC ms.

    Attributes:
        onset: When it began; None: now.
        confirmed: When it was sure; None where nothing was confirmed.
        watched: The hub sees by itself when it is over.
        ack_due, repair_due: Deadlines; None: none run.
        promise: What they rest on; None: the desk gives what is due.
        previous: The incident of the same thing before this one, when that is not closed yet.
    """

    kind: str
    site: str = ""
    subject: str = ""
    target: str | None = None
    target_kind: str = ""
    detail: str = ""
    severity: int = 3
    responsible: str = ""
    carrier: str = ""
    onset: int | None = None
    confirmed: int | None = None
    watched: bool = False
    ack_due: int | None = None
    repair_due: int | None = None
    promise: Promised | None = None
    previous: int | None = None


def open_incident(connection: Connection, opening: Opening, now: int, actor: str = "") -> int:
    """Open an incident and begin its timeline; returns its id.

    Whoever calls this made sure that none is open for the same thing.
    """
    detail = {k: v for k, v in msgspec.to_builtins(opening).items() if v not in (None, "", False)}
    onset = now if opening.onset is None else opening.onset
    entry = Entry(
        happening=Happening.OPENED, at=now, actor=actor, detail={**detail, "onset": onset}
    )
    made = connection.execute(
        table.insert().values(
            site=opening.site,
            kind=opening.kind[:32],
            subject=opening.subject,
            opened_at=now,
            last_at=now,
            detail=opening.detail[:_DETAIL],
            **timelines.columns(fold([entry])),
        )
    )
    key = made.inserted_primary_key
    incident = int(key[0]) if key is not None else 0
    timelines.write(connection, incident, [entry])
    return incident


def raise_incident(
    connection: Connection, site: str, kind: Kind, now: int, *, subject: str = "", detail: str = ""
) -> None:
    """Open an incident, or count it once more when it is not closed yet. The site is locked."""
    same = and_(table.c.site == site, table.c.kind == kind.value, table.c.subject == subject)
    query = select(table.c.id, table.c.status, table.c.last_at).where(
        same, table.c.status != CLOSED
    )
    held = connection.execute(query.order_by(table.c.id.desc()).limit(1)).one_or_none()
    if held is None:
        weight = rule_of(Weight(kind=kind.value))
        opening = Opening(
            kind=kind.value,
            site=site,
            subject=subject,
            detail=detail[:_DETAIL],
            severity=int(weight.severity),
            responsible="software",
        )
        open_incident(connection, opening, now)
        return
    _again(connection, held.id, now, detail[:_DETAIL])
    if held.status in _OVER:
        timelines.append(connection, held.id, [_entry(Happening.RELAPSED, now, onset=now)])
    elif now - held.last_at > QUIET_MS:
        again = _entry(Happening.SEEN_AGAIN, now, detail=detail[:_DETAIL])
        timelines.append(connection, held.id, [again])


def _again(connection: Connection, incident: int, now: int, detail: str) -> None:
    seen = {"count": table.c["count"] + 1, "last_at": now, "detail": detail}
    connection.execute(update(table).where(table.c.id == incident).values(**seen))


def _entry(happening: Happening, at: int, **detail: object) -> Entry:
    return Entry(happening=happening, at=at, detail=detail)


def list_incidents(
    connection: Connection, *, status: str | None = None, site: str | None = None, limit: int = 500
) -> list[Incident]:
    """Newest first; `status` may be `open`: whatever is not closed."""
    columns = [table.c[name] for name in Incident.__struct_fields__]
    query = select(*columns).order_by(table.c.opened_at.desc(), table.c.id.desc()).limit(limit)
    if status == Status.OPEN.value:
        query = query.where(table.c.status != CLOSED)
    elif status is not None:
        query = query.where(table.c.status == status)
    if site is not None:
        query = query.where(table.c.site == site)
    return [Incident(**row) for row in connection.execute(query).mappings()]


def marks_of(
    connection: Connection, targets: Sequence[str], period: Interval, as_of: int | None = None
) -> dict[str, tuple[Marked, ...]]:
    """When the outages of targets were confirmed and taken on, for the ledger.

    Every outage of which some part lies in the period (UTC ms, half-open), as it was on record at
    `as_of`; folded from the timelines, to which things are only added. Targets without any are
    left out.
    """
    told: dict[tuple[str, int], list[Entry]] = {}
    for start in range(0, len(targets), _AT_ONCE):
        query = _entries(targets[start : start + _AT_ONCE], period, as_of)
        for found in connection.execute(query).mappings():
            entry = timelines.row_of(found).entry
            if entry is not None:
                told.setdefault((found["target"], found["incident"]), []).append(entry)
    marks: dict[str, tuple[Marked, ...]] = {}
    for (target, _), entries in told.items():
        mine = tuple(_marked(fold(entries).runs, period))
        if mine:
            marks[target] = (*marks.get(target, ()), *mine)
    return marks


def _entries(targets: Sequence[str], period: Interval, as_of: int | None) -> Select[Any]:
    """The timelines of all incidents that may have been open in a period."""
    begin, end = period
    over = and_(table.c.restored_at <= begin, table.c.closed_at.is_not(None))
    query = (
        select(table.c.target, event)
        .join(event, event.c.incident == table.c.id)
        .where(table.c.target.in_(targets), table.c.opened_at < end + QUIET_MS)
        .order_by(event.c.incident, event.c.id)
    )
    if as_of is None:
        return query.where(or_(over.is_(None), not_(over)))
    closed = and_(over, table.c.closed_at <= as_of)
    return query.where(event.c.at <= as_of, or_(closed.is_(None), not_(closed)))


def _marked(runs: Iterable[Run], period: Interval) -> Iterator[Marked]:
    for run in runs:
        ended = run.ended_at is not None and run.ended_at <= period[0]
        if run.onset < period[1] and not ended:
            yield Marked(run.onset, run.ended_at, run.confirmed_at, run.acknowledged_at)


def row(connection: Connection, incident: int) -> dict[str, Any] | None:
    """All columns of one incident; None when there is none."""
    found = connection.execute(select(table).where(table.c.id == incident)).mappings()
    held = found.one_or_none()
    return None if held is None else dict(held)
