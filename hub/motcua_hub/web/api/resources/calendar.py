"""The calendar of a year: days off, days worked by a swap, and who said so."""

from typing import Final

import msgspec

from motcua_hub.domain.calendar.years import (
    FIRST_YEAR,
    LAST_YEAR,
    UnfitDayError,
    new_day_off,
    new_work_day,
)
from motcua_hub.store import calendars
from motcua_hub.store.calendars import HeldYear, Shifts
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Moment, Text


class AsOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As it was on record at a moment; now, unless said."""

    as_of: Moment | None = None


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """Working sessions by site; the empty site is for all that have none of their own."""

    sites: dict[str, Shifts]


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day off with its `name`, or, with `like`, a weekend day worked as that weekday (1 to 7)."""

    day: Text
    name: Text = ""
    like: Text = ""


def _year(call: Call) -> HeldYear:
    number = _number(call.path["year"])
    with reading(call.hub.engine) as connection:
        return calendars.year(connection, number, call.query.as_of)


def _shifts(call: Call) -> Sessions:
    with reading(call.hub.engine) as connection:
        return Sessions(sites=calendars.shifts(connection, call.query.as_of))


def _add(call: Call) -> HeldYear:
    asked: Day = call.body
    number = _number(call.path["year"])
    with writing(call.hub.engine) as connection:
        held = calendars.year(connection, number).days
        try:
            if asked.like:
                swap = new_work_day(held, asked.day, asked.like)
                calendars.add_work_day(connection, number, swap, call.now, call.actor)
            else:
                off = new_day_off(held, asked.day, asked.name)
                calendars.add_day_off(connection, number, off, call.now, call.actor)
        except UnfitDayError as error:
            raise refused(str(error), call.words(str(error))) from error
        return calendars.year(connection, number)


def _remove(call: Call) -> HeldYear:
    number = _number(call.path["year"])
    with writing(call.hub.engine) as connection:
        if not calendars.remove_day(connection, number, call.path["day"], call.now, call.actor):
            raise not_found("such a day of the calendar", f"/api/v1/calendar/{number}")
        return calendars.year(connection, number)


def _number(text: str) -> int:
    known = text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR
    if not known:
        raise not_found("this year", f"/api/v1/calendar/{FIRST_YEAR}")
    return int(text)


OPERATIONS: Final = (
    Operation(
        name="calendar",
        method=Method.GET,
        path="/calendar/{year}",
        summary="A year's days off and swapped days",
        handle=_year,
        answer=HeldYear,
        query=AsOf,
    ),
    Operation(
        name="calendar_add",
        method=Method.POST,
        path="/calendar/{year}/days",
        summary="Add a day off, or a day worked by a swap",
        handle=_add,
        answer=HeldYear,
        body=Day,
        status=201,
        refuses={409: "The day cannot be; `detail` says why."},
    ),
    Operation(
        name="calendar_remove",
        method=Method.DELETE,
        path="/calendar/{year}/days/{day}",
        summary="Make a day an ordinary one again",
        handle=_remove,
        answer=HeldYear,
    ),
    Operation(
        name="shifts",
        method=Method.GET,
        path="/shifts",
        summary="Working sessions of the offices",
        handle=_shifts,
        answer=Sessions,
        query=AsOf,
    ),
)
