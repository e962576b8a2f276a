"""When an office works: dated shifts, days off, swapped days. Times are UTC ms, days local."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from motcua_contract.siteconfig import Calendar, Shift
from motcua_edge.domain.localtime import MINUTE, at, business_date, clock_time, hour_minute, local

_LOOK_AHEAD_DAYS: Final = 800
_HOUR: Final = 60 * MINUTE
_NOON: Final = 12


class NoWorkingTimeError(ValueError):
    """The calendar has no working time in the next two years: its shifts or days off are wrong."""


class Span(msgspec.Struct, frozen=True):
    """One working session; numbers are given out from `issue_from` until before `issue_until`."""

    opens: int
    closes: int
    issue_from: int
    issue_until: int


def business_day(calendar: Calendar, ms: int) -> date:
    """The business day at `ms`; it changes at the calendar's cut-over time."""
    return business_date(ms, calendar.cut_over)


def day_start(calendar: Calendar, day: date) -> int:
    """When a business day begins."""
    return at(day, clock_time(calendar.cut_over))


def day_off_name(calendar: Calendar, day: date) -> str | None:
    """The name of the holiday, or None. A swapped working day is never off."""
    text = day.isoformat()
    if any(swap.day == text for swap in calendar.work_days):
        return None
    return next((off.name for off in calendar.days_off if off.day == text), None)


def spans(calendar: Calendar, day: date) -> list[Span]:
    """The working sessions of a day, earliest first; none on a day off."""
    if calendar.always_open:
        whole = day_start(calendar, day), day_start(calendar, day + timedelta(days=1))
        return [Span(*whole, *whole)]
    if day_off_name(calendar, day) is not None:
        return []
    weekday = _weekday(calendar, day)
    found = [_span(day, shift) for shift in calendar.shifts if _holds(shift, day, weekday)]
    return sorted(found, key=lambda span: span.opens)


def _weekday(calendar: Calendar, day: date) -> int:
    text = day.isoformat()
    swapped = (swap.like for swap in calendar.work_days if swap.day == text)
    return next(swapped, day.isoweekday())


def _holds(shift: Shift, day: date, weekday: int) -> bool:
    text = day.isoformat()
    begun = shift.valid_from is None or shift.valid_from <= text
    over = shift.valid_to is not None and text > shift.valid_to
    return weekday in shift.days and begun and not over


def _span(day: date, shift: Shift) -> Span:
    return Span(
        opens=at(day, clock_time(shift.opens)),
        closes=at(day, clock_time(shift.closes)),
        issue_from=at(day, clock_time(shift.issue_from or shift.opens)),
        issue_until=at(day, clock_time(shift.issue_until or shift.closes)),
    )


def today(calendar: Calendar, ms: int) -> list[Span]:
    """The working sessions of the business day at `ms`."""
    return spans(calendar, business_day(calendar, ms))


def is_open(calendar: Calendar, ms: int) -> bool:
    """Whether somebody works at that moment."""
    return any(span.opens <= ms < span.closes for span in today(calendar, ms))


def is_issuing(calendar: Calendar, ms: int) -> bool:
    """Whether numbers are given out at that moment."""
    return any(span.issue_from <= ms < span.issue_until for span in today(calendar, ms))


def next_opening(calendar: Calendar, ms: int) -> int | None:
    """When the office next gives out numbers: `ms` itself if it does now, None if never again."""
    for span in _from_day(calendar, business_day(calendar, ms)):
        if ms < span.issue_until:
            return max(ms, span.issue_from)
    return None


def _from_day(calendar: Calendar, day: date) -> Iterator[Span]:
    for ahead in range(_LOOK_AHEAD_DAYS):
        yield from spans(calendar, day + timedelta(days=ahead))


def working_minutes_left(calendar: Calendar, ms: int) -> int:
    """Whole working minutes from `ms` to the end of its business day, breaks left out."""
    left = sum(max(0, span.closes - max(ms, span.opens)) for span in today(calendar, ms))
    return left // MINUTE


def add_working_time(calendar: Calendar, opened: int, hours: float) -> int:
    """When `hours` of working time after `opened` are used up.

    Raises:
        NoWorkingTimeError: The calendar does not hold that much in the next two years.
    """
    remaining = round(hours * _HOUR)
    for span in _from_day(calendar, business_day(calendar, opened)):
        begin = max(opened, span.opens)
        length = span.closes - begin
        if length > 0 and remaining <= length:
            return begin + remaining
        remaining -= max(0, length)
    msg = f"no {hours} working hours within two years; check the shifts and days off"
    raise NoWorkingTimeError(msg)


def closing_at(calendar: Calendar, day: date) -> int:
    """When the open tickets of a day end: last closing plus grace, or the day's own end."""
    end_of_day = day_start(calendar, day + timedelta(days=1))
    if calendar.always_open:
        return end_of_day
    closings = [span.closes for span in spans(calendar, day)]
    if not closings:
        return end_of_day
    return min(max(closings) + calendar.closing_grace_minutes * MINUTE, end_of_day)


def next_working_day(calendar: Calendar, day: date) -> date | None:
    """The first later day with a session; None if there is none within two years."""
    for ahead in range(1, _LOOK_AHEAD_DAYS):
        later = day + timedelta(days=ahead)
        if spans(calendar, later):
            return later
    return None


def session_texts(calendar: Calendar, day: date) -> dict[str, str]:
    """Issuing hours for the kiosk, as `{"sang": "07:30–11:30", "chieu": "13:30–17:00"}`.

    On a day without sessions they are those of the next working day; a missing half is empty.
    """
    worked: date | None = day if spans(calendar, day) else next_working_day(calendar, day)
    found = spans(calendar, worked) if worked else []
    morning = [span for span in found if local(span.issue_from).hour < _NOON]
    afternoon = [span for span in found if span not in morning]
    return {"sang": _range_text(morning), "chieu": _range_text(afternoon)}


def _range_text(found: list[Span]) -> str:
    return ", ".join(
        f"{hour_minute(span.issue_from)}–{hour_minute(span.issue_until)}" for span in found
    )
