"""The directory in the database: read whole, edited with dates. Nothing is deleted."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, Table, select

from motcua_hub.domain.routing.directory import (
    Address,
    Contact,
    Directory,
    Duty,
    Route,
    Step,
    Unit,
)
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

_FALLBACK: Final = "routing.fallback"
_CHANGED: Final = "routing.changed_at"
_SETTING: Final = schema.setting


def load(connection: Connection) -> Directory:
    """Everything, of all times."""
    units = [msgspec.convert(row, type=Unit) for row in _rows(connection, schema.unit)]
    return Directory(
        units={unit.id: unit for unit in units},
        contacts=tuple(_contact(row) for row in _rows(connection, schema.contact)),
        routes=tuple(msgspec.convert(row, type=Route) for row in _rows(connection, schema.route)),
        steps=_steps(connection),
        duties=tuple(msgspec.convert(row, type=Duty) for row in _rows(connection, schema.oncall)),
        fallback=fallback(connection),
    )


def _rows(connection: Connection, table: Table) -> Iterable[dict[str, object]]:
    for row in connection.execute(select(table).order_by(table.c.id)).mappings():
        # names that SQL wants quoted come as a kind of string that msgspec does not know
        yield {str(name): value for name, value in row.items()}


def _steps(connection: Connection) -> tuple[Step, ...]:
    rows = _rows(connection, schema.escalation_step)
    return tuple(msgspec.convert(row, type=Step) for row in rows)


def _contact(row: dict[str, object]) -> Contact:
    phones = tuple(line for line in str(row["phones"]).splitlines() if line)
    channels = msgspec.json.decode(str(row["channels"]), type=tuple[Address, ...])
    return msgspec.convert({**row, "phones": phones, "channels": channels}, type=Contact)


def fallback(connection: Connection) -> int | None:
    """The unit that gets what has no route."""
    found = _setting(connection, _FALLBACK)
    return int(found) if found else None


def changed_at(connection: Connection) -> int:
    """When somebody last changed anything of the directory, UTC ms; 0: never."""
    return int(_setting(connection, _CHANGED) or 0)


def touch(connection: Connection, now: int) -> None:
    """The directory is not what it was: incidents without a route are looked at again."""
    put(connection, _SETTING, [{"key": _CHANGED, "value": str(now)}])


def set_fallback(connection: Connection, unit: int | None, now: int) -> None:
    """Choose who gets what has no route; None: nobody."""
    put(connection, _SETTING, [{"key": _FALLBACK, "value": "" if unit is None else str(unit)}])
    touch(connection, now)


def _setting(connection: Connection, key: str) -> str:
    return connection.scalar(select(_SETTING.c.value).where(_SETTING.c.key == key)) or ""
