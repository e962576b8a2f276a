"""Many new rows at once, past SQLAlchemy's work for each value.

Rows are tuples of what the driver takes: ids as bytes, not as hex.
"""

from collections.abc import Sequence
from functools import cache

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

Values = tuple[object, ...]


@cache
def _copy(table: Table, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN'


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names


def insert_all(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Values]
) -> None:
    """Insert rows, all or none. Raises SQLAlchemy's errors, as any other statement."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy_in(connection, _copy(table, columns), rows)
    else:
        connection.exec_driver_sql(_insert(table, columns), list(rows))


@cache
def _put(dialect: str, table: Table, columns: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key.columns]
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s" if dialect == "postgresql" else "?"] * len(columns))
    taken = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    return (
        f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}) '  # noqa: S608 - our own names
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {taken}"
    )


def put_all(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Values]
) -> None:
    """Insert rows; where the primary key exists, replace these columns."""
    if rows:
        connection.exec_driver_sql(_put(connection.dialect.name, table, columns), list(rows))


def _copy_in(connection: Connection, statement: str, rows: Sequence[Values]) -> None:
    raw: psycopg.Connection[object] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, dialect=connection.dialect
        ) from error
