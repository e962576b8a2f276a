"""Counters, components and series: the newest or the highest counts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, tuple_

from motcua_contract.facts import Fact
from motcua_hub.domain import latest
from motcua_hub.domain.tickets import Stamp
from motcua_hub.store import schema
from motcua_hub.store.upsert import Insert, replace_all, upsert

Items = Sequence[tuple[Fact, Stamp]]
_ORDER = ("by_depth", "by_jid", "by_seq")


def _newer(table: Table, new: Insert) -> ColumnElement[bool]:
    mine = tuple_(*(table.c[name] for name in _ORDER))
    return tuple_(*(new.excluded[name] for name in _ORDER)) > mine


def newest(
    items: Items, key: str, values_of: Callable[[Fact, Stamp], latest.Values | None]
) -> dict[Any, latest.Values]:
    """The newest values for each key, with the order columns filled in."""
    found: dict[Any, latest.Values] = {}
    for fact, at in items:
        values = values_of(fact, at)
        if values is None:
            continue
        row = {**values, **dict(zip(_ORDER, at.order, strict=True))}
        mine = found.get(row[key])
        if mine is None or at.order > tuple(mine[name] for name in _ORDER):
            found[row[key]] = row
    return found


def highest(items: Items) -> dict[tuple[str, str], int]:
    """The highest number given out, by day and series."""
    found: dict[tuple[str, str], int] = {}
    for fact, _ in items:
        number = latest.series_number(fact)
        if number is not None:
            found[number[:2]] = max(number[2], found.get(number[:2], 0))
    return found


def _higher(table: Table, new: Insert) -> dict[str, Any]:
    theirs = new.excluded["last"]
    return {"last": case((theirs > table.c.last, theirs), else_=table.c.last)}


def advance_latest(connection: Connection, told: Mapping[str, Items]) -> None:
    """Take in facts, by site, of which only the newest or highest counts."""
    counters, components, numbers = [], [], []
    for site, facts in told.items():
        items = [item for item in facts if type(item[0]) in latest.MATTERS]
        at_counters = newest(items, "number", latest.counter_values)
        counters += [{"site": site, **row} for row in at_counters.values()]
        healths = newest(items, "component", lambda fact, _at: latest.health_values(fact))
        components += [{"site": site, **row} for row in healths.values()]
        numbers += [
            {"site": site, "day": day, "series": series, "last": last}
            for (day, series), last in highest(items).items()
        ]
    upsert(connection, schema.counter, counters, replace_all, _newer)
    upsert(connection, schema.device_health, components, replace_all, _newer)
    upsert(connection, schema.series_high, numbers, _higher)
