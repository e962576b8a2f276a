"""INSERT .. ON CONFLICT in the words that SQLite and PostgreSQL share.

Statements are made once for each table and shape: building one costs more than running it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Row = Mapping[str, Any]
Update = Callable[[Table, Insert], dict[str, Any]]
Where = Callable[[Table, Insert], ColumnElement[bool]]


def _insert(dialect: str, table: Table) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _ignoring(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows whose keys are not there yet; leave the others alone."""
    if rows:
        connection.execute(_ignoring(connection.dialect.name, table), list(rows))


@cache
def _updating(dialect: str, table: Table, update: Update, where: Where | None) -> Insert:
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key.columns],
        set_=update(table, statement),
        where=None if where is None else where(table, statement),
    )


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    update: Update,
    where: Where | None = None,
) -> None:
    """Insert rows; where the primary key exists, set what `update(table, statement)` says.

    `update` and `where` must be functions of a module: statements are kept by them.
    """
    if rows:
        connection.execute(_updating(connection.dialect.name, table, update, where), list(rows))


def replace_all(table: Table, new: Insert) -> dict[str, Any]:
    """An `update` that takes every column of the new row."""
    return {c.name: new.excluded[c.name] for c in table.c if not c.primary_key}


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert whole rows; where the primary key exists, replace the row."""
    upsert(connection, table, rows, replace_all)
