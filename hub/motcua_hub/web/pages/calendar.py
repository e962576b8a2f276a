"""Calendars: a year's days off and swapped days, and the shifts of offices."""

from calendar import Calendar as Months
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.holidays import Year
from motcua_contract.siteconfig import HourMinute, Shift
from motcua_hub.domain.calendar.years import FIRST_YEAR, LAST_YEAR, UnfitDayError
from motcua_hub.store import calendars
from motcua_hub.store.calendars import EVERYWHERE, Shifts
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import calendar as deeds
from motcua_hub.web.deeds.by import By
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import plans as query

Answer = str | tuple[str, int] | BaseResponse
Edit = Callable[[Connection, int, By], None]
_WEEK: Final = (1, 2, 3, 4, 5)
_SATURDAY: Final = (6,)
SESSIONS: Final = (("morning", _WEEK), ("afternoon", _WEEK), ("saturday", _SATURDAY))
"""The sessions that the form knows: name and weekdays."""


def blueprint(hub: Hub) -> Blueprint:
    """`/calendar`."""
    pages = Blueprint("calendar", __name__)

    @pages.get("/calendar")
    def page() -> BaseResponse:
        return redirect(url_for("calendar.year", year=localtime.at(hub.clock()).year))

    @pages.get("/calendar/<int:year>")
    def year(year: int) -> Answer:
        return _page(hub, _known(year))

    @pages.post("/calendar/<int:year>/off")
    def add_off(year: int) -> Answer:
        return _edited(hub, year, _add_off)

    @pages.post("/calendar/<int:year>/work")
    def add_work(year: int) -> Answer:
        return _edited(hub, year, _add_work)

    @pages.post("/calendar/<int:year>/remove")
    def remove(year: int) -> Answer:
        return _edited(hub, year, _remove)

    @pages.post("/calendar/<int:year>/notice")
    def notice(year: int) -> Answer:
        return _edited(hub, year, _notice)

    @pages.post("/calendar/<int:year>/shifts")
    def shifts(year: int) -> Answer:
        return _set_shifts(hub, _known(year))

    return pages


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return year


def _page(hub: Hub, year: int, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        held = calendars.year(connection, year)
        shifts = calendars.shifts(connection)
        names = query.names(connection)
    me = visitor.current()
    return render_template(
        "calendar/year.html",
        here="calendar",
        year=year,
        held=held,
        months=[_month(held.days, month) for month in range(1, 13)],
        shifts=shifts,
        sites=names.sites,
        sessions=SESSIONS,
        said=request.form if problem else {},
        problem=problem,
        now=hub.clock(),
        may_write=me.role == visitor.ADMIN,
        bounds=(FIRST_YEAR, LAST_YEAR),
    )


class Square(msgspec.Struct, frozen=True):
    """A day of a month's sheet. `kind`: off, work, weekend, or nothing; empty `number`: no day."""

    number: int
    kind: str = ""
    name: str = ""


def _month(days: Year, month: int) -> tuple[int, tuple[tuple[Square, ...], ...]]:
    """A month as weeks of squares, Monday first."""
    off = {each.day: each.name for each in days.days_off}
    worked = {each.day for each in days.work_days}
    weeks = Months().monthdatescalendar(days.year, month)
    return month, tuple(tuple(_square(day, month, off, worked) for day in week) for week in weeks)


def _square(day: date, month: int, off: Mapping[str, str], worked: set[str]) -> Square:
    text = day.isoformat()
    if day.month != month:
        return Square(0)
    if text in off:
        return Square(day.day, "off", off[text])
    if text in worked:
        return Square(day.day, "work")
    return Square(day.day, "weekend" if day.isoweekday() > _WEEK[-1] else "")


def _edited(hub: Hub, year: int, edit: Edit) -> Answer:
    number = _known(year)
    try:
        with writing(hub.engine) as connection:
            edit(connection, number, visitor.by(hub))
    except UnfitDayError as error:
        return _page(hub, number, str(error)), 422
    return redirect(url_for("calendar.year", year=number), code=303)


def _add_off(connection: Connection, year: int, by: By) -> None:
    deeds.add_off(connection, year, request.form.get("day", ""), request.form.get("name", ""), by)


def _add_work(connection: Connection, year: int, by: By) -> None:
    deeds.add_work(connection, year, request.form.get("day", ""), request.form.get("like", ""), by)


def _remove(connection: Connection, year: int, by: By) -> None:
    deeds.remove(connection, year, request.form.get("day", ""), by)


def _notice(connection: Connection, year: int, by: By) -> None:
    deeds.notice(connection, year, request.form.get("notice", ""), by)


def _set_shifts(hub: Hub, year: int) -> Answer:
    site = request.form.get("site", EVERYWHERE)
    try:
        with writing(hub.engine) as connection:
            held = None if request.form.get("act") == "default" else _shifts()
            deeds.shifts(connection, site, held, visitor.by(hub))
    except UnfitDayError as error:
        return _page(hub, year, str(error)), 422
    return redirect(url_for("calendar.year", year=year) + "#shifts", code=303)


def _shifts() -> Shifts:
    form, found = request.form, []
    for name, days in SESSIONS:
        opens, closes = (form.get(f"{name}_{end}", "").strip() for end in ("opens", "closes"))
        if opens or closes:
            found.append(_shift(days, opens, closes))
    always = form.get("always") == "yes"
    if not found and not always:
        raise UnfitDayError("calendar.fault.shifts")
    return Shifts(shifts=tuple(found), always=always)


def _shift(days: tuple[int, ...], opens: str, closes: str) -> Shift:
    try:
        begin, end = (msgspec.convert(each, type=HourMinute) for each in (opens, closes))
    except msgspec.ValidationError as error:
        raise UnfitDayError("calendar.fault.shifts") from error
    if begin >= end:
        raise UnfitDayError("calendar.fault.shifts")
    return Shift(days=days, opens=begin, closes=end)
