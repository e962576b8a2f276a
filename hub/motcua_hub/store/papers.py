"""What notices, minutes and plans share: numbers of a year, sheets as they were, orders to keep."""

import hashlib

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

NOTICE = "notice"
SERVICING = "servicing"
PLAN = "plan"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet byte by byte, with its SHA-256 in hex."""

    content: bytes
    sha256: str
    made_at: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An order to keep something beyond its time. Times are UTC ms; `until` None while it holds."""

    id: int
    series: str
    subject: int
    why: str
    since: int
    since_by: str
    until: int | None = None
    until_by: str | None = None


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


def holds(connection: Connection, series: str, subject: int) -> list[Hold]:
    """All orders about one subject, oldest first."""
    table = schema.legal_hold
    query = select(table).where(table.c.series == series, table.c.subject == subject)
    return [Hold(**row) for row in connection.execute(query.order_by(table.c.id)).mappings()]


def hold(
    connection: Connection, series: str, subject: int, why: str, *, actor: str, now: int
) -> None:
    """Order that a subject be kept until the order is lifted."""
    row = {"series": series, "subject": subject, "why": why, "since": now, "since_by": actor}
    connection.execute(insert(schema.legal_hold).values(row))


def lift(connection: Connection, series: str, subject: int, *, actor: str, now: int) -> bool:
    """Lift all orders about a subject; False when none held."""
    table = schema.legal_hold
    done = connection.execute(
        update(table)
        .where(table.c.series == series, table.c.subject == subject, table.c.until.is_(None))
        .values(until=now, until_by=actor)
    )
    return done.rowcount > 0


def held(series: str, subject: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an order holds, as a condition of a query."""
    table = schema.legal_hold
    return exists().where(
        table.c.series == series, table.c.subject == subject, table.c.until.is_(None)
    )
