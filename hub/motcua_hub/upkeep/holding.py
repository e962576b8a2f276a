"""Orders to keep things beyond their time: given by one person, lifted by two.

One place for every kind: notices, minutes, plans, incidents, reports, evidence, pictures that
offices sent. Who asks that an order be lifted cannot lift it; until another person does, it holds.

An order on an incident keeps what belongs to it: its notices, the minutes of the check that opened
it, and the evidence of its target.
"""

import re
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select

from motcua_hub.ledger import retention, targets
from motcua_hub.store import papers, schema
from motcua_hub.store.papers import Hold

MIN_WHY: Final = 10
MAX_WHY: Final = 400
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


class Series(StrEnum):
    """Kinds of things that can be held."""

    NOTICE = papers.NOTICE
    SERVICING = papers.SERVICING
    PLAN = papers.PLAN
    INCIDENT = papers.INCIDENT
    REPORT = papers.REPORT
    EVIDENCE = papers.EVIDENCE
    """Of a target; of all, where the target is empty."""
    PICTURE = papers.PICTURE
    """What came with an office's answer to a command, by the command's correlation."""


_TABLES: Final = {
    Series.NOTICE: schema.notice.c.id,
    Series.SERVICING: schema.servicing.c.id,
    Series.PLAN: schema.yearly_plan.c.year,
    Series.INCIDENT: schema.incident.c.id,
    Series.REPORT: schema.sla_report.c.number,
    Series.PICTURE: schema.site_command.c.correlation,
}


class HoldRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """Not possible, or not by this person; `code` is the key of a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _why(text: str) -> str:
    words = " ".join(text.split())[:MAX_WHY]
    if len(words) < MIN_WHY:
        raise HoldRefusal("hold.refused.why")
    return words


def there(connection: Connection, series: Series, thing: str) -> bool:
    """Whether there is such a thing to be held."""
    if series is Series.EVIDENCE:
        return thing == "" or targets.get(connection, thing) is not None
    key: str | int = thing
    if series not in papers.NAMED:
        if not _NUMBER.fullmatch(thing):
            return False
        key = int(thing)
    column = _TABLES[series]
    found = select(column).where(column == key)
    if series is Series.PICTURE:
        found = found.where(schema.site_command.c.data != "")
    return connection.execute(found.limit(1)).first() is not None


def order(
    connection: Connection, series: Series, thing: str, why: str, *, who: str, now: int
) -> int:
    """Keep a thing until two people lift the order; the order's number.

    Args:
        connection: A writing transaction.
        series: What kind of thing.
        thing: Its number, a target's id (empty: evidence of all), a report's number, a correlation.
        why: Who wants it kept and by which paper, ten letters at least.
        who: Who orders.
        now: UTC ms.

    Raises:
        HoldRefusal: There is no such thing, or no reason.
    """
    words = _why(why)
    if not there(connection, series, thing):
        raise HoldRefusal("hold.refused.gone")
    subject, ref = 0, thing
    if series is Series.EVIDENCE:
        subject = retention.hold(connection, now, who, words, thing)
    elif series not in papers.NAMED:
        subject, ref = int(thing), ""
    if series is Series.INCIDENT:
        ref = _with_evidence(connection, subject, words, who, now)
    return papers.hold(connection, series, subject, words, actor=who, now=now, ref=ref)


def _with_evidence(connection: Connection, incident: int, why: str, who: str, now: int) -> str:
    """Keep the evidence of an incident's target; the number of that order, empty for none."""
    column = schema.incident.c
    target = connection.scalar(select(column.target).where(column.id == incident))
    if not target or targets.get(connection, target) is None:
        return ""
    return str(retention.hold(connection, now, who, why, target))


def _open(connection: Connection, number: int) -> Hold:
    held = papers.find_hold(connection, number)
    if held is None:
        raise HoldRefusal("hold.refused.unknown")
    if held.until is not None:
        raise HoldRefusal("hold.refused.lifted")
    return held


def ask_lift(connection: Connection, number: int, why: str, *, who: str, now: int) -> Hold:
    """Ask that an order be lifted. Raises HoldRefusal."""
    held = _open(connection, number)
    if held.lift_asked_by is not None:
        raise HoldRefusal("hold.refused.asked")
    papers.ask_lift(connection, number, _why(why), actor=who, now=now)
    return held


def lift(connection: Connection, number: int, *, who: str, now: int) -> Hold:
    """Agree that an order is lifted. Raises HoldRefusal: nobody asked, or who agrees asked."""
    held = _open(connection, number)
    if held.lift_asked_by is None:
        raise HoldRefusal("hold.refused.unasked")
    if held.lift_asked_by == who:
        raise HoldRefusal("hold.refused.alone")
    papers.lift(connection, number, actor=who, now=now)
    if held.series == Series.EVIDENCE:
        retention.release(connection, held.subject, now, who)
    elif held.series == Series.INCIDENT and held.ref:
        retention.release(connection, int(held.ref), now, who)
    return held


def keep(connection: Connection, number: int) -> Hold:
    """Turn the request down, or take it back: the order holds on. Raises HoldRefusal."""
    held = _open(connection, number)
    if held.lift_asked_by is None:
        raise HoldRefusal("hold.refused.unasked")
    papers.forget_lift(connection, number)
    return held
