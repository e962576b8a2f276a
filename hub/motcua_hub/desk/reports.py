"""Officers' one-touch reports, read from the offices' facts with a cursor of our own.

A report joins the incident of what it is about, also one that is over by the time the report
comes, or opens one. Whoever takes a report back closes what was opened for it alone, as long as
nobody has taken that on.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select, update

from motcua_contract import facts
from motcua_contract.facts import Fact, FactDecodeError
from motcua_contract.facts.office import FaultReported, FaultWithdrawn
from motcua_hub.desk import files
from motcua_hub.desk.deadlines import Calendar
from motcua_hub.domain.health.kinds import responsible_for
from motcua_hub.domain.incident import severity
from motcua_hub.domain.incident.promises import Case
from motcua_hub.domain.incident.reported import joined
from motcua_hub.domain.incident.severity import Weight
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.incident.watch import REPORTED
from motcua_hub.store import late, schema, timelines
from motcua_hub.store.incidents import Opening, open_incident
from motcua_hub.store.upsert import put

CURSOR: Final = "reports"
LATE: Final = "reports-late"
"""Of the cursor over facts that became readable after the first one had passed them."""
TYPES: Final = (FaultReported.TYPE, FaultWithdrawn.TYPE)
STEP: Final = 20_000
"""Rows of `event` that one round looks through."""
_COMPONENT: Final = 80
_NOTE: Final = 400
event: Final = schema.event
report: Final = schema.incident_report
cursor: Final = schema.desk_cursor


def advance(connection: Connection, now: int) -> int:
    """Take in the reports since the last round; the number of them."""
    since = _at(connection, CURSOR)
    newest = connection.scalar(select(func.max(event.c.id))) or 0
    upto = min(newest, since + STEP)
    taken = 0
    if upto > since:
        between = (event.c.id > since, event.c.id <= upto)
        taken = _take(connection, connection.execute(_page(*between)).all(), now)
        put(connection, cursor, [{"name": CURSOR, "at": upto}])
    noted = late.after(connection, _at(connection, LATE))
    if noted:
        ids = [each.event for each in noted]
        taken += _take(connection, connection.execute(_page(event.c.id.in_(ids))).all(), now)
        put(connection, cursor, [{"name": LATE, "at": noted[-1].id}])
    return taken


def _at(connection: Connection, name: str) -> int:
    return connection.scalar(select(cursor.c.at).where(cursor.c.name == name)) or 0


def _take(connection: Connection, rows: Sequence[Any], now: int) -> int:
    taken = 0
    for row in rows:
        fact = _fact(row)
        if isinstance(fact, FaultReported):
            _report(connection, row, fact, now)
            taken += 1
        elif isinstance(fact, FaultWithdrawn):
            _withdraw(connection, row, fact, now)
            taken += 1
    return taken


def _page(*which: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a select
    columns = (event.c.site, event.c.eid, event.c.type, event.c.body, event.c.best_time)
    return (
        select(*columns)
        .where(*which, event.c.type.in_(TYPES))
        .where(event.c.body.is_not(None), event.c.quarantined.is_(None))
        .where(event.c.eid.is_not(None))
        .order_by(event.c.id)
    )


def _fact(row: Any) -> Fact | None:  # noqa: ANN401 - a row
    try:
        return facts.decode(row.type, row.body)
    except FactDecodeError:
        return None


def _report(connection: Connection, row: Any, fact: FaultReported, now: int) -> None:  # noqa: ANN401
    known = select(report.c.incident).where(report.c.site == row.site, report.c.report == row.eid)
    if connection.scalar(known) is not None:
        return
    at = min(row.best_time, now)
    known_ones = [*files.held(connection), *files.closed_since(connection, at)]
    found = joined(row.site, fact.component, at, known_ones)
    incident = _open(connection, row.site, fact, at, now) if found is None else found.id
    connection.execute(
        report.insert().values(
            site=row.site,
            report=row.eid,
            incident=incident,
            at=at,
            component=fact.component[:_COMPONENT],
            counter=fact.counter,
            note=fact.note[:_NOTE],
        )
    )
    detail = {
        "report": row.eid,
        "component": fact.component,
        "counter": fact.counter,
        "note": fact.note[:_NOTE],
        "at": at,
    }
    entry = Entry(happening=Happening.JOINED, at=now, actor=row.site, detail=detail)
    timelines.append(connection, incident, [entry])


def _open(connection: Connection, site: str, fact: FaultReported, at: int, now: int) -> int:
    level = severity.rule_of(Weight(kind=REPORTED)).severity
    of = responsible_for(fact.component, "").value
    case = Case(severity=int(level), opened_at=now, responsible=of, site=site)
    limits = Calendar(connection).deadlines(case, now)
    opening = Opening(
        kind=REPORTED,
        site=site,
        subject=fact.component[:_COMPONENT],
        detail=fact.note[:_NOTE],
        severity=int(level),
        responsible=of,
        onset=at,
        ack_due=limits.acknowledge,
        repair_due=limits.repair,
        promise=limits.promise,
    )
    return open_incident(connection, opening, now)


def _withdraw(connection: Connection, row: Any, fact: FaultWithdrawn, now: int) -> None:  # noqa: ANN401
    """The last report of this counter about this thing."""
    at = min(row.best_time, now)
    counter = (
        report.c.counter.is_(None) if fact.counter is None else report.c.counter == fact.counter
    )
    query = (
        select(report.c.report, report.c.incident)
        .where(report.c.site == row.site, report.c.component == fact.component[:_COMPONENT])
        .where(counter, report.c.withdrawn_at.is_(None))
        .order_by(report.c.at.desc(), report.c.report.desc())
    )
    last = connection.execute(query.limit(1)).one_or_none()
    if last is None:
        return
    mine = (report.c.site == row.site, report.c.report == last.report)
    connection.execute(update(report).where(*mine).values(withdrawn_at=at))
    _take_back(connection, row.site, last.incident, now)


def _take_back(connection: Connection, site: str, incident: int, now: int) -> None:
    state = timelines.locked(connection, incident)
    if state is None:
        return
    others = select(func.count()).where(
        report.c.incident == incident, report.c.withdrawn_at.is_(None)
    )
    alone = state.kind == REPORTED and state.acknowledged_at is None and state.closed_at is None
    entries = [Entry(happening=Happening.NOTED, at=now, actor=site, detail={"withdrawn": True})]
    if alone and not connection.scalar(others):
        entries += [
            Entry(happening=Happening.RESTORED, at=now, detail={"ended": now}),
            Entry(happening=Happening.CLOSED, at=now, detail={"reason": "withdrawn"}),
        ]
    timelines.add(connection, incident, state, entries)
