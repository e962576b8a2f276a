"""A year's days off and days worked by a swap: how people edit them, and what is no edit. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from motcua_contract.holidays import Year
from motcua_contract.siteconfig import Calendar, DayOff, Shift, WorkDay
from motcua_hub.domain.availability.hours import ServiceHours, of_calendar

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2099
_LONGEST: Final = 200
_WEEK: Final = range(1, 8)
DEFAULT_SHIFTS: Final = Calendar().shifts


class UnfitDayError(ValueError):
    """A day that cannot be written into a calendar; the message is the code of the words for it."""


def day_of(text: str, year: int) -> str:
    """The day a person wrote (`2026-11-24`), if it is one of that year."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UnfitDayError("calendar.fault.day") from error
    if day.year != year:
        raise UnfitDayError("calendar.fault.year")
    return day.isoformat()


def new_day_off(held: Year, text: str, name: str) -> DayOff:
    """A day off to be added.

    Raises:
        UnfitDayError: It is no day of the year, is there already, or has no name.
    """
    day, said = day_of(text, held.year), " ".join(name.split())
    if not said or len(said) > _LONGEST:
        raise UnfitDayError("calendar.fault.name")
    _refuse_double(held, day)
    return DayOff(day=day, name=said)


def new_work_day(held: Year, text: str, like: str) -> WorkDay:
    """A day to be worked by a swap, as weekday `like` (1 = Monday).

    Raises:
        UnfitDayError: It is no weekend day of the year, is there already, or stands for no weekday.
    """
    day = day_of(text, held.year)
    if not like.isdecimal() or int(like) not in _WEEK:
        raise UnfitDayError("calendar.fault.weekday")
    if date.fromisoformat(day).isoweekday() < _WEEK[-2]:
        raise UnfitDayError("calendar.fault.weekend")
    _refuse_double(held, day)
    return WorkDay(day=day, like=int(like))


def _refuse_double(held: Year, day: str) -> None:
    taken = {off.day for off in held.days_off} | {swap.day for swap in held.work_days}
    if day in taken:
        raise UnfitDayError("calendar.fault.double")


def hours(
    years: Iterable[Year], shifts: tuple[Shift, ...], *, always: bool = False
) -> ServiceHours:
    """Service hours of an office that works these shifts in these years."""
    held = tuple(years)
    return of_calendar(
        Calendar(
            shifts=shifts,
            days_off=tuple(off for year in held for off in year.days_off),
            work_days=tuple(swap for year in held for swap in year.work_days),
            always_open=always,
        )
    )
