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
from motcua_hub.domain.calendar.years import (
    FIRST_YEAR,
    LAST_YEAR,
    UnfitDayError,
    day_of,
    new_day_off,
    new_work_day,
)
from motcua_hub.store import calendars
from motcua_hub.store.calendars import EVERYWHERE, Shifts
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import plans as query
from motcua_hub.web.security import audit

Answer = str | tuple[str, int] | BaseResponse
Edit = Callable[[Connection, Year], str]
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
        return _edited(hub, year, _adding_off(hub))

    @pages.post("/calendar/<int:year>/work")
    def add_work(year: int) -> Answer:
        return _edited(hub, year, _adding_work(hub))

    @pages.post("/calendar/<int:year>/remove")
    def remove(year: int) -> Answer:
        return _edited(hub, year, _removing(hub))

    @pages.post("/calendar/<int:year>/notice")
    def notice(year: int) -> Answer:
        return _edited(hub, year, _noticing(hub))

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
    number, now, me = _known(year), hub.clock(), visitor.current().name
    try:
        with writing(hub.engine) as connection:
            detail = edit(connection, calendars.year(connection, number).days)
            action = audit.Action.CALENDAR_CHANGED
            audit.write(connection, now, me, action, subject=str(number), detail=detail)
    except UnfitDayError as error:
        return _page(hub, number, str(error)), 422
    return redirect(url_for("calendar.year", year=number), code=303)


def _adding_off(hub: Hub) -> Edit:
    def edit(connection: Connection, held: Year) -> str:
        day = new_day_off(held, request.form.get("day", ""), request.form.get("name", ""))
        calendars.add_day_off(connection, held.year, day, hub.clock(), visitor.current().name)
        return f"+ {day.day} {day.name}"

    return edit


def _adding_work(hub: Hub) -> Edit:
    def edit(connection: Connection, held: Year) -> str:
        day = new_work_day(held, request.form.get("day", ""), request.form.get("like", ""))
        calendars.add_work_day(connection, held.year, day, hub.clock(), visitor.current().name)
        return f"+ {day.day} = {day.like}"

    return edit


def _removing(hub: Hub) -> Edit:
    def edit(connection: Connection, held: Year) -> str:
        day = day_of(request.form.get("day", ""), held.year)
        calendars.remove_day(connection, held.year, day, hub.clock(), visitor.current().name)
        return f"- {day}"

    return edit


def _noticing(hub: Hub) -> Edit:
    def edit(connection: Connection, held: Year) -> str:
        notice = " ".join(request.form.get("notice", "").split())[:200]
        calendars.set_notice(connection, held.year, notice, hub.clock(), visitor.current().name)
        return f"notice: {notice}"

    return edit


def _set_shifts(hub: Hub, year: int) -> Answer:
    site, now, me = request.form.get("site", EVERYWHERE), hub.clock(), visitor.current().name
    try:
        with writing(hub.engine) as connection:
            held = None if request.form.get("act") == "default" else _shifts()
            _check_site(connection, site, held)
            calendars.set_shifts(connection, site, held, now, me)
            detail = "" if held is None else msgspec.json.encode(held).decode()
            action = audit.Action.SHIFTS_CHANGED
            audit.write(connection, now, me, action, subject=site, detail=detail)
    except UnfitDayError as error:
        return _page(hub, year, str(error)), 422
    return redirect(url_for("calendar.year", year=year) + "#shifts", code=303)


def _check_site(connection: Connection, site: str, held: Shifts | None) -> None:
    """A site that is there; the hours of all others cannot be those of all others."""
    known = held is not None if site == EVERYWHERE else site in query.names(connection).sites
    if not known:
        raise UnfitDayError("calendar.fault.site")


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
