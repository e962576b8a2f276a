"""Service hours: shifts, holidays, swapped days, a calendar per year, deadlines in working time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from motcua_contract import holidays
from motcua_contract.siteconfig import Calendar, DayOff, Shift, WorkDay
from motcua_hub.domain.availability.hours import (
    ALWAYS,
    NoServiceHoursError,
    ServiceHours,
    due,
    of_calendar,
    service_time,
    with_year,
)
from motcua_hub.domain.availability.intervals import length

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = 3_600_000
SHIFTS = (Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00"))
SATURDAY = Shift(days=(6,), opens="07:30", closes="11:30")
VIETNAM = of_calendar(
    Calendar(shifts=SHIFTS, days_off=holidays.DAYS_OFF, work_days=holidays.WORK_DAYS)
)


def ms(text: str, zone: ZoneInfo = ZONE) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1000


def local(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, ZONE).strftime("%Y-%m-%d %H:%M")


def day(text: str) -> tuple[int, int]:
    return ms(f"{text} 00:00"), ms(f"{text} 00:00") + 24 * HOUR


@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        ("2026-02-13 16:30", 4, "2026-02-23 11:00"),
        ("2025-12-31 16:00", 4, "2026-01-05 10:30"),
        ("2026-01-09 16:00", 4, "2026-01-10 10:30"),
        ("2026-08-21 16:00", 4, "2026-08-22 10:30"),
        ("2026-08-28 16:00", 4, "2026-09-03 10:30"),
        ("2026-11-23 16:00", 4, "2026-11-25 10:30"),
        ("2026-04-24 16:00", 4, "2026-04-28 10:30"),
        ("2026-04-29 16:00", 8, "2026-05-04 16:30"),
        ("2026-03-02 11:00", 1, "2026-03-02 14:00"),
        ("2026-03-02 12:10", 1, "2026-03-02 14:30"),
        ("2026-03-02 22:00", 2, "2026-03-03 09:30"),
        ("2026-03-06 17:30", 2, "2026-03-09 09:30"),
    ],
)
def test_deadlines_in_working_time_are_as_practice_says(
    opened: str, hours: int, expected: str
) -> None:
    assert local(due(VIETNAM, ms(opened), hours * HOUR)) == expected


def test_a_site_that_works_on_saturday_morning_has_its_hours_there() -> None:
    found = of_calendar(Calendar(shifts=(*SHIFTS, SATURDAY)))
    assert local(due(found, ms("2026-03-06 17:30"), 2 * HOUR)) == "2026-03-07 09:30"


def test_a_calendar_without_hours_has_no_deadline() -> None:
    with pytest.raises(NoServiceHoursError):
        due(ServiceHours(), ms("2026-03-02 09:00"), HOUR)


def test_around_the_clock_is_all_of_the_period() -> None:
    assert service_time(ALWAYS, (5, 9)) == ((5, 9),)
    assert service_time(ALWAYS, (9, 9)) == ()


def test_a_year_is_edited_without_touching_the_others() -> None:
    off = [DayOff(day="2026-03-02", name="Lũ")]
    edited = with_year(VIETNAM, 2026, off, [WorkDay(day="2026-03-07", like=1)])
    assert service_time(edited, day("2026-03-02")) == ()
    assert length(service_time(edited, day("2026-03-07"))) == 7.5 * HOUR
    assert length(service_time(edited, day("2026-01-01"))) == 7.5 * HOUR, "was a holiday before"
    assert service_time(edited, day("2027-01-01")) == ()
    assert service_time(with_year(edited, 2026, ()), day("2026-03-07")) == ()


def test_a_day_of_another_year_is_refused_in_a_years_calendar() -> None:
    with pytest.raises(ValueError, match="not days of 2026: 2027-01-01"):
        with_year(VIETNAM, 2026, [DayOff(day="2027-01-01", name="Tết")])


def test_a_dated_shift_holds_from_its_day_to_its_last() -> None:
    winter = Shift(opens="08:00", closes="12:00", valid_from="2026-03-03", valid_to="2026-03-04")
    found = ServiceHours(shifts=(winter,))
    worked = [day(f"2026-03-0{n}") for n in range(2, 6)]
    assert [length(service_time(found, each)) for each in worked] == [0, 4 * HOUR, 4 * HOUR, 0]


def test_a_night_shift_belongs_to_the_evening_it_begins_on() -> None:
    night = ServiceHours(shifts=(Shift(days=(5,), opens="22:00", closes="06:00"),))
    friday, saturday = day("2026-03-06"), day("2026-03-07")
    assert service_time(night, friday) == ((friday[1] - 2 * HOUR, friday[1]),)
    assert service_time(night, saturday) == ((saturday[0], saturday[0] + 6 * HOUR),)


def test_hours_until_midnight_touch_those_of_the_next_day() -> None:
    whole = ServiceHours(shifts=(Shift(days=tuple(range(1, 8)), opens="00:00", closes="24:00"),))
    period = (ms("2026-03-02 00:00"), ms("2026-03-05 00:00"))
    assert service_time(whole, period) == (period,)


@pytest.mark.parametrize(("text", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_on_which_clocks_change_have_their_true_length(text: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    whole = ServiceHours(
        zone="Europe/Berlin",
        shifts=(Shift(days=(7,), opens="00:00", closes="24:00"),),
    )
    begin = ms(f"{text} 00:00", zone)
    assert length(service_time(whole, (begin - 24 * HOUR, begin + 48 * HOUR))) == hours * HOUR


def test_a_period_cuts_sessions_at_its_edges() -> None:
    period = (ms("2026-03-02 08:00"), ms("2026-03-02 14:00"))
    assert length(service_time(VIETNAM, period)) == 4 * HOUR
