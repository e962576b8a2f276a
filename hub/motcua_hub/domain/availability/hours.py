"""Service hours: shifts by weekday, and a calendar per year of days off and swapped days.

Days are local dates, hours local times; both become UTC ms date by date through the IANA zone, so
that days of 23 or 25 hours come out right. A night shift belongs to the date it begins on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from motcua_contract.siteconfig import Calendar, DayOff, Shift, WorkDay
from motcua_hub.domain.availability.intervals import Interval, Spans, clip, normal

VIETNAM: Final = "Asia/Ho_Chi_Minh"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_MINUTES: Final = 60
_LOOK_AHEAD: Final = 800
"""Days in which some working time must be found."""

Opening = tuple[str, str]
"""`("07:30", "11:30")`, local; `24:00` is midnight at the end, an end before its start is the next
morning."""


class NoServiceHoursError(ValueError):
    """The calendar has no service hours within two years: its shifts or days off are wrong."""


class ServiceHours(msgspec.Struct, frozen=True, kw_only=True):
    """When a target has to work. `always`: around the clock, whatever else is here.

    `special` holds the openings of single dates (ISO), none for a day off; they go before shifts.
    """

    zone: str = VIETNAM
    always: bool = False
    shifts: tuple[Shift, ...] = ()
    special: Mapping[str, tuple[Opening, ...]] = {}


ALWAYS: Final = ServiceHours(always=True)


def of_calendar(calendar: Calendar, zone: str = VIETNAM) -> ServiceHours:
    """The service hours of an office's calendar. A swapped working day is never off."""
    special: dict[str, tuple[Opening, ...]] = {off.day: () for off in calendar.days_off}
    special |= {each.day: _like(calendar.shifts, each) for each in calendar.work_days}
    return ServiceHours(
        zone=zone, always=calendar.always_open, shifts=calendar.shifts, special=special
    )


def with_year(
    hours: ServiceHours, year: int, days_off: Iterable[DayOff], work_days: Iterable[WorkDay] = ()
) -> ServiceHours:
    """The same hours with one year's calendar put in the place of what was there.

    Raises:
        ValueError: A day is not of that year.
    """
    off, worked = tuple(days_off), tuple(work_days)
    days = [*(each.day for each in off), *(each.day for each in worked)]
    strangers = [day for day in days if date.fromisoformat(day).year != year]
    if strangers:
        msg = f"not days of {year}: {', '.join(strangers)}"
        raise ValueError(msg)
    kept = {day: found for day, found in hours.special.items() if int(day[:4]) != year}
    kept |= {each.day: () for each in off}
    kept |= {each.day: _like(hours.shifts, each) for each in worked}
    return msgspec.structs.replace(hours, special=kept)


def _like(shifts: Iterable[Shift], swap: WorkDay) -> tuple[Opening, ...]:
    """What a swapped day works: the shifts of the weekday it stands for, valid on its own date."""
    return _openings(shifts, date.fromisoformat(swap.day), swap.like)


def _openings(shifts: Iterable[Shift], day: date, weekday: int) -> tuple[Opening, ...]:
    text = day.isoformat()
    return tuple(
        (shift.opens, shift.closes)
        for shift in shifts
        if weekday in shift.days
        and (shift.valid_from is None or shift.valid_from <= text)
        and (shift.valid_to is None or text <= shift.valid_to)
    )


def service_time(hours: ServiceHours, period: Interval) -> Spans:
    """The service hours inside a period, as UTC ms."""
    if hours.always:
        return clip((period,), period) if period[0] < period[1] else ()
    zone = ZoneInfo(hours.zone)
    day, last = _local_date(period[0], zone) - _DAY, _local_date(period[1], zone)
    found: list[Interval] = []
    while day <= last:
        found += _sessions(hours, day, zone)
        day += _DAY
    return clip(normal(found), period)


def _sessions(hours: ServiceHours, day: date, zone: ZoneInfo) -> list[Interval]:
    openings = hours.special.get(day.isoformat())
    if openings is None:
        openings = _openings(hours.shifts, day, day.isoweekday())
    return [_session(day, opening, zone) for opening in openings]


def _session(day: date, opening: Opening, zone: ZoneInfo) -> Interval:
    opens, closes = (_minutes(text) for text in opening)
    over = day if closes > opens else day + _DAY
    return _at(day, opens, zone), _at(over, closes, zone)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * _MINUTES + int(minute)


def _at(day: date, minutes: int, zone: ZoneInfo) -> int:
    """UTC ms of a local wall time; 24:00 is the next date's 00:00."""
    days, rest = divmod(minutes, 24 * _MINUTES)
    moment = time(*divmod(rest, _MINUTES))
    local = datetime.combine(day + timedelta(days=days), moment, tzinfo=zone)
    return (local - _EPOCH) // timedelta(milliseconds=1)


def _local_date(ms: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone).date()


def due(hours: ServiceHours, opened: int, working_ms: int) -> int:
    """When so much service time after `opened` is used up: a deadline in working time.

    Raises:
        NoServiceHoursError: The calendar does not hold that much in the next two years.
    """
    left = working_ms
    for begin, end in _ahead(hours, opened):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    msg = f"no {working_ms} ms of service hours within two years; check shifts and days off"
    raise NoServiceHoursError(msg)


def _ahead(hours: ServiceHours, opened: int) -> Iterable[Interval]:
    """Sessions from a moment on, a month at a time."""
    month = 30 * 24 * 3_600_000
    for step in range(_LOOK_AHEAD // 30):
        begin = opened + step * month
        found: Sequence[Interval] = service_time(hours, (begin, begin + month))
        yield from found
