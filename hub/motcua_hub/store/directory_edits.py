"""Changing the directory “from this day on”: what was valid before stays as it was.

Days are local ISO dates. Every function also marks the directory as changed.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from motcua_hub.domain.routing.directory import (
    Contact,
    Directory,
    Duty,
    Route,
    Step,
    Unit,
    circles,
    following,
)
from motcua_hub.store import directory, schema

_unit: Final = schema.unit
_contact: Final = schema.contact
_route: Final = schema.route


class CircleError(ValueError):
    """A unit would be succeeded by itself in the end."""


class GoneError(LookupError):
    """No such unit, contact or route, or it ended before that day."""


def add_unit(connection: Connection, said: Unit, now: int, *, note: str = "") -> int:
    """Write a new unit down; `said.id` is not read. Returns its id."""
    values = {**_values(said), "note": note, "changed_at": now}
    return _added(connection, _unit, values, now)


def correct_unit(connection: Connection, said: Unit, now: int) -> None:
    """Mend a name that was always wrong; a unit that is renamed has a successor instead.

    Raises:
        CircleError: Its successors would lead back to it.
        GoneError: There is no such unit.
    """
    units = {**directory.load(connection).units, said.id: said}
    if said.id in circles(units.values()):
        raise CircleError(said.name)
    values = {**_values(said), "changed_at": now}
    _changed(connection, _unit, said.id, values, now)


def succeed(
    connection: Connection, old: Sequence[int], new: Unit, now: int, *, note: str = ""
) -> int:
    """One unit takes over from others on the day `new.begins`: renamed (one) or merged (several).

    The old units end that day and keep their history; their contacts go over to the new one, in
    the order given, and so does a unit's own order of telling. Routes need no change: they lead
    through the successor.

    Raises:
        GoneError: One of them does not stand on that day.
    """
    held = directory.load(connection)
    for unit in old:
        if unit not in held.units or not held.units[unit].stands(new.begins):
            raise GoneError(unit)
    made = add_unit(connection, new, now, note=note)
    position = 0
    for unit in old:
        ended = {"ends": new.begins, "successor": made, "changed_at": now}
        _changed(connection, _unit, unit, ended, now)
        for contact in sorted(held.contacts, key=lambda one: (one.position, one.id)):
            if contact.unit == unit and contact.stands(new.begins):
                position += 1
                moved = replace(contact, unit=made, position=position)
                change_contact(connection, moved, new.begins, now)
    _carry_orders(connection, held, old, made, now)
    return made


def _carry_orders(
    connection: Connection, held: Directory, old: Sequence[int], new: int, now: int
) -> None:
    """Steps and sessions on call of whom a unit takes over from; contacts lead on by themselves."""
    here = directory.load(connection)
    day = here.units[new].begins

    def now_of(contact: int) -> int:
        found = following(here, contact, day)
        return contact if found is None else found.id

    by_unit = {unit: [step for step in held.steps if step.unit == unit] for unit in old}
    every = [step for unit in old for step in sorted(by_unit[unit], key=lambda s: s.position)]
    # of several units only some may have an order: then whoever had none would not be told
    if every and all(by_unit.values()):
        steps = [
            replace(step, unit=new, position=n, contact=now_of(step.contact))
            for n, step in enumerate(every, 1)
        ]
        set_steps(connection, new, steps, now)
    taken: set[tuple[str, str]] = set()
    for unit in old:
        for duty in held.duties:
            if duty.unit == unit and (duty.day, duty.session) not in taken:
                taken.add((duty.day, duty.session))
                moved = replace(duty, unit=new, contact=now_of(duty.contact))
                set_duty(connection, moved, None, now)


def end_unit(
    connection: Connection, unit: int, day: str, now: int, successor: int | None = None
) -> None:
    """A unit stands no more from that day on.

    Raises:
        CircleError: The successors would lead back to it.
        GoneError: There is no such unit.
    """
    units = directory.load(connection).units
    if unit not in units or (successor is not None and successor not in units):
        raise GoneError(unit)
    ended = replace(units[unit], ends=day, successor=successor)
    correct_unit(connection, ended, now)


def add_contact(connection: Connection, said: Contact, now: int) -> int:
    """Write a contact down; `said.id` is not read. Returns its id."""
    return _added(connection, _contact, {**_contact_values(said), "changed_at": now}, now)


def change_contact(connection: Connection, said: Contact, day: str, now: int) -> int:
    """A contact is otherwise from that day on; its id afterwards.

    A row that began before that day ends, and another one goes on; a later one is mended.

    Raises:
        GoneError: There is no such contact, or it ended before that day.
    """
    values = {**_contact_values(said), "changed_at": now}
    valid = or_(_contact.c.ends.is_(None), _contact.c.ends > day)
    columns = (_contact.c.begins, _contact.c.ends, _contact.c.successor)
    query = select(*columns).where(_contact.c.id == said.id, valid)
    held = connection.execute(query).one_or_none()
    if held is None:
        raise GoneError(said.id)
    if held.begins >= day:
        mended = {**values, "begins": held.begins, "successor": held.successor}
        _changed(connection, _contact, said.id, mended, now)
        return said.id
    goes_on = {**values, "begins": day, "ends": held.ends, "successor": held.successor}
    made = _added(connection, _contact, goes_on, now)
    # steps and sessions on call name the old row, and find the new one by it
    ended = {"ends": day, "successor": made, "changed_at": now}
    _changed(connection, _contact, said.id, ended, now)
    return made


def correct_contact(connection: Connection, said: Contact, now: int) -> None:
    """Mend a contact that was always otherwise, its days too. Raises GoneError."""
    values = {**_contact_values(said), "changed_at": now}
    _changed(connection, _contact, said.id, values, now)


def end_contact(connection: Connection, contact: int, day: str, now: int) -> None:
    """Nobody is told through it from that day on. Raises GoneError."""
    _changed(connection, _contact, contact, {"ends": day, "changed_at": now}, now)


def add_route(connection: Connection, said: Route, now: int, *, note: str = "") -> int:
    """Write a route down; `said.id` is not read. Returns its id."""
    values = {**_values(said), "note": note, "changed_at": now}
    return _added(connection, _route, values, now)


def end_route(connection: Connection, route: int, day: str | None, now: int) -> None:
    """Nothing goes this way from that day on; None: it goes on. Raises GoneError."""
    _changed(connection, _route, route, {"ends": day, "changed_at": now}, now)


def set_steps(connection: Connection, unit: int, steps: Sequence[Step], now: int) -> None:
    """A unit's own order of telling; none: its contacts one after another."""
    table = schema.escalation_step
    connection.execute(delete(table).where(table.c.unit == unit))
    rows = [{**asdict(step), "unit": unit} for step in steps]
    if rows:
        connection.execute(insert(table), rows)
    directory.touch(connection, now)


def set_duty(connection: Connection, duty: Duty | None, was: Duty | None, now: int) -> None:
    """Put somebody on call for a session, in the place of whoever was; None: nobody."""
    table = schema.oncall
    for one in (was, duty):
        if one is not None:
            same = (table.c.unit == one.unit, table.c.day == one.day)
            session = table.c.session == one.session
            connection.execute(delete(table).where(*same, session))
    if duty is not None:
        connection.execute(insert(table).values(**asdict(duty)))
    directory.touch(connection, now)


def _values(said: Unit | Route) -> dict[str, Any]:
    values = asdict(said)
    del values["id"]
    return values


def _contact_values(said: Contact) -> dict[str, Any]:
    values = asdict(said)
    del values["id"]
    values["phones"] = "\n".join(said.phones)
    values["channels"] = msgspec.json.encode(said.channels).decode()
    return values


def _added(connection: Connection, table: Table, values: dict[str, Any], now: int) -> int:
    directory.touch(connection, now)
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made


def _changed(
    connection: Connection, table: Table, row: int, values: dict[str, Any], now: int
) -> None:
    done = connection.execute(update(table).where(table.c.id == row).values(values))
    if done.rowcount != 1:
        raise GoneError(row)
    directory.touch(connection, now)
