"""What notices, minutes and plans share: numbers of a year, sheets as they were, orders to keep."""

import hashlib
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

NOTICE = "notice"
SERVICING = "servicing"
PLAN = "plan"
INCIDENT = "incident"
REPORT = "report"
EVIDENCE = "evidence"
PICTURE = "picture"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet byte by byte, with its SHA-256 in hex."""

    content: bytes
    sha256: str
    made_at: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An order to keep something beyond its time. Times are UTC ms; `until` None while it holds.

    `ref` names what has no number; `lift_asked_by` is who asked that it be lifted, None for nobody.
    """

    id: int
    series: str
    subject: int
    why: str
    since: int
    since_by: str
    until: int | None = None
    until_by: str | None = None
    ref: str = ""
    lift_asked_at: int | None = None
    lift_asked_by: str | None = None
    lift_why: str = ""

    @property
    def thing(self) -> str:
        """What is held, as its page names it: a number, a target, a report's number."""
        return self.ref if self.series in NAMED else str(self.subject)


NAMED: Final = frozenset({REPORT, EVIDENCE, PICTURE})
"""Kinds of things that are known by a text, not by a number."""
_COLUMNS: Final = tuple(schema.legal_hold.c[name] for name in Hold.__struct_fields__)


def next_number(connection: Connection, series: str, year: int) -> int:
    """The next number of a series in a year, from 1, without holes: given in the same transaction.

    The row is locked until its end, so that no number is given twice.
    """
    table = schema.yearly_number
    insert_new(connection, table, [{"series": series, "year": year, "last": 0}])
    given: int = connection.execute(
        update(table)
        .where(table.c.series == series, table.c.year == year)
        .values(last=table.c.last + 1)
        .returning(table.c.last)
    ).scalar_one()
    return given


def keep(connection: Connection, series: str, subject: int, content: bytes, now: int) -> None:
    """Keep a sheet; the first one that was made stays."""
    digest = hashlib.sha256(content).hexdigest()
    row = {"series": series, "subject": subject, "made_at": now, "sha256": digest}
    insert_new(connection, schema.document, [{**row, "content": content}])


def paper(connection: Connection, series: str, subject: int) -> Paper | None:
    """A sheet that was kept; None when none was made yet."""
    table = schema.document
    query = select(table.c.content, table.c.sha256, table.c.made_at).where(
        table.c.series == series, table.c.subject == subject
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Paper(**{**row, "content": bytes(row["content"])})


def holds(connection: Connection, series: str, thing: str | int) -> list[Hold]:
    """All orders about one thing, oldest first."""
    table = schema.legal_hold
    query = select(*_COLUMNS).where(_about(series, thing)).order_by(table.c.id)
    return [Hold(**row) for row in connection.execute(query).mappings()]


def _about(series: str, thing: str | int) -> ColumnElement[bool]:
    table = schema.legal_hold.c
    named = table.ref == str(thing) if series in NAMED else table.subject == int(thing)
    return (table.series == series) & named


def all_holds(
    connection: Connection, *, open_only: bool, before: int | None = None, limit: int = 100
) -> list[Hold]:
    """Orders about everything, the newest first; those that hold, or all."""
    table = schema.legal_hold
    query = select(*_COLUMNS).order_by(table.c.id.desc()).limit(limit)
    if open_only:
        query = query.where(table.c.until.is_(None))
    if before is not None:
        query = query.where(table.c.id < before)
    return [Hold(**row) for row in connection.execute(query).mappings()]


def find_hold(connection: Connection, number: int) -> Hold | None:
    """One order, locked until the transaction ends."""
    query = select(*_COLUMNS).where(schema.legal_hold.c.id == number).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Hold(**row)


def hold(
    connection: Connection,
    series: str,
    subject: int,
    why: str,
    *,
    actor: str,
    now: int,
    ref: str = "",
) -> int:
    """Order that something be kept until the order is lifted; the order's number."""
    table = schema.legal_hold
    row = {"series": series, "subject": subject, "why": why, "since": now, "since_by": actor}
    made = insert(table).values(row | {"ref": ref}).returning(table.c.id)
    number: int = connection.execute(made).scalar_one()
    return number


def ask_lift(connection: Connection, number: int, why: str, *, actor: str, now: int) -> None:
    """Note that somebody asks that an order be lifted."""
    asked = {"lift_asked_at": now, "lift_asked_by": actor, "lift_why": why}
    _change(connection, number, asked)


def forget_lift(connection: Connection, number: int) -> None:
    """The order holds on: nobody asks any more that it be lifted."""
    _change(connection, number, {"lift_asked_at": None, "lift_asked_by": None, "lift_why": ""})


def lift(connection: Connection, number: int, *, actor: str, now: int) -> None:
    """Lift an order."""
    _change(connection, number, {"until": now, "until_by": actor})


def _change(connection: Connection, number: int, values: dict[str, Any]) -> None:
    table = schema.legal_hold
    mine = (table.c.id == number) & table.c.until.is_(None)
    connection.execute(update(table).where(mine).values(**values))


def held(series: str, subject: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether an order about a number holds, as a condition of a query."""
    table = schema.legal_hold
    return exists().where(
        table.c.series == series, table.c.subject == subject, table.c.until.is_(None)
    )


def held_by_name(series: str, ref: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an order about what is known by a text holds, as a condition of a query."""
    table = schema.legal_hold
    return exists().where(table.c.series == series, table.c.ref == ref, table.c.until.is_(None))
