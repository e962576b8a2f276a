"""Days off of a year that nobody has fixed: by the moon, by the law, and when people are told."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from motcua_contract.holidays import YEARS, Year
from motcua_hub.domain.calendar import lunar
from motcua_hub.domain.calendar.expected import FORESEEN, known_year
from motcua_hub.domain.calendar.warning import STEPS, step

TET = {
    1968: "01-29",
    1985: "01-21",
    2007: "02-17",
    2020: "01-25",
    2023: "01-22",
    2024: "02-10",
    2025: "01-29",
    2026: "02-17",
    2027: "02-06",
    2028: "01-26",
    2030: "02-02",
    2033: "01-31",
    2034: "02-19",
}
"""As it was, or is announced; 1968, 1985, 2007 and 2030 are other days in China."""


@pytest.mark.parametrize(("year", "day"), TET.items())
def test_tet_is_the_day_of_vietnamese_calendars(year: int, day: str) -> None:
    assert lunar.day(year, 1, 1).isoformat() == f"{year}-{day}"


@pytest.mark.parametrize(
    ("year", "day"),
    [(2020, "04-02"), (2024, "04-18"), (2025, "04-07"), (2026, "04-26"), (2027, "04-16")],
)
def test_the_day_of_the_kings_is_the_tenth_of_the_third_month(year: int, day: str) -> None:
    assert lunar.day(year, 3, 10).isoformat() == f"{year}-{day}"


@pytest.mark.parametrize("year", range(2020, 2101))
def test_a_lunar_year_begins_between_21_january_and_21_february(year: int) -> None:
    assert date(year, 1, 21) <= lunar.day(year, 1, 1) <= date(year, 2, 21)
    months = [lunar.day(year, month, 1) for month in range(1, 11)]
    gaps = {(after - before).days for before, after in pairwise(months)}
    assert gaps <= {29, 30, 58, 59, 60}, "59 or so: a leap month lies between"


def test_announced_years_stay_as_announced() -> None:
    assert all(known_year(year) is held for year, held in YEARS.items())
    assert known_year(2019) == Year(2019)
    assert known_year(2099) == Year(2099)


@pytest.mark.parametrize("year", [year for year in FORESEEN if year not in YEARS])
def test_an_expected_year_has_the_days_of_the_law_and_a_working_day_for_each_weekend(
    year: int,
) -> None:
    found = known_year(year)
    days = [date.fromisoformat(each.day) for each in found.days_off]
    assert found.notice == "", "it is no official calendar"
    assert found.work_days == ()
    assert days == sorted(set(days))
    first = lunar.day(year, 1, 1)
    must = {first + timedelta(days=number) for number in range(-1, 4)}
    must |= {date(year, *day) for day in ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2), (11, 24))}
    assert must | {lunar.day(year, 3, 10)} <= set(days)
    assert sum(day.isoweekday() < 6 for day in days) == 12


def test_2028_as_it_is_expected() -> None:
    told = {each.day: each.name for each in known_year(2028).days_off}
    assert told["2028-01-01"] == "Tết Dương lịch"
    assert told["2028-01-03"] == "Nghỉ bù Tết Dương lịch", "1 January is a Saturday"
    assert [day for day in told if "01-2" in day or "01-3" in day] == [
        "2028-01-25",
        "2028-01-26",
        "2028-01-27",
        "2028-01-28",
        "2028-01-29",
        "2028-01-31",
    ]
    assert told["2028-04-04"] == "Giỗ Tổ Hùng Vương"


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-11-01", None),
        ("2026-11-02", -60),
        ("2026-12-01", -60),
        ("2026-12-02", -30),
        ("2026-12-31", -3),
        ("2027-01-01", 0),
        ("2027-01-31", 30),
        ("2027-12-31", 330),
        ("2028-01-01", None),
    ],
)
def test_people_are_told_from_two_months_before_until_the_year_is_over(
    today: str, found: int | None
) -> None:
    assert step(2027, date.fromisoformat(today)) == found
    assert sorted(set(STEPS)) == list(STEPS)
