"""The directory as one CSV file: written so that it can be read in again, here or elsewhere.

Each line is a unit, a contact or a route, by the word in `record`. Units are named by their names,
so that a file means the same in another hub. What a spreadsheet would take for a formula is made
text on the way out, and is itself again on the way in.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from motcua_contract.faults.base import Responsible
from motcua_contract.identity import SITE_PATTERN
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing.directory import Address, Contact, Directory, Route, Unit

HEADER: Final = (
    "record", "unit", "short", "successor", "begins", "ends",
    "position", "name", "duty", "phones", "channels",
    "tier", "class", "cause", "site", "target", "severity", "schedule",
)  # fmt: skip
CHANNELS: Final = ("email", "sms", "telegram", "webhook", "zalo")
TARGETS: Final = ("server", "site_link", "device", "service")
SCHEDULES: Final = ("working", "off")
MOST_ROWS: Final = 5_000
MOST_TIER: Final = 9
_FORMULA: Final = re.compile(r"'*[=+@\t\r-]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class UnlistedError(ValueError):
    """A line that cannot be taken; `line` counts from 1, `code` is the key of a text."""

    def __init__(self, line: int, code: str, what: str = "") -> None:
        super().__init__(f"line {line}: {code} {what}")
        self.line = line
        self.code = code
        self.what = what[:60]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A file, read: units by name with the names of their successors; the rest by unit's name."""

    units: tuple[tuple[Unit, str], ...] = ()
    contacts: tuple[tuple[str, Contact], ...] = ()
    routes: tuple[tuple[str, Route], ...] = ()


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
    for one in directory.contacts:
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
        raise UnlistedError(MOST_ROWS, "dir.csv.too_many", str(MOST_ROWS))
    return _sorted(lines)


def _cells(row: Mapping[str, str | None]) -> dict[str, str]:
    return {name: clean(alive(row.get(name) or "")) for name in HEADER}


def clean(text: str) -> str:
    """One line without spaces around it."""
    return _CONTROL.sub(" ", text).strip()


def _sorted(lines: Iterable[tuple[int, dict[str, str]]]) -> Listed:
    units: list[tuple[Unit, str]] = []
    contacts: list[tuple[str, Contact]] = []
    routes: list[tuple[str, Route]] = []
    for line, row in lines:
        try:
            match row["record"]:
                case "unit":
                    units.append((unit_of(row), row["successor"]))
                case "contact":
                    contacts.append((row["unit"], contact_of(row)))
                case "route":
                    routes.append((row["unit"], route_of(row)))
                case _:
                    raise WrongError("dir.csv.record", row["record"])  # noqa: TRY301
        except WrongError as wrong:
            raise UnlistedError(line, wrong.code, wrong.what) from wrong
    return Listed(units=tuple(units), contacts=tuple(contacts), routes=tuple(routes))


class WrongError(ValueError):
    """Something that cannot be written down; `code` is the key of a text."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(f"{code} {what}")
        self.code = code
        self.what = what


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _days(row: Mapping[str, str]) -> dict[str, str | None]:
    begins, ends = row.get("begins", ""), row.get("ends", "") or None
    for day in (begins, ends):
        if day is not None and not _is_day(day):
            raise WrongError("dir.wrong.day", day)
    if ends is not None and ends < begins:
        raise WrongError("dir.wrong.days", f"{begins} – {ends}")
    return {"begins": begins, "ends": ends}


def _required(text: str, code: str, most: int) -> str:
    if not text or len(text) > most:
        raise WrongError(code, text)
    return text


def unit_of(row: Mapping[str, str]) -> Unit:
    """A unit from cells or fields. Raises WrongError."""
    name = _required(row["unit"], "dir.wrong.unit", 160)
    if len(row.get("short", "")) > 40:  # noqa: PLR2004 - as wide as the column
        raise WrongError("dir.wrong.short", row["short"])
    return msgspec.convert(
        {"id": 0, "name": name, "short": row.get("short", ""), **_days(row)}, type=Unit
    )


def contact_of(row: Mapping[str, str]) -> Contact:
    """A contact from cells or fields. Raises WrongError."""
    position = row.get("position", "") or "1"
    if not position.isdecimal() or not 1 <= int(position) <= 99:  # noqa: PLR2004 - one page of them
        raise WrongError("dir.wrong.position", position)
    phones = tuple(part.strip() for part in row.get("phones", "").split(";") if part.strip())
    made = {
        "id": 0,
        "unit": 0,
        "position": int(position),
        "name": _required(row["name"], "dir.wrong.name", 120),
        "duty": row.get("duty", "")[:120],
        "phones": phones,
        "channels": channels_of(row.get("channels", "")),
        **_days(row),
    }
    return msgspec.convert(made, type=Contact)


def channels_of(text: str) -> Sequence[Address]:
    """`sms:0905…; email:a@b.vn`: ways in the order of preference. Raises WrongError."""
    found: list[Address] = []
    for part in text.split(";"):
        channel, colon, address = part.strip().partition(":")
        if not part.strip():
            continue
        if channel not in CHANNELS or not colon or not address.strip():
            raise WrongError("dir.wrong.channel", part.strip())
        found.append((channel, address.strip()[:320]))
    return tuple(found)


def route_of(row: Mapping[str, str]) -> Route:
    """A route from cells or fields. Raises WrongError."""
    tier, severity = row.get("tier", ""), row.get("severity", "") or "4"
    if not tier.isdecimal() or not 1 <= int(tier) <= MOST_TIER:
        raise WrongError("dir.wrong.tier", tier)
    if severity not in ("1", "2", "3", "4"):
        raise WrongError("dir.wrong.severity", severity)
    closed = {
        "class": {each.value for each in Responsible},
        "cause": {each.value for each in Cause},
        "target": set(TARGETS),
        "schedule": set(SCHEDULES),
    }
    for name, known in closed.items():
        if row.get(name) and row[name] not in known:
            raise WrongError(f"dir.wrong.{name}", row[name])
    if row.get("site") and not re.fullmatch(SITE_PATTERN, row["site"]):
        raise WrongError("dir.wrong.site", row["site"])
    made = {
        "id": 0,
        "unit": 0,
        "tier": int(tier),
        "severity": int(severity),
        "responsible": row.get("class", ""),
        "cause": row.get("cause", ""),
        "site": row.get("site", ""),
        "kind": row.get("target", ""),
        "schedule": row.get("schedule", ""),
        **_days(row),
    }
    return msgspec.convert(made, type=Route)
