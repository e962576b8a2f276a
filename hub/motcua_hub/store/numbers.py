"""Numbers of components over time, in rings: bounded however long and whatever an office tells."""

import math
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from motcua_hub.domain.health.quantities import owner_of
from motcua_hub.store import schema
from motcua_hub.store.upsert import Insert, upsert

table = schema.metric_point
RINGS: Final[Mapping[int, int]] = {300: 432, 3_600: 744, 86_400: 1_830}
"""Width of an interval in seconds -> how many are kept: 36 hours, 31 days, 5 years."""
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
    kept = [(owner, value) for owner, value in owned if owner and math.isfinite(value)]
    rows = [
        _row(site, owner, step, value, now) for owner, value in kept[:MOST_KEYS] for step in RINGS
    ]
    upsert(connection, table, rows, _merged)


def _row(
    site: str, owner: tuple[str, str], step_s: int, value: float, now: int
) -> dict[str, object]:
    interval = now // (step_s * 1000)
    key = {"site": site, "component": owner[0], "quantity": owner[1], "step_s": step_s}
    numbers = dict.fromkeys(("total", "low", "high", "last"), value)
    at = interval * step_s * 1000
    return {**key, "slot": interval % RINGS[step_s], "at": at, "n": 1, **numbers}


def _merged(rows: Table, new: Insert) -> dict[str, ColumnElement[Any]]:
    """The same interval takes the number in; a newer one takes the place in the ring."""
    old, fresh = rows.c, new.excluded
    same = {
        "n": old.n + fresh.n,
        "total": old.total + fresh.total,
        "low": case((fresh.low < old.low, fresh.low), else_=old.low),
        "high": case((fresh.high > old.high, fresh.high), else_=old.high),
        "last": fresh.last,
        "at": old.at,
    }
    return {
        name: case((fresh.at > old.at, fresh[name]), (fresh.at == old.at, kept), else_=old[name])
        for name, kept in same.items()
    }


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
