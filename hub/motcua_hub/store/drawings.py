"""What a drawing process works at: begun, done (the row goes), or failed so many times.

A row that is begun while nobody draws is of a process that was stopped: it is begun anew.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

_table = schema.report_drawing
_LONGEST: Final = 400


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """Work of one name. Times are UTC ms; `begun_at` is None while nobody is at it."""

    what: str
    begun_at: int | None
    failures: int
    failed_at: int | None
    trouble: str


_COLUMNS: Final = tuple(_table.c[name] for name in Drawing.__struct_fields__)


def listing(connection: Connection) -> dict[str, Drawing]:
    """All work that is not done, by its name."""
    rows = connection.execute(select(*_COLUMNS).order_by(_table.c.what)).mappings()
    return {row["what"]: Drawing(**row) for row in rows}


def begin(connection: Connection, what: str, now: int) -> None:
    """Somebody is at it now."""
    insert_new(connection, _table, [{"what": what}])
    connection.execute(update(_table).where(_table.c.what == what).values(begun_at=now))


def end(connection: Connection, what: str) -> None:
    """It is done."""
    connection.execute(delete(_table).where(_table.c.what == what))


def fail(connection: Connection, what: str, now: int, trouble: str) -> int:
    """It came to nothing; how many times it did."""
    insert_new(connection, _table, [{"what": what}])
    mine = _table.c.what == what
    values = {"begun_at": None, "failed_at": now, "trouble": trouble[:_LONGEST]}
    connection.execute(update(_table).where(mine).values(**values, failures=_table.c.failures + 1))
    return connection.scalar(select(_table.c.failures).where(mine)) or 0


def interrupted(connection: Connection) -> tuple[str, ...]:
    """What is begun; asked when nobody can be at it any more."""
    query = select(_table.c.what).where(_table.c.begun_at.is_not(None)).order_by(_table.c.what)
    return tuple(connection.scalars(query))
