"""Papers go five years after they ended (R40), unless an order holds them."""

from typing import Final

from sqlalchemy import Connection, Engine, Table, delete, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice.model import OPEN
from motcua_hub.domain.upkeep.retention import purged_before
from motcua_hub.store import papers, schema
from motcua_hub.store.engine import reading, writing

_SERIES: Final = {papers.NOTICE: schema.notice, papers.SERVICING: schema.servicing}
"""Papers about incidents: an order on the incident keeps them too."""


def _old_notices(before: int) -> ColumnElement[bool]:
    n = schema.notice.c
    ended = func.coalesce(n.sent_at, n.ended_at)
    return n.state.not_in([state.value for state in OPEN]) & (ended < before)


def _old_servicing(before: int) -> ColumnElement[bool]:
    s = schema.servicing.c
    return func.coalesce(s.signed_at, s.recorded_at) < before


def _gone(connection: Connection, series: str, table: Table, old: ColumnElement[bool]) -> int:
    kept = papers.held(series, table.c.id) | papers.held(papers.INCIDENT, table.c.incident)
    wanted = select(table.c.id).where(old, ~kept)
    ids = list(connection.scalars(wanted))
    for start in range(0, len(ids), 500):
        page = ids[start : start + 500]
        document = schema.document.c
        connection.execute(
            delete(schema.document).where(document.series == series, document.subject.in_(page))
        )
        connection.execute(delete(table).where(table.c.id.in_(page)))
    return len(ids)


def _plans(connection: Connection, before: int) -> int:
    plan, step = schema.yearly_plan, schema.yearly_plan_step
    old = plan.c.changed_at < before
    years = list(
        connection.scalars(select(plan.c.year).where(old, ~papers.held(papers.PLAN, plan.c.year)))
    )
    connection.execute(delete(step).where(step.c.year.in_(years)))
    connection.execute(delete(plan).where(plan.c.year.in_(years)))
    return len(years)


def _past_recipients(connection: Connection, before: int) -> None:
    """People whose time on the list is over so long."""
    r = schema.notice_recipient
    connection.execute(delete(r).where(r.c.valid_until < day_of(before).isoformat()))


def purge(engine: Engine, now: int) -> int:
    """Delete what has been kept for five whole years and is not held; how many papers."""
    before = purged_before(now)
    old = {papers.NOTICE: _old_notices(before), papers.SERVICING: _old_servicing(before)}
    with reading(engine) as connection:
        plan, recipient = schema.yearly_plan.c, schema.notice_recipient.c
        anything = or_(
            *(select(_SERIES[name].c.id).where(rule).exists() for name, rule in old.items()),
            select(plan.year).where(plan.changed_at < before).exists(),
            select(recipient.id).where(recipient.valid_until < day_of(before).isoformat()).exists(),
        )
        if not connection.scalar(select(anything)):
            return 0
    with writing(engine) as connection:
        gone = sum(_gone(connection, name, _SERIES[name], rule) for name, rule in old.items())
        gone += _plans(connection, before)
        _past_recipients(connection, before)
    return gone
