"""The directory: units, contacts, routes and people on call, edited “from this day on”.

Every edit is told of in words by field, as a form or a row of a list has them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection

from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.chain import SESSIONS
from motcua_hub.domain.routing.directory import Duty, Step, Unit
from motcua_hub.domain.routing.listed import WrongError
from motcua_hub.store import directory, directory_edits
from motcua_hub.store.directory_edits import CircleError
from motcua_hub.store.directory_import import take_in as take_list_in
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit

_MOST: Final = 2**31
MOST_STEPS: Final = 30
"""Rows of a unit's own order."""
Made = tuple[int | None, str]
"""The number of what was written down, if it is new, and what the audit says."""
Edit = Callable[[Connection, Mapping[str, str], int], Made]


def edit(connection: Connection, name: str, said: Mapping[str, str], by: By) -> int | None:
    """Carry an edit out; the number of what is new. Raises WrongError, GoneError."""
    clean = {field: listed.clean(value) for field, value in said.items()}
    made, what = EDITS[name](connection, clean, by.now)
    action = audit.Action.DIRECTORY_CHANGED
    audit.write(connection, by.now, by.who, action, subject=name, detail=what)
    return made


def add_unit(
    connection: Connection, unit: Unit, takes_over: Sequence[int], note: str, by: By
) -> int:
    """Write a unit down, or let it take over from others; its number. Raises GoneError."""
    if takes_over:
        made = directory_edits.succeed(connection, takes_over, unit, by.now, note=note)
    else:
        made = directory_edits.add_unit(connection, unit, by.now, note=note)
    detail = f"{list(takes_over)} -> #{made} {unit.name} from {unit.begins} {note}".strip()
    action = audit.Action.DIRECTORY_CHANGED
    audit.write(connection, by.now, by.who, action, subject="add_unit", detail=detail)
    return made


def take_in(connection: Connection, text: str, by: By) -> tuple[int, int]:
    """Take a list as CSV in, all of it or nothing: how many are new, how many changed.

    Raises:
        UnlistedError, WrongError: A line is not as it must be.
    """
    new, changed = take_list_in(connection, listed.read(text), by.now)
    detail, action = f"{new} new, {changed} changed", audit.Action.DIRECTORY_CHANGED
    audit.write(connection, by.now, by.who, action, subject="import", detail=detail)
    return new, changed


def _id(said: Mapping[str, str], name: str) -> int:
    text = said.get(name, "")
    if not text.isdecimal() or int(text) >= _MOST:
        raise WrongError("dir.wrong.no_unit", text)
    return int(text)


def _day(said: Mapping[str, str], name: str = "begins") -> str:
    # the same check as that of whole rows
    unit = listed.unit_of({"unit": "x", "begins": said.get(name, ""), "ends": ""})
    return unit.begins


def _add_unit(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    unit = listed.unit_of(said)
    made = directory_edits.add_unit(connection, unit, now)
    return made, f"#{made} {unit.name} from {unit.begins}"


def _merge(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    """One unit: renamed. Two: merged."""
    unit = listed.unit_of(said)
    old = [_id(said, "first"), *([_id(said, "second")] if said.get("second") else [])]
    if len(set(old)) != len(old):
        raise WrongError("dir.wrong.same_unit")
    made = directory_edits.succeed(connection, old, unit, now)
    return made, f"{old} -> #{made} {unit.name} from {unit.begins}"


def _end_unit(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    unit, day = _id(said, "unit"), _day(said, "ends")
    after = _id(said, "successor") if said.get("successor") else None
    try:
        directory_edits.end_unit(connection, unit, day, now, after)
    except CircleError as error:
        raise WrongError("dir.wrong.circle") from error
    return None, f"#{unit} ends {day}, successor {after}"


def _add_contact(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    contact = replace(listed.contact_of(said), unit=_id(said, "unit"))
    if contact.unit not in directory.load(connection).units:
        raise WrongError("dir.wrong.no_unit")
    made = directory_edits.add_contact(connection, contact, now)
    return made, f"#{made} {contact.name} of #{contact.unit}"


def _change_contact(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    contact = replace(listed.contact_of(said), unit=_id(said, "unit"), id=_id(said, "contact"))
    made = directory_edits.change_contact(connection, contact, contact.begins, now)
    return made, f"#{contact.id} -> #{made} {contact.name} from {contact.begins}"


def _end_contact(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    contact, day = _id(said, "contact"), _day(said, "ends")
    directory_edits.end_contact(connection, contact, day, now)
    return None, f"#{contact} ends {day}"


def _add_route(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    route = replace(listed.route_of(said), unit=_id(said, "unit"))
    if route.unit not in directory.load(connection).units:
        raise WrongError("dir.wrong.no_unit")
    made = directory_edits.add_route(connection, route, now)
    return made, f"#{made} tier {route.tier} {route.responsible} {route.site} -> #{route.unit}"


def _end_route(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    route, day = _id(said, "route"), _day(said, "ends")
    directory_edits.end_route(connection, route, day, now)
    return None, f"#{route} ends {day}"


def _fallback(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    unit = _id(said, "unit") if said.get("unit") else None
    directory.set_fallback(connection, unit, now)
    return None, f"#{unit}"


def _duty(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    if said.get("session") not in SESSIONS:
        raise WrongError("dir.wrong.session", said.get("session", ""))
    contact = _id(said, "contact") if said.get("contact") else 0
    duty = Duty(
        unit=_id(said, "unit"),
        day=_day(said, "day"),
        session=said["session"],
        contact=contact,
    )
    directory_edits.set_duty(connection, duty if contact else None, duty, now)
    return None, f"#{duty.unit} {duty.day} {duty.session}: #{contact}"


def _steps(connection: Connection, said: Mapping[str, str], now: int) -> Made:
    """A unit's own order, row by row; a row without a contact is left out, the rest close up."""
    held = directory.load(connection)
    unit = _id(said, "unit")
    if unit not in held.units:
        raise WrongError("dir.wrong.no_unit")
    mine = {one.id for one in held.contacts if one.unit == unit}
    found: list[tuple[int, Step]] = []
    for row in range(1, MOST_STEPS + 1):
        if not said.get(f"contact-{row}"):
            continue
        contact = _id(said, f"contact-{row}")
        if contact not in mine:
            raise WrongError("dir.wrong.no_contact", str(contact))
        names = ("position", "wait", "channel", "tier")
        step = listed.step_of({name: said.get(f"{name}-{row}", "") for name in names})
        found.append((step.position, replace(step, unit=unit, contact=contact)))
    ordered = [step for _, step in sorted(found, key=lambda each: each[0])]
    steps = [replace(step, position=number) for number, step in enumerate(ordered, 1)]
    directory_edits.set_steps(connection, unit, steps, now)
    told = ", ".join(f"{one.wait_s} s #{one.contact} {one.channel} {one.tier}" for one in steps)
    return None, f"#{unit}: {told or 'no order of its own'}"


EDITS: Final[Mapping[str, Edit]] = {
    "add_unit": _add_unit,
    "merge": _merge,
    "end_unit": _end_unit,
    "add_contact": _add_contact,
    "change_contact": _change_contact,
    "end_contact": _end_contact,
    "add_route": _add_route,
    "end_route": _end_route,
    "fallback": _fallback,
    "duty": _duty,
    "steps": _steps,
}
"""By the name of the edit."""
