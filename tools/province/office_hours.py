"""When offices work, by hand: what a calendar on the wall says of the days that are simulated."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from province.script import SECOND
from province.spans import Span, common

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_SHIFTS = (("07:30", "11:30"), ("13:30", "17:00"))
_FRIDAY = 5
_OFF = {
    "2026-01-01": "New Year",
    "2026-01-02": "swapped with Saturday 10 January",
    **{f"2026-02-{day}": "Tet" for day in range(14, 23)},
    "2026-08-31": "swapped with Saturday 22 August",
    "2026-09-01": "National Day",
    "2026-09-02": "National Day",
}
_WORKED = {"2026-01-10", "2026-08-22"}


def office_hours(window: Span) -> list[Span]:
    """The hours in which an office has to serve, inside a window of UTC ms."""
    first = datetime.fromtimestamp(window[0] / SECOND, UTC).astimezone(_HERE).date()
    last = datetime.fromtimestamp(window[1] / SECOND, UTC).astimezone(_HERE).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return common((span for day in days for span in _of_day(day)), [window])


def _of_day(day: date) -> Iterator[Span]:
    name = day.isoformat()
    works = name in _WORKED or (day.isoweekday() <= _FRIDAY and name not in _OFF)
    for opens, closes in _SHIFTS if works else ():
        yield _at(name, opens), _at(name, closes)


def _at(day: str, clock: str) -> int:
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=_HERE)
    return int(local.timestamp()) * SECOND
