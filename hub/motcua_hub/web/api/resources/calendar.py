"""The calendar of a year: days off, days worked by a swap, and who said so."""

from typing import Annotated, Final

import msgspec

from motcua_contract.siteconfig import Shift
from motcua_hub.domain.calendar.years import FIRST_YEAR, LAST_YEAR, UnfitDayError
from motcua_hub.store import calendars
from motcua_hub.store.calendars import HeldYear, Shifts
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Moment, Text
from motcua_hub.web.deeds import calendar as deeds


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


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paper that a year's days are from."""

    notice: Annotated[str, msgspec.Meta(max_length=200)]


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Working sessions of one office; the empty `site` is for all that have none of their own."""

    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    shifts: Annotated[tuple[Shift, ...], msgspec.Meta(max_length=12)] = ()
    always: bool = False


def _year(call: Call) -> HeldYear:
    number = _number(call.path["year"])
    connection = call.connection
    return calendars.year(connection, number, call.query.as_of)


def _shifts(call: Call) -> Sessions:
    connection = call.connection
    return Sessions(sites=calendars.shifts(connection, call.query.as_of))


def _add(call: Call) -> HeldYear:
    asked: Day = call.body
    number = _number(call.path["year"])
    try:
        if asked.like:
            deeds.add_work(call.connection, number, asked.day, asked.like, call.by)
        else:
            deeds.add_off(call.connection, number, asked.day, asked.name, call.by)
    except UnfitDayError as error:
        raise refused(str(error), call.words(str(error))) from error
    return calendars.year(call.connection, number)


def _remove(call: Call) -> HeldYear:
    number = _number(call.path["year"])
    listed = f"/api/v1/calendar/{number}"
    try:
        removed = deeds.remove(call.connection, number, call.path["day"], call.by)
    except UnfitDayError as error:
        raise not_found("such a day of the calendar", listed) from error
    if not removed:
        raise not_found("such a day of the calendar", listed)
    return calendars.year(call.connection, number)


def _notice(call: Call) -> HeldYear:
    number = _number(call.path["year"])
    deeds.notice(call.connection, number, call.body.notice, call.by)
    return calendars.year(call.connection, number)


def _set_shifts(call: Call) -> Sessions:
    asked: Hours = call.body
    return _shifts_as(call, asked.site, Shifts(shifts=asked.shifts, always=asked.always))


def _no_shifts(call: Call) -> Sessions:
    return _shifts_as(call, call.path["site"], None)


def _shifts_as(call: Call, site: str, held: Shifts | None) -> Sessions:
    if held is not None and not held.always and not held.shifts:
        code = "calendar.fault.shifts"
        raise refused(code, call.words(code))
    if held is not None and any(each.opens >= each.closes for each in held.shifts):
        code = "calendar.fault.shifts"
        raise refused(code, call.words(code))
    try:
        deeds.shifts(call.connection, site, held, call.by)
    except UnfitDayError as error:
        raise refused(str(error), call.words(str(error))) from error
    return Sessions(sites=calendars.shifts(call.connection))


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
        tag=lambda answer: answer,
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
        guard="calendar",
    ),
    Operation(
        name="calendar_remove",
        method=Method.DELETE,
        path="/calendar/{year}/days/{day}",
        summary="Make a day an ordinary one again",
        handle=_remove,
        answer=HeldYear,
        guard="calendar",
    ),
    Operation(
        name="calendar_notice",
        method=Method.PUT,
        path="/calendar/{year}/notice",
        summary="Write down the paper that a year's days are from",
        handle=_notice,
        answer=HeldYear,
        body=Paper,
        guard="calendar",
    ),
    Operation(
        name="shifts_set",
        method=Method.PUT,
        path="/shifts",
        summary="Set the working sessions of an office, or of all others",
        handle=_set_shifts,
        answer=Sessions,
        body=Hours,
        refuses={409: "The sessions cannot be, or there is no such office."},
        guard="shifts",
    ),
    Operation(
        name="shifts_unset",
        method=Method.DELETE,
        path="/shifts/{site}",
        summary="Let an office work as all others do",
        handle=_no_shifts,
        answer=Sessions,
        refuses={409: "There is no such office."},
    ),
    Operation(
        name="shifts",
        method=Method.GET,
        path="/shifts",
        summary="Working sessions of the offices",
        handle=_shifts,
        answer=Sessions,
        query=AsOf,
        tag=lambda answer: answer,
    ),
)
