"""Mains that went and came back without an outage: on record as news of no severity.

While it lasts `sights` sees it. What a journal brings later, and what was over before anybody
looked, is found here: each time on battery once, by its beginning.
"""

from typing import Any, Final

from sqlalchemy import Connection, and_, exists, select

from motcua_contract.faults import Responsible
from motcua_hub.desk.moves import Moves
from motcua_hub.desk.sights import ON_BATTERY
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Cause, Happening, Severity
from motcua_hub.domain.incident.watch import POWER_EVENT
from motcua_hub.store import schema
from motcua_hub.store.incidents import Opening, open_incident

BACK_MS: Final = 30 * 86_400_000
"""How late a journal may bring it."""
_AROUND_MS: Final = 120_000
span: Final = schema.health_span
incident: Final = schema.incident


def advance(connection: Connection, moves: Moves, now: int) -> int:
    """Write down what is not yet; the number of entries."""
    written = 0
    for row in connection.execute(_fresh(now)).all():
        opened = _open(connection, row, now)
        moves.entries(opened, _story(row, now))
        written += 1
    return written


def _fresh(now: int) -> Any:  # noqa: ANN401 - a select
    """Times on battery that are over and have no incident, nor an outage of that office beside."""
    known = exists().where(
        and_(
            incident.c.site == span.c.site,
            incident.c.subject == span.c.component,
            incident.c.opened_at > now - 2 * BACK_MS,
            incident.c.kind == POWER_EVENT,
            incident.c.onset_at <= span.c.since,
            incident.c.restored_at.is_(None) | (incident.c.restored_at >= span.c.since),
        )
    )
    outage = exists().where(
        and_(
            incident.c.site == span.c.site,
            incident.c.cause == Cause.POWER.value,
            incident.c.kind != POWER_EVENT,
            incident.c.onset_at <= span.c.until + _AROUND_MS,
            incident.c.restored_at.is_(None)
            | (incident.c.restored_at >= span.c.since - _AROUND_MS),
        )
    )
    return (
        select(span)
        .where(span.c.since > now - BACK_MS, span.c.code == ON_BATTERY, ~span.c.drill)
        .where(span.c.until.is_not(None), ~known, ~outage)
        .order_by(span.c.site, span.c.since)
        .limit(200)
    )


def _open(connection: Connection, row: Any, now: int) -> int:  # noqa: ANN401 - a row
    opening = Opening(
        kind=POWER_EVENT,
        site=row.site,
        subject=row.component,
        detail=row.code,
        severity=int(Severity.INFO),
        responsible=Responsible.POWER.value,
        onset=row.since,
        confirmed=now,
        watched=True,
    )
    return open_incident(connection, opening, now)


def _story(row: Any, now: int) -> list[Entry]:  # noqa: ANN401 - a row
    exhibit = {"kind": "fault", "code": row.code, "at": row.since, "id": row.component}
    cause = {
        "cause": Cause.POWER.value,
        "confidence": 900,
        "provisional": False,
        "rule": 0,
        "evidence": [exhibit],
    }
    return [
        Entry(happening=Happening.CAUSE_SET, at=now, detail=cause),
        Entry(happening=Happening.RESTORED, at=now, detail={"ended": row.until}),
    ]
