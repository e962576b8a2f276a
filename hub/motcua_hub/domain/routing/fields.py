"""Fields of the directory as people write them, in a form or in a cell: checked and converted."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from motcua_contract.faults.base import Responsible
from motcua_contract.identity import SITE_PATTERN
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing.chain import SESSIONS
from motcua_hub.domain.routing.directory import Address, Contact, Duty, Route, Step, Unit

CHANNELS: Final = ("email", "sms", "telegram", "webhook", "zalo")
TARGETS: Final = ("server", "site_link", "device", "service")
SCHEDULES: Final = ("working", "off")
MOST_TIER: Final = 9
MOST_POSITION: Final = 99
LONGEST_WAIT_S: Final = 7 * 86_400
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class WrongError(ValueError):
    """Something that cannot be written down; `code` is the key of a text, `column` a field."""

    def __init__(self, code: str, what: str = "", column: str = "") -> None:
        super().__init__(f"{code} {what}")
        self.code = code
        self.what = what
        self.column = column


def is_day(text: str) -> bool:
    """Whether it is a day such as `2026-11-23`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _days(row: Mapping[str, str]) -> dict[str, str | None]:
    begins, ends = row.get("begins", ""), row.get("ends", "") or None
    for name, day in (("begins", begins), ("ends", ends)):
        if day is not None and not is_day(day):
            raise WrongError("dir.wrong.day", day, name)
    if ends is not None and ends < begins:
        raise WrongError("dir.wrong.days", f"{begins} – {ends}", "ends")
    return {"begins": begins, "ends": ends}


def required(text: str, code: str, most: int, column: str) -> str:
    """The text, if it is there and not longer than `most`. Raises WrongError."""
    if not text or len(text) > most:
        raise WrongError(code, text, column)
    return text


def unit_of(row: Mapping[str, str]) -> Unit:
    """A unit from cells or fields. Raises WrongError."""
    name = required(row["unit"], "dir.wrong.unit", 160, "unit")
    if len(row.get("short", "")) > 40:  # noqa: PLR2004 - as wide as the column
        raise WrongError("dir.wrong.short", row["short"], "short")
    return msgspec.convert(
        {"id": 0, "name": name, "short": row.get("short", ""), **_days(row)}, type=Unit
    )


def contact_of(row: Mapping[str, str]) -> Contact:
    """A contact from cells or fields. Raises WrongError."""
    phones = tuple(part.strip() for part in row.get("phones", "").split(";") if part.strip())
    made = {
        "id": 0,
        "unit": 0,
        "position": _position(row),
        "name": required(row["name"], "dir.wrong.name", 120, "name"),
        "duty": row.get("duty", "")[:120],
        "phones": phones,
        "channels": channels_of(row.get("channels", "")),
        **_days(row),
    }
    return msgspec.convert(made, type=Contact)


def _position(row: Mapping[str, str]) -> int:
    return _number(row.get("position", "") or "1", 1, MOST_POSITION, "position")


def _number(text: str, least: int, most: int, column: str) -> int:
    plain = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004
    if not plain or not least <= int(text) <= most:
        raise WrongError(f"dir.wrong.{column}", text, column)
    return int(text)


def step_of(row: Mapping[str, str]) -> Step:
    """A step from cells or fields, without unit and contact. Raises WrongError."""
    channel = row.get("channel", "")
    if channel and channel not in CHANNELS:
        raise WrongError("dir.wrong.channel", channel, "channel")
    return Step(
        unit=0,
        position=_position(row),
        wait_s=wait_of(row.get("wait", "")),
        contact=0,
        channel=channel,
        tier=_number(row.get("tier", "") or "0", 0, MOST_TIER, "tier"),
    )


def duty_of(row: Mapping[str, str]) -> Duty:
    """A session on call from cells or fields, without unit and contact. Raises WrongError."""
    day, session = row.get("day", ""), row.get("session", "")
    if not is_day(day):
        raise WrongError("dir.wrong.day", day, "day")
    if session not in SESSIONS:
        raise WrongError("dir.wrong.session", session, "session")
    return Duty(unit=0, day=day, session=session, contact=0)


def channels_of(text: str) -> Sequence[Address]:
    """`sms:0905…; email:a@b.vn`: ways in the order of preference. Raises WrongError."""
    found: list[Address] = []
    for part in text.split(";"):
        channel, colon, address = part.strip().partition(":")
        if not part.strip():
            continue
        if channel not in CHANNELS or not colon or not address.strip():
            raise WrongError("dir.wrong.channel", part.strip(), "channels")
        found.append((channel, address.strip()[:320]))
    return tuple(found)


def route_of(row: Mapping[str, str]) -> Route:
    """A route from cells or fields. Raises WrongError."""
    tier = _number(row.get("tier", ""), 1, MOST_TIER, "tier")
    severity = row.get("severity", "") or "4"
    if severity not in ("1", "2", "3", "4"):
        raise WrongError("dir.wrong.severity", severity, "severity")
    closed = {
        "class": {each.value for each in Responsible},
        "cause": {each.value for each in Cause},
        "target": set(TARGETS),
        "schedule": set(SCHEDULES),
    }
    for name, known in closed.items():
        if row.get(name) and row[name] not in known:
            raise WrongError(f"dir.wrong.{name}", row[name], name)
    if row.get("site") and not re.fullmatch(SITE_PATTERN, row["site"]):
        raise WrongError("dir.wrong.site", row["site"], "site")
    made = {
        "id": 0,
        "unit": 0,
        "tier": tier,
        "severity": int(severity),
        "responsible": row.get("class", ""),
        "cause": row.get("cause", ""),
        "site": row.get("site", ""),
        "kind": row.get("target", ""),
        "schedule": row.get("schedule", ""),
        **_days(row),
    }
    return msgspec.convert(made, type=Route)


def waited(seconds: int) -> str:
    """A wait in minutes: `10`, `2:30`."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}" if rest else str(minutes)


def wait_of(text: str) -> int:
    """The same in seconds. Raises WrongError."""
    found = re.fullmatch(r"(\d{1,5})(?::([0-5]\d))?", text or "0", re.ASCII)
    seconds = int(found[1]) * 60 + int(found[2] or 0) if found else -1
    if not 0 <= seconds <= LONGEST_WAIT_S:
        raise WrongError("dir.wrong.wait", text, "wait")
    return seconds


def clean(text: str) -> str:
    """One line without spaces around it."""
    return _CONTROL.sub(" ", text).strip()
