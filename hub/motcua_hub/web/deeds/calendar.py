"""The calendar of a year and the shifts of offices."""

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.calendar.years import UnfitDayError, day_of, new_day_off, new_work_day
from motcua_hub.store import calendars
from motcua_hub.store.calendars import EVERYWHERE, Shifts
from motcua_hub.web.deeds.by import By
from motcua_hub.web.queries import plans as query
from motcua_hub.web.security import audit

MAX_NOTICE = 200


def _told(connection: Connection, year: int, detail: str, by: By) -> None:
    action = audit.Action.CALENDAR_CHANGED
    audit.write(connection, by.now, by.who, action, subject=str(year), detail=detail)


def add_off(connection: Connection, year: int, day: str, name: str, by: By) -> None:
    """Add a day off. Raises UnfitDayError."""
    made = new_day_off(calendars.year(connection, year).days, day, name)
    calendars.add_day_off(connection, year, made, by.now, by.who)
    _told(connection, year, f"+ {made.day} {made.name}", by)


def add_work(connection: Connection, year: int, day: str, like: str, by: By) -> None:
    """Add a weekend day worked as another weekday. Raises UnfitDayError."""
    made = new_work_day(calendars.year(connection, year).days, day, like)
    calendars.add_work_day(connection, year, made, by.now, by.who)
    _told(connection, year, f"+ {made.day} = {made.like}", by)


def remove(connection: Connection, year: int, day: str, by: By) -> bool:
    """Make a day an ordinary one again; False when it is one. Raises UnfitDayError."""
    plain = day_of(day, year)
    removed = calendars.remove_day(connection, year, plain, by.now, by.who)
    _told(connection, year, f"- {plain}", by)
    return removed


def notice(connection: Connection, year: int, text: str, by: By) -> None:
    """Write down which paper a year's days are from."""
    words = " ".join(text.split())[:MAX_NOTICE]
    calendars.set_notice(connection, year, words, by.now, by.who)
    _told(connection, year, f"notice: {words}", by)


def shifts(connection: Connection, site: str, held: Shifts | None, by: By) -> None:
    """Set the working sessions of an office; None: those of all others. Raises UnfitDayError."""
    known = held is not None if site == EVERYWHERE else site in query.names(connection).sites
    if not known:
        raise UnfitDayError("calendar.fault.site")
    calendars.set_shifts(connection, site, held, by.now, by.who)
    detail = "" if held is None else msgspec.json.encode(held).decode()
    action = audit.Action.SHIFTS_CHANGED
    audit.write(connection, by.now, by.who, action, subject=site, detail=detail)
