"""A year's days: what people may add to them."""

import pytest

from motcua_contract.holidays import YEARS, Year
from motcua_contract.siteconfig import DayOff, WorkDay
from motcua_hub.domain.calendar.expected import known_year
from motcua_hub.domain.calendar.years import (
    UnfitDayError,
    day_of,
    new_day_off,
    new_work_day,
)

HELD = YEARS[2026]


def test_a_year_this_version_does_not_know_has_weekends_only():
    assert known_year(2051) == Year(2051)
    assert known_year(2026) is HELD


def test_days_that_may_be_added():
    assert new_day_off(HELD, " 2026-12-07 ", "  Nghỉ   tránh bão ") == DayOff(
        day="2026-12-07", name="Nghỉ tránh bão"
    )
    assert new_work_day(HELD, "2026-12-05", "4") == WorkDay(day="2026-12-05", like=4)


@pytest.mark.parametrize(
    ("day", "name", "code"),
    [
        ("2026-02-30", "Lễ", "day"),
        ("mai", "Lễ", "day"),
        ("2027-01-01", "Lễ", "year"),
        ("2026-12-07", "  ", "name"),
        ("2026-12-07", "x" * 201, "name"),
        ("2026-01-01", "Lễ", "double"),
        ("2026-01-10", "Lễ", "double"),
    ],
)
def test_a_day_off_that_cannot_be_added_says_why(day, name, code):
    with pytest.raises(UnfitDayError, match=f"calendar.fault.{code}"):
        new_day_off(HELD, day, name)


@pytest.mark.parametrize(
    ("day", "like", "code"),
    [
        ("2026-12-05", "0", "weekday"),
        ("2026-12-05", "8", "weekday"),
        ("2026-12-05", "thứ hai", "weekday"),
        ("2026-12-07", "1", "weekend"),
        ("2026-08-22", "1", "double"),
        ("2026-13-01", "1", "day"),
    ],
)
def test_a_swapped_day_that_cannot_be_added_says_why(day, like, code):
    with pytest.raises(UnfitDayError, match=f"calendar.fault.{code}"):
        new_work_day(HELD, day, like)


def test_a_day_is_read_as_people_write_it():
    assert day_of("2026-11-24", 2026) == "2026-11-24"
