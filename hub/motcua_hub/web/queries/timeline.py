"""A page of a site's events, newest first, by keyset: page 1000 costs what page 1 costs."""

import msgspec
from sqlalchemy import Connection, and_, or_, select

from motcua_contract.facts.evidence import ProbesReported, TicksReported
from motcua_hub.store import schema

PAGE = 50
QUIET = (TicksReported.TYPE, ProbesReported.TYPE)
"""What machines say every few minutes is shown only to whom asks for it."""
_INT64 = 2**63


class Cursor(msgspec.Struct, frozen=True):
    """Where a page begins: everything older than this best time (UTC ms) and row id."""

    best_time: int
    id: int


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it was committed, with the hub's best time (UTC ms) and its error (ms)."""

    id: int
    jid: str
    seq: int
    type: str
    subject: str | None
    boot: str
    clock: str
    business_day: str
    t_wall: int
    best_time: int
    best_error: int | None
    received_at: int
    quarantined: str | None
    body: bytes | None


def parse_cursor(text: str) -> Cursor | None:
    """A cursor from a link; None when it is not one of ours."""
    left, _, right = text.partition(".")
    try:
        cursor = Cursor(int(left), int(right))
    except ValueError:
        return None
    fits = abs(cursor.best_time) < _INT64 and 0 <= cursor.id < _INT64
    return cursor if fits else None


def cursor_text(row: EventRow) -> str:
    """The cursor of the page after `row`."""
    return f"{row.best_time}.{row.id}"


def read(
    connection: Connection,
    site: str,
    *,
    kind: str = "",
    day: str = "",
    before: Cursor | None = None,
) -> tuple[tuple[EventRow, ...], bool]:
    """Up to PAGE events and whether there are older ones.

    An empty `day` means all; an empty `kind` means all but the `QUIET` ones.
    """
    e = schema.event.c
    columns = [e[name] for name in EventRow.__struct_fields__]
    statement = select(*columns).where(e.site == site)
    statement = statement.where(e.type == kind if kind else e.type.not_in(QUIET))
    if day:
        statement = statement.where(e.business_day == day)
    if before is not None:
        older = and_(e.best_time == before.best_time, e.id < before.id)
        statement = statement.where(or_(e.best_time < before.best_time, older))
        statement = statement.where(e.best_time <= before.best_time)
    rows = connection.execute(statement.order_by(e.best_time.desc(), e.id.desc()).limit(PAGE + 1))
    found = tuple(EventRow(**row) for row in rows.mappings())
    return found[:PAGE], len(found) > PAGE
