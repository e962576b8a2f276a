"""Periods of a calendar that a page can show: from a word and a local date to UTC ms."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from motcua_hub.web import localtime

NAMES: Final = ("day", "month", "quarter", "year", "years")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_FIVE: Final = 5


class Period(msgspec.Struct, frozen=True):
    """A period by its name and first day; `begin` and `end` are UTC ms."""

    name: str
    first: date
    begin: int
    end: int
    before: date
    after: date


def period(name: str, day: date) -> Period:
    """The period of this name that holds `day`; `years` are the five years up to its year's end."""
    first, last = _edges(name, day)
    before, _ = _edges(name, first - timedelta(days=1))
    if name == "years":
        before = _year(first.year - 1)
    return Period(name, first, _ms(first), _ms(last), before, last)


def _edges(name: str, day: date) -> tuple[date, date]:
    if name == "day":
        return day, day + timedelta(days=1)
    if name == "years":
        return _year(day.year - _FIVE + 1), _year(day.year + 1)
    months = _MONTHS[name]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    over = first.month - 1 + months
    return first, date(first.year + over // 12, over % 12 + 1, 1)


def _year(number: int) -> date:
    return date(number, 1, 1)


def _ms(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=localtime.ZONE)
    return int(midnight.timestamp()) * 1000


def day_of(text: str, otherwise: date) -> date:
    """A date of a form; `otherwise` when it is none, or none that a calendar here can show."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if date(2000, 1, 1) <= found <= date(2100, 1, 1) else otherwise


def end_of(day: date) -> int:
    """The local midnight after a day, UTC ms."""
    return _ms(day + timedelta(days=1))


def moment_of(text: str) -> int | None:
    """Local date and time of a form (`2026-11-22T08:15`) as UTC ms; None when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is not None:
        return None
    return int(found.replace(tzinfo=localtime.ZONE).timestamp() * 1000)
