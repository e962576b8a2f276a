"""Days off and swapped days as default data: what is official, and what is not yet."""

from datetime import date

import pytest

from motcua_contract import holidays
from motcua_contract.holidays import YEARS


@pytest.mark.parametrize("year", sorted(YEARS))
def test_a_year_holds_days_of_its_own_and_each_once(year):
    known = YEARS[year]
    days = [each.day for each in (*known.days_off, *known.work_days)]
    assert known.year == year
    assert len(days) == len(set(days))
    assert {date.fromisoformat(day).year for day in days} == {year}


def test_a_swapped_day_is_a_weekend_and_stands_for_a_working_weekday():
    for swap in holidays.WORK_DAYS:
        assert date.fromisoformat(swap.day).isoweekday() > 5
        assert swap.like <= 5


def test_the_year_2026_is_official_and_2027_says_that_it_is_not():
    assert "12729/VPCP-KGVX" in YEARS[2026].notice
    assert YEARS[2027].notice == ""


def test_the_swap_that_libraries_miss_is_there():
    assert "2026-01-02" in {off.day for off in YEARS[2026].days_off}
    assert "2026-01-10" in {swap.day for swap in YEARS[2026].work_days}


def test_all_years_together_are_what_a_site_takes_as_its_calendar():
    assert len(holidays.DAYS_OFF) == sum(len(each.days_off) for each in YEARS.values())
    assert len(holidays.WORK_DAYS) == sum(len(each.work_days) for each in YEARS.values())
