"""The directory as one CSV file: written so that it can be read in again, here or elsewhere.

Each line is a unit, a contact, a route, a step of a unit's own order, a session on call or the
fallback, by the word in `record`. Units and contacts are named by their names, so that a file means
the same in another hub. What a spreadsheet would take for a formula is made text on the way out,
and is itself again on the way in.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from motcua_hub.domain.routing.directory import Contact, Directory, Duty, Route, Step, Unit
from motcua_hub.domain.routing.fields import (
    SCHEDULES,
    TARGETS,
    WrongError,
    clean,
    contact_of,
    duty_of,
    is_day,
    required,
    route_of,
    step_of,
    unit_of,
    waited,
)

__all__ = [
    "HEADER",
    "SCHEDULES",
    "TARGETS",
    "Listed",
    "UnlistedError",
    "Whom",
    "WrongError",
    "alive",
    "clean",
    "contact_of",
    "inert",
    "read",
    "route_of",
    "step_of",
    "unit_of",
    "write",
]

HEADER: Final = (
    "record", "unit", "short", "successor", "begins", "ends",
    "position", "name", "duty", "phones", "channels",
    "tier", "class", "cause", "site", "target", "severity", "schedule",
    "contact", "contact_begins", "channel", "wait", "day", "session",
)  # fmt: skip
MOST_ROWS: Final = 5_000
_FORMULA: Final = re.compile(r"'*[=+@\t\r-]")


class UnlistedError(ValueError):
    """A line that cannot be taken.

    Attributes:
        line: Counts from 1, as spreadsheets do.
        column: The name of its column; empty when it is about the whole line.
        code: The key of a text.
        what: What stands there.
    """

    def __init__(self, line: int, code: str, what: str = "", column: str = "") -> None:
        super().__init__(f"line {line}, {column or 'whole'}: {code} {what}")
        self.line = line
        self.column = column
        self.code = code
        self.what = what[:60]

    @property
    def where(self) -> str:
        """Line and column, in English."""
        return f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"


class Whom(msgspec.Struct, frozen=True, kw_only=True):
    """A contact by name; `begins` tells rows of one name apart, the newest is meant without it."""

    unit: str
    name: str
    begins: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A file, read; every row with its line.

    Units with the names of their successors, contacts with their unit's name and whoever goes on
    from them, routes with their unit's name, steps and sessions on call with whom they are about,
    and the unit that is the fallback.
    """

    units: tuple[tuple[int, Unit, str], ...] = ()
    contacts: tuple[tuple[int, Contact, str, Whom | None], ...] = ()
    routes: tuple[tuple[int, Route, str], ...] = ()
    steps: tuple[tuple[int, Step, Whom], ...] = ()
    duties: tuple[tuple[int, Duty, Whom], ...] = ()
    fallback: tuple[int, str] | None = None


def write(directory: Directory) -> str:
    """The whole directory, of all times."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    names = {unit.id: unit.name for unit in directory.units.values()}
    for row in (
        *_units(directory, names),
        *_contacts(directory, names),
        *_routes(directory, names),
        *_steps(directory, names),
        *_duties(directory, names),
        *_fallback(directory, names),
    ):
        writer.writerow({name: inert(value) for name, value in row.items()})
    return "\ufeff" + out.getvalue()


def _units(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    for unit in directory.units.values():
        yield {
            "record": "unit",
            "unit": unit.name,
            "short": unit.short,
            "successor": names.get(unit.successor or 0, ""),
            "begins": unit.begins,
            "ends": unit.ends or "",
        }


def _contacts(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    by_id = {one.id: one for one in directory.contacts}
    for one in directory.contacts:
        after = by_id.get(one.successor or 0)
        yield {
            "record": "contact",
            "unit": names.get(one.unit, ""),
            "position": str(one.position),
            "name": one.name,
            "duty": one.duty,
            "phones": "; ".join(one.phones),
            "channels": "; ".join(f"{channel}:{address}" for channel, address in one.channels),
            "begins": one.begins,
            "ends": one.ends or "",
            "contact": after.name if after else "",
            "contact_begins": after.begins if after else "",
            "successor": names.get(after.unit, "") if after else "",
        }


def _routes(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    for one in directory.routes:
        yield {
            "record": "route",
            "unit": names.get(one.unit, ""),
            "tier": str(one.tier),
            "class": one.responsible,
            "cause": one.cause,
            "site": one.site,
            "target": one.kind,
            "severity": str(one.severity),
            "schedule": one.schedule,
            "begins": one.begins,
            "ends": one.ends or "",
        }


def _steps(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    people = {one.id: one for one in directory.contacts}
    for one in sorted(directory.steps, key=lambda step: (step.unit, step.position)):
        contact = people.get(one.contact)
        if contact is not None:
            yield {
                "record": "step",
                "unit": names.get(one.unit, ""),
                "position": str(one.position),
                "contact": contact.name,
                "contact_begins": contact.begins,
                "channel": one.channel,
                "wait": waited(one.wait_s),
                "tier": str(one.tier) if one.tier else "",
            }


def _duties(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    people = {one.id: one for one in directory.contacts}
    for one in sorted(directory.duties, key=lambda duty: (duty.unit, duty.day, duty.session)):
        contact = people.get(one.contact)
        if contact is not None:
            yield {
                "record": "duty",
                "unit": names.get(one.unit, ""),
                "contact": contact.name,
                "contact_begins": contact.begins,
                "day": one.day,
                "session": one.session,
            }


def _fallback(directory: Directory, names: Mapping[int, str]) -> Iterable[dict[str, str]]:
    if directory.fallback is not None and directory.fallback in names:
        yield {"record": "fallback", "unit": names[directory.fallback]}


def inert(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is told to be text."""
    return f"'{text}" if _FORMULA.match(text) else text


def alive(text: str) -> str:
    """The same cell, read in again."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def read(text: str) -> Listed:
    """A file, checked line by line. Raises UnlistedError."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    try:
        if not {"record", "unit", "begins"} <= set(reader.fieldnames or ()):
            raise UnlistedError(1, "dir.csv.header", ", ".join(HEADER))
        lines = [(reader.line_num, _cells(row)) for row in reader]
    except csv.Error as error:
        raise UnlistedError(reader.line_num, "dir.csv.broken", str(error)) from error
    if len(lines) > MOST_ROWS:
        raise UnlistedError(lines[MOST_ROWS][0], "dir.csv.too_many", str(MOST_ROWS))
    return _sorted(lines)


def _cells(row: Mapping[str, str | None]) -> dict[str, str]:
    return {name: clean(alive(row.get(name) or "")) for name in HEADER}


def _sorted(lines: Iterable[tuple[int, dict[str, str]]]) -> Listed:
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _READERS}
    seen: set[tuple[str, ...]] = set()
    for line, row in lines:
        reader = _READERS.get(row["record"])
        try:
            if reader is None:
                raise WrongError("dir.csv.record", row["record"], "record")  # noqa: TRY301
            found[row["record"]].append((line, *reader(row)))
            _once(row, seen)
        except WrongError as wrong:
            raise UnlistedError(line, wrong.code, wrong.what, wrong.column) from wrong
    fallback = found.pop("fallback")
    return Listed(
        **{_PLURALS[name]: tuple(rows) for name, rows in found.items()},
        fallback=(fallback[0][0], fallback[0][1]) if fallback else None,
    )


def _once(row: Mapping[str, str], seen: set[tuple[str, ...]]) -> None:
    """Of two lines about one thing nobody knows which is meant."""
    keys = {
        "step": ("unit", "position"),
        "duty": ("unit", "day", "session"),
        "fallback": (),
    }.get(row["record"])
    if keys is None:
        return
    name = (row["record"], *(row[key] for key in keys))
    if name in seen:
        raise WrongError("dir.wrong.twice", " ".join(name), keys[-1] if keys else "record")
    seen.add(name)


def _unit_row(row: Mapping[str, str]) -> tuple[Unit, str]:
    return unit_of(row), row["successor"]


def _contact_row(row: Mapping[str, str]) -> tuple[Contact, str, Whom | None]:
    after = None
    if row["contact"]:
        unit = row["successor"] or row["unit"]
        after = Whom(unit=unit, name=row["contact"], begins=row["contact_begins"])
    return contact_of(row), _unit_name(row), after


def _route_row(row: Mapping[str, str]) -> tuple[Route, str]:
    return route_of(row), _unit_name(row)


def _step_row(row: Mapping[str, str]) -> tuple[Step, Whom]:
    return step_of(row), _whom(row)


def _duty_row(row: Mapping[str, str]) -> tuple[Duty, Whom]:
    return duty_of(row), _whom(row)


def _fallback_row(row: Mapping[str, str]) -> tuple[str]:
    return (_unit_name(row),)


def _unit_name(row: Mapping[str, str]) -> str:
    return required(row["unit"], "dir.wrong.unit", 160, "unit")


def _whom(row: Mapping[str, str]) -> Whom:
    name = required(row["contact"], "dir.wrong.name", 120, "contact")
    begins = row["contact_begins"]
    if begins and not is_day(begins):
        raise WrongError("dir.wrong.day", begins, "contact_begins")
    return Whom(unit=_unit_name(row), name=name, begins=begins)


_READERS: Final[Mapping[str, Callable[[Mapping[str, str]], tuple[Any, ...]]]] = {
    "unit": _unit_row,
    "contact": _contact_row,
    "route": _route_row,
    "step": _step_row,
    "duty": _duty_row,
    "fallback": _fallback_row,
}
_PLURALS: Final = {
    "unit": "units",
    "contact": "contacts",
    "route": "routes",
    "step": "steps",
    "duty": "duties",
}
