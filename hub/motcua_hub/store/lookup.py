"""Rows by many keys at once, each found by the index that begins with the key's columns.

`(a, b) IN (VALUES ...)` says the same, but SQLite reads the whole table for it.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import Column, Connection
from sqlalchemy.engine import Dialect

_SIZES: Final = (1, 4, 16, 64, 256)
"""How many keys one statement asks for: few lengths, so that drivers know the statements again."""
Columns = tuple[Column[Any], ...]
Values = tuple[Any, ...]
Converters = tuple[tuple[int, Callable[[Any], Any]], ...]


@cache
def _statement(mark: str, size: int, keys: Columns, columns: Columns) -> str:
    table = keys[0].table.name
    names = ", ".join(f'"{key.name}"' for key in keys)
    one = f"({', '.join([mark] * len(keys))})"
    wanted = ", ".join(f't."{column.name}"' for column in columns)
    same = " AND ".join(f't."{key.name}" = k."{key.name}"' for key in keys)
    return (
        f"WITH k({names}) AS (VALUES {', '.join([one] * size)}) "  # noqa: S608 - our own names
        f'SELECT {wanted} FROM k CROSS JOIN "{table}" AS t WHERE {same}'
    )


@lru_cache(maxsize=64)
def _readers(columns: Columns, dialect: Dialect) -> Converters:
    """What makes Python values of what the driver gives, by place; most need nothing."""
    types = [column.type.dialect_impl(dialect) for column in columns]
    found = [(place, kind.result_processor(dialect, None)) for place, kind in enumerate(types)]
    return tuple((place, convert) for place, convert in found if convert is not None)


@lru_cache(maxsize=64)
def _writers(columns: Columns, dialect: Dialect) -> Converters:
    types = [column.type.dialect_impl(dialect) for column in columns]
    found = [(place, kind.bind_processor(dialect)) for place, kind in enumerate(types)]
    return tuple((place, convert) for place, convert in found if convert is not None)


def _converted(row: Sequence[Any], converters: Converters) -> list[Any]:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values


def _parts(keys: Sequence[Values]) -> Iterator[list[Values]]:
    """The keys in parts as long as one of the sizes; the last key fills the last part."""
    for start in range(0, len(keys), _SIZES[-1]):
        part = list(keys[start : start + _SIZES[-1]])
        size = next(size for size in _SIZES if size >= len(part))
        yield part + part[-1:] * (size - len(part))


def rows_by(
    connection: Connection, keys: Columns, columns: Columns, wanted: Sequence[Values]
) -> Iterator[list[Any]]:
    """`columns` of the rows whose `keys` are in `wanted`. A row may come more than once."""
    dialect = connection.dialect
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    readers, writers = _readers(columns, dialect), _writers(keys, dialect)
    for part in _parts(wanted):
        flat = tuple(value for key in part for value in _converted(key, writers))
        statement = _statement(mark, len(part), keys, columns)
        for row in connection.exec_driver_sql(statement, flat):
            yield _converted(row, readers)
