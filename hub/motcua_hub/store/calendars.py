"""Calendars in the database: a year's days, and the shifts of offices.

Nothing is edited in place: a row is replaced and keeps when, so that the hours of any past view can
be computed again. A year that nobody has edited is as the contract knows it.
"""

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, insert, or_, select, update
from sqlalchemy.engine import Row

from motcua_contract.holidays import Year
from motcua_contract.siteconfig import DayOff, Shift, WorkDay
from motcua_hub.domain.calendar.expected import FORESEEN, known_year
from motcua_hub.domain.calendar.years import DEFAULT_SHIFTS
from motcua_hub.store import schema

EVERYWHERE = ""
"""The site whose shifts all others work, unless they have their own."""
_OFF, _WORK = "off", "work"
_year, _day, _shifts = schema.calendar_year, schema.calendar_day, schema.service_shifts


class Shifts(msgspec.Struct, frozen=True, kw_only=True):
    """When an office works. `always`: around the clock, whatever the shifts."""

    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS
    always: bool = False


class HeldYear(msgspec.Struct, frozen=True, kw_only=True):
    """A year and who said so last; `set_at` is None for one that nobody has edited."""

    days: Year
    set_at: int | None = None
    set_by: str = ""


def year(connection: Connection, number: int, as_of: int | None = None) -> HeldYear:
    """A year's calendar as it was on record at `as_of` (None: now)."""
    return years(connection, (number,), as_of)[number]


def years(
    connection: Connection, numbers: tuple[int, ...], as_of: int | None = None
) -> dict[int, HeldYear]:
    """Several years at once."""
    query = select(_year).where(_year.c.year.in_(numbers), _in_force(_year, as_of))
    heads = {row.year: row for row in connection.execute(query.order_by(_year.c.id))}
    days = _days_of(connection, tuple(heads), as_of)
    return {number: _held_year(number, heads.get(number), days) for number in numbers}


def edited(connection: Connection) -> tuple[int, ...]:
    """The years that somebody has edited."""
    query = select(_year.c.year).distinct().order_by(_year.c.year)
    return tuple(connection.scalars(query))


def numbers(connection: Connection) -> tuple[int, ...]:
    """Every year of which more is known than its weekends."""
    return tuple(sorted({*FORESEEN, *edited(connection)}))


def _held_year(number: int, head: Row[tuple[object, ...]] | None, days: list[Row]) -> HeldYear:  # type: ignore[type-arg]
    if head is None:
        return HeldYear(days=known_year(number))
    mine = [row for row in days if row.year == number]
    off = tuple(DayOff(day=row.day, name=row.name) for row in mine if row.kind == _OFF)
    worked = tuple(WorkDay(day=row.day, like=row.as_weekday) for row in mine if row.kind == _WORK)
    held = Year(number, off, worked, head.notice)
    return HeldYear(days=held, set_at=head.set_at, set_by=head.set_by)


def _days_of(connection: Connection, numbers: tuple[int, ...], as_of: int | None) -> list[Row]:  # type: ignore[type-arg]
    if not numbers:
        return []
    valid = _in_force(_day, as_of, "added_at", "removed_at")
    query = select(_day).where(_day.c.year.in_(numbers), valid).order_by(_day.c.day, _day.c.id)
    return list(connection.execute(query))


def _in_force(
    table: Table, as_of: int | None, begun: str = "set_at", ended: str = "replaced_at"
) -> ColumnElement[bool]:
    """Whether a row was in force at `as_of`."""
    if as_of is None:
        return table.c[ended].is_(None)
    over = or_(table.c[ended].is_(None), table.c[ended] > as_of)
    return (table.c[begun] <= as_of) & over


def set_notice(connection: Connection, number: int, notice: str, now: int, who: str) -> None:
    """Write down which paper fixed a year's days; empty: none yet."""
    _take_over(connection, number, now, who)
    _head(connection, number, notice, now, who)


def add_day_off(connection: Connection, number: int, day: DayOff, now: int, who: str) -> None:
    """Add a day off to a year."""
    _edit(connection, number, now, who)
    _insert_days(connection, Year(number, days_off=(day,)), now, who)


def add_work_day(connection: Connection, number: int, day: WorkDay, now: int, who: str) -> None:
    """Add a day worked by a swap to a year."""
    _edit(connection, number, now, who)
    _insert_days(connection, Year(number, work_days=(day,)), now, who)


def remove_day(connection: Connection, number: int, day: str, now: int, who: str) -> bool:
    """Make a day an ordinary one again; False if it was."""
    _edit(connection, number, now, who)
    mine = (_day.c.year == number, _day.c.day == day, _day.c.removed_at.is_(None))
    done = connection.execute(update(_day).where(*mine).values(removed_at=now, removed_by=who))
    return done.rowcount > 0


def _edit(connection: Connection, number: int, now: int, who: str) -> None:
    _take_over(connection, number, now, who)
    notice = year(connection, number).days.notice
    _head(connection, number, notice, now, who)


def _take_over(connection: Connection, number: int, now: int, who: str) -> None:
    """With the first edit the year's known days become rows of its own."""
    held = year(connection, number)
    if held.set_at is None:
        _insert_days(connection, held.days, now, who)
        _head(connection, number, held.days.notice, now, who)


def _head(connection: Connection, number: int, notice: str, now: int, who: str) -> None:
    mine = (_year.c.year == number, _year.c.replaced_at.is_(None))
    connection.execute(update(_year).where(*mine).values(replaced_at=now))
    connection.execute(
        insert(_year).values(year=number, notice=notice, set_at=now, set_by=who[:64])
    )


def _insert_days(connection: Connection, days: Year, now: int, who: str) -> None:
    common = {"year": days.year, "added_at": now, "added_by": who[:64]}
    rows: list[dict[str, object]] = [
        {**common, "kind": _OFF, "day": each.day, "name": each.name, "as_weekday": None}
        for each in days.days_off
    ]
    rows += [
        {**common, "kind": _WORK, "day": each.day, "name": "", "as_weekday": each.like}
        for each in days.work_days
    ]
    if rows:
        connection.execute(insert(_day), rows)


def shifts(connection: Connection, as_of: int | None = None) -> dict[str, Shifts]:
    """The shifts of every office that has its own, and those of all others under `EVERYWHERE`."""
    query = select(_shifts).where(_in_force(_shifts, as_of)).order_by(_shifts.c.id)
    found = {row.site: _decoded(row) for row in connection.execute(query)}
    return {EVERYWHERE: Shifts(), **found}


def _decoded(row: Row) -> Shifts:  # type: ignore[type-arg]
    decoded = msgspec.json.decode(row.shifts, type=tuple[Shift, ...])
    return Shifts(shifts=decoded, always=row.always)


def set_shifts(connection: Connection, site: str, held: Shifts | None, now: int, who: str) -> None:
    """Give an office shifts of its own, or (None) those of all others again."""
    mine = (_shifts.c.site == site, _shifts.c.replaced_at.is_(None))
    connection.execute(update(_shifts).where(*mine).values(replaced_at=now))
    if held is not None:
        said = msgspec.json.encode(held.shifts).decode()
        connection.execute(
            insert(_shifts).values(
                site=site, always=held.always, shifts=said, set_at=now, set_by=who[:64]
            )
        )
