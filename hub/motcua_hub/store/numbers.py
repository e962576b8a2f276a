"""Numbers of components over time, in rings: bounded however long and whatever an office tells."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.domain.health.quantities import owner_of
from motcua_hub.store import schema

table = schema.metric_point
RINGS: Final[Mapping[int, int]] = {300: 432, 3_600: 744, 86_400: 1_830}
"""Width of an interval in seconds -> how many are kept: 36 hours, 31 days, 5 years."""
_AT_ONCE: Final = 300
MOST_KEYS: Final = 200
"""More numbers of one office are not kept."""
OWN: Final = ("controller", "link", "journal", "uplink")
"""Parts that tell numbers without reporting health."""


class Point(msgspec.Struct, frozen=True, gc=False):
    """One interval from `at` (UTC ms): mean, lowest, highest and last of `n` numbers."""

    at: int
    n: int
    mean: float
    low: float
    high: float
    last: float


def keep_numbers(connection: Connection, site: str, values: Mapping[str, float], now: int) -> None:
    """Add one minute's numbers of a site, heard at `now` (UTC ms), to the rings."""
    h = schema.health_report.c
    known = {*connection.scalars(select(h.component).where(h.site == site)), *OWN}
    owned = ((owner_of(key, known), value) for key, value in sorted(values.items()))
    kept = {owner: value for owner, value in owned if owner and math.isfinite(value)}
    some = list(kept.items())[:MOST_KEYS]
    _merge(
        connection,
        [_values(site, owner, step, value, now) for owner, value in some for step in RINGS],
    )


def _values(
    site: str, owner: tuple[str, str], step_s: int, value: float, now: int
) -> tuple[object, ...]:
    interval = now // (step_s * 1000)
    key = (site, *owner, step_s, interval % RINGS[step_s])
    return (*key, interval * step_s * 1000, 1, value, value, value, value)


_COLUMNS: Final = tuple(column.name for column in table.c)
_KEY: Final = tuple(column.name for column in table.primary_key.columns)
_SAME: Final = {
    "n": "p.n + excluded.n",
    "total": "p.total + excluded.total",
    "low": "CASE WHEN excluded.low < p.low THEN excluded.low ELSE p.low END",
    "high": "CASE WHEN excluded.high > p.high THEN excluded.high ELSE p.high END",
    "last": "excluded.last",
    "at": "p.at",
}
"""What becomes of a point when another number of its interval comes."""


_TAKEN: Final = ", ".join(
    f"{name} = CASE WHEN excluded.at > p.at THEN excluded.{name} "
    f"WHEN excluded.at = p.at THEN {same} ELSE p.{name} END"
    for name, same in _SAME.items()
)
"""The same interval takes the number in; a newer one takes the place in the ring."""
_INTO: Final = f"INSERT INTO metric_point AS p ({', '.join(_COLUMNS)})"
_THEN: Final = f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {_TAKEN}"
_TYPES: Final = (*("text",) * 3, "int", "int", "bigint", "bigint", *("float8",) * 4)
_AS: Final = ", ".join(f"{name} {kind}" for name, kind in zip(_COLUMNS, _TYPES, strict=True))
_FROM_JSON: Final = (
    f"{_INTO} SELECT {', '.join(_COLUMNS)} "  # noqa: S608 - our own names
    f"FROM jsonb_to_recordset(%s::jsonb) AS t({_AS}) {_THEN}"
)


@cache
def _merging(rows: int) -> str:
    one = f"({', '.join('?' * len(_COLUMNS))})"
    return f"{_INTO} VALUES {', '.join([one] * rows)} {_THEN}"


def _merge(connection: Connection, rows: list[tuple[object, ...]]) -> None:
    """All rows of a message in one statement; rows must differ in their keys.

    PostgreSQL takes one text instead of a thousand values, and plans the statement once.
    """
    if connection.dialect.name == "postgresql":
        records = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        connection.exec_driver_sql(_FROM_JSON, (msgspec.json.encode(records).decode(),))
        return
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        flat = tuple(value for row in some for value in row)
        connection.exec_driver_sql(_merging(len(some)), flat)


def read_numbers(
    connection: Connection, site: str, component: str, step_s: int, since: int
) -> dict[str, list[Point]]:
    """Points of a component since `since` (UTC ms), by quantity, oldest first."""
    p = table.c
    query = (
        select(p.quantity, p.at, p.n, p.total, p.low, p.high, p.last)
        .where(p.site == site, p.component == component, p.step_s == step_s, p.at >= since)
        .order_by(p.quantity, p.at)
    )
    found: dict[str, list[Point]] = {}
    for quantity, at, n, total, low, high, last in connection.execute(query):
        found.setdefault(quantity, []).append(Point(at, n, total / n, low, high, last))
    return found


def heard_slots(connection: Connection, site: str, step_s: int, since: int) -> list[int]:
    """Beginnings (UTC ms) of the intervals in which the site told any numbers, oldest first."""
    p = table.c
    query = select(p.at).where(p.site == site, p.step_s == step_s, p.at >= since).distinct()
    return list(connection.scalars(query.order_by(p.at)))


def series_kept(connection: Connection, site: str) -> int:
    """How many series of a site are kept."""
    series = select(table.c.component, table.c.quantity).where(table.c.site == site).distinct()
    return connection.scalar(select(func.count()).select_from(series.subquery())) or 0
