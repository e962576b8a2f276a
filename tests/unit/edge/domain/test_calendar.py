"""Working time: shifts, days off, swapped days, breaks."""

import json
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from motcua_contract import holidays
from motcua_contract.siteconfig import Calendar, DayOff, Shift, WorkDay
from motcua_edge.domain import calendar
from motcua_edge.domain.localtime import VIETNAM, hour_minute, local
from support.desk import ms

TESTS = Path(__file__).resolve().parents[3]
VECTORS = TESTS / "vectors" / "working_time.json"
SHARED = TESTS.parents[1] / "shared" / "vectors" / "working_time.json"
WEEKDAYS = (Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00"))
SATURDAY = Shift(days=(6,), opens="07:30", closes="11:30")


def vietnam(*, saturday: bool = False, **changes: object) -> Calendar:
    shifts = (*WEEKDAYS, SATURDAY) if saturday else WEEKDAYS
    return Calendar(
        shifts=shifts, days_off=holidays.DAYS_OFF, work_days=holidays.WORK_DAYS, **changes
    )


def text(moment: int) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M")


@pytest.mark.skipif(not SHARED.exists(), reason="no shared folder beside this clone")
def test_our_copy_of_the_shared_vectors_is_the_shared_one():
    assert json.loads(VECTORS.read_text("utf-8")) == json.loads(SHARED.read_text("utf-8"))


def test_every_shared_vector_of_working_time_holds():
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert len(cases) >= 7
    for case in cases:
        hours = vietnam(saturday=case["saturday_morning"])
        due = calendar.add_working_time(hours, ms(case["opened"]), case["work_hours"])
        assert text(due) == case["due"], case["case"]


@pytest.mark.parametrize(
    ("opened", "hours", "saturday", "due"),
    [
        ("2026-02-13 16:30", 4, False, "2026-02-23 11:00"),
        ("2025-12-31 16:00", 4, False, "2026-01-05 10:30"),
        ("2026-01-09 16:00", 4, False, "2026-01-10 10:30"),
        ("2026-08-21 16:00", 4, False, "2026-08-22 10:30"),
        ("2026-08-28 16:00", 4, False, "2026-09-03 10:30"),
        ("2026-11-23 16:00", 4, False, "2026-11-25 10:30"),
        ("2026-04-24 16:00", 4, False, "2026-04-28 10:30"),
        ("2026-04-29 16:00", 8, False, "2026-05-04 16:30"),
        ("2026-03-02 11:00", 1, False, "2026-03-02 14:00"),
        ("2026-03-02 12:10", 1, False, "2026-03-02 14:30"),
        ("2026-03-02 22:00", 2, False, "2026-03-03 09:30"),
        ("2026-03-06 17:30", 2, False, "2026-03-09 09:30"),
        ("2026-03-06 17:30", 2, True, "2026-03-07 09:30"),
    ],
)
def test_working_time_is_added_as_practice_says(opened, hours, saturday, due):
    end = calendar.add_working_time(vietnam(saturday=saturday), ms(opened), hours)
    assert text(end) == due


def test_adding_no_time_ends_at_once_in_working_hours():
    assert text(calendar.add_working_time(vietnam(), ms("2026-03-02 09:00"), 0)) == (
        "2026-03-02 09:00"
    )


def test_a_calendar_without_working_time_says_so():
    with pytest.raises(calendar.NoWorkingTimeError, match="shifts"):
        calendar.add_working_time(Calendar(shifts=()), ms("2026-03-02 09:00"), 1)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 07:29", False),
        ("2026-11-23 07:30", True),
        ("2026-11-23 11:29", True),
        ("2026-11-23 11:30", False),
        ("2026-11-23 12:30", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 17:00", False),
        ("2026-11-24 09:00", False),
        ("2026-11-22 09:00", False),
        ("2026-01-10 09:00", True),
    ],
)
def test_the_office_is_open_in_its_sessions_only(moment, is_open):
    assert calendar.is_open(vietnam(), ms(moment)) is is_open


def test_an_office_that_never_closes_is_open_at_any_time():
    always = Calendar(always_open=True)
    assert calendar.is_open(always, ms("2026-11-22 03:00"))
    assert calendar.is_issuing(always, ms("2026-02-17 23:59"))
    assert calendar.next_opening(always, ms("2026-02-17 23:59")) == ms("2026-02-17 23:59")


def test_numbers_are_given_out_in_the_issue_window_not_in_the_whole_session():
    early = Shift(opens="07:30", closes="11:30", issue_from="07:00", issue_until="11:00")
    hours = Calendar(shifts=(early,))
    assert calendar.is_issuing(hours, ms("2026-11-23 07:00"))
    assert not calendar.is_open(hours, ms("2026-11-23 07:00"))
    assert not calendar.is_issuing(hours, ms("2026-11-23 11:00"))
    assert calendar.is_open(hours, ms("2026-11-23 11:00"))
    assert calendar.session_texts(hours, date(2026, 11, 23))["sang"] == "07:00–11:00"


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 06:00", "2026-11-23 07:30"),
        ("2026-11-23 09:15", "2026-11-23 09:15"),
        ("2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 18:00", "2026-11-25 07:30"),
        ("2026-02-13 17:00", "2026-02-23 07:30"),
    ],
)
def test_the_next_opening_skips_breaks_nights_and_holidays(moment, opening):
    found = calendar.next_opening(vietnam(), ms(moment))
    assert found is not None
    assert text(found) == opening


def test_an_office_without_shifts_never_opens():
    empty = Calendar(shifts=())
    assert calendar.next_opening(empty, ms("2026-11-23 08:00")) is None
    assert calendar.next_working_day(empty, date(2026, 11, 23)) is None
    assert calendar.session_texts(empty, date(2026, 11, 23)) == {"sang": "", "chieu": ""}


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        ("2026-11-23 07:00", 450),
        ("2026-11-23 11:00", 240),
        ("2026-11-23 12:00", 210),
        ("2026-11-23 16:59", 1),
        ("2026-11-23 17:30", 0),
        ("2026-11-24 09:00", 0),
    ],
)
def test_the_minutes_left_leave_out_the_break(moment, minutes):
    assert calendar.working_minutes_left(vietnam(), ms(moment)) == minutes


def test_shifts_hold_between_their_dates_only():
    summer = Shift(opens="07:00", closes="11:00", valid_from="2026-04-15", valid_to="2026-10-15")
    winter = Shift(opens="08:00", closes="12:00", valid_from="2026-10-16")
    hours = Calendar(shifts=(summer, winter))
    begins = [
        hour_minute(calendar.spans(hours, day)[0].opens)
        for day in (date(2026, 4, 15), date(2026, 10, 15), date(2026, 10, 16))
    ]
    assert begins == ["07:00", "07:00", "08:00"]
    assert calendar.spans(hours, date(2026, 4, 14)) == []


def test_a_swapped_working_day_is_worked_like_another_and_is_never_a_holiday():
    hours = Calendar(
        shifts=(Shift(days=(5,), opens="08:00", closes="10:00"),),
        days_off=(DayOff(day="2026-01-10", name="Nghỉ"),),
        work_days=(WorkDay(day="2026-01-10", like=5),),
    )
    saturday = date(2026, 1, 10)
    assert calendar.day_off_name(hours, saturday) is None
    assert [hour_minute(s.closes) for s in calendar.spans(hours, saturday)] == ["10:00"]


def test_the_day_changes_at_the_cut_over_time():
    hours = Calendar(cut_over="04:00")
    assert calendar.business_day(hours, ms("2026-11-24 03:59")) == date(2026, 11, 23)
    assert calendar.business_day(hours, ms("2026-11-24 04:00")) == date(2026, 11, 24)
    assert text(calendar.day_start(hours, date(2026, 11, 24))) == "2026-11-24 04:00"


def test_a_day_ends_after_its_last_session_and_the_grace():
    assert text(calendar.closing_at(vietnam(), date(2026, 11, 23))) == "2026-11-23 17:30"
    assert text(calendar.closing_at(vietnam(), date(2026, 11, 24))) == "2026-11-25 00:00"
    always = Calendar(always_open=True)
    assert text(calendar.closing_at(always, date(2026, 11, 23))) == "2026-11-24 00:00"
    long_grace = vietnam(closing_grace_minutes=900)
    assert text(calendar.closing_at(long_grace, date(2026, 11, 23))) == "2026-11-24 00:00"


def test_a_holiday_shows_the_hours_of_the_next_working_day():
    shown = calendar.session_texts(vietnam(), date(2026, 11, 24))
    assert shown == {"sang": "07:30–11:30", "chieu": "13:30–17:00"}


def test_the_default_table_knows_the_official_swaps_and_both_years():
    off = {entry.day for entry in holidays.DAYS_OFF}
    assert {"2026-01-02", "2026-02-17", "2026-08-31", "2026-11-24", "2027-02-06"} <= off
    assert {swap.day for swap in holidays.WORK_DAYS} == {"2026-01-10", "2026-08-22"}
    assert not off & {swap.day for swap in holidays.WORK_DAYS}
    assert len(off) == len(holidays.DAYS_OFF)


def test_a_wild_clock_is_shown_as_the_nearest_date_instead_of_failing():
    assert local(-(2**62)).year == 1970
    assert local(2**62).year == 2199
    assert local(ms("2026-02-17 08:00")) == datetime(2026, 2, 17, 8, 0, tzinfo=VIETNAM)


def test_spans_are_plain_values():
    span = calendar.spans(vietnam(), date(2026, 11, 23))[0]
    assert msgspec.structs.asdict(span)["opens"] == ms("2026-11-23 07:30")
