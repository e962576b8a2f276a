"""Events that say nothing yet, and those that do so only since they were taken in.

    note(connection, events, now)               these rows of `event` are readable from now on
    after(connection, cursor, most=500) -> list[Late]
    unread(site=None) -> condition              rows that are a stub, or not understood

A part that reads `event` after a cursor has passed such a row already; it reads these after a
second cursor of its own. The one who notes them is ingest: within the transaction that made them
readable, and each only once.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, select, true

from motcua_hub.store import schema
from motcua_hub.store.tables.replica import UNREAD

table = schema.event_late


class Late(msgspec.Struct, frozen=True):
    """One of them: its place in this list, and the row of `event`."""

    id: int
    event: int


def note(connection: Connection, events: Iterable[int], now: int) -> None:
    """These rows of `event` are readable from now on."""
    rows = [{"event": number, "at": now} for number in events]
    if rows:
        connection.execute(table.insert(), rows)


def after(connection: Connection, cursor: int, most: int = 500) -> list[Late]:
    """What was noted after a cursor, oldest first."""
    query = select(table.c.id, table.c.event).where(table.c.id > cursor)
    return [Late(*row) for row in connection.execute(query.order_by(table.c.id).limit(most))]


def unread(site: str | None = None) -> ColumnElement[bool]:
    """Rows that say nothing yet, of a site or of all. A twin never will: it has no effect."""
    event = schema.event
    mine = true() if site is None else event.c.site == site
    return and_(mine, UNREAD.self_group(), event.c.twin_eid.is_(None))
