"""INSERT .. ON CONFLICT in the words that SQLite and PostgreSQL share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Row = Mapping[str, Any]
Update = Callable[[Table, Insert], dict[str, Any]]


def insert(connection: Connection, table: Table) -> Insert:
    """An insert of this connection's dialect."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows whose keys are not there yet; leave the others alone."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), list(rows))


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    update: Update,
    where: Callable[[Table, Insert], ColumnElement[bool]] | None = None,
) -> None:
    """Insert rows; where the primary key exists, set what `update(table, statement)` says."""
    if not rows:
        return
    statement = insert(connection, table)
    condition = None if where is None else where(table, statement)
    statement = statement.on_conflict_do_update(
        index_elements=_keys(table), set_=update(table, statement), where=condition
    )
    connection.execute(statement, list(rows))


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; where the primary key exists, replace the given columns."""
    if not rows:
        return
    keys = set(_keys(table))
    names = [name for name in rows[0] if name not in keys]
    upsert(
        connection, table, rows, lambda _table, new: {name: new.excluded[name] for name in names}
    )
