"""Periods: where they begin and end, when their reports are owed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.reporting.periods import (
    NoPeriodError,
    PeriodKind,
    containing,
    due_at,
    owed,
    period_of,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTH, QUARTER, HALF, YEAR = PeriodKind


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


@pytest.mark.parametrize(
    ("key", "begin", "end", "text"),
    [
        ("month:2026-02", "2026-02-01", "2026-03-01", "Tháng 02 năm 2026"),
        ("month:2026-12", "2026-12-01", "2027-01-01", "Tháng 12 năm 2026"),
        ("quarter:2026-4", "2026-10-01", "2027-01-01", "Quý IV năm 2026"),
        ("half:2026-1", "2026-01-01", "2026-07-01", "6 tháng đầu năm 2026"),
        ("half:2026-2", "2026-07-01", "2027-01-01", "6 tháng cuối năm 2026"),
        ("year:2026", "2026-01-01", "2027-01-01", "Năm 2026"),
    ],
)
def test_a_period_goes_from_local_midnight_to_local_midnight(key, begin, end, text):
    period = period_of(key)
    assert period.key == key
    assert period.interval == (ms(begin), ms(end))
    assert period.text == text


@pytest.mark.parametrize(
    "key", ["month:2026-13", "month:2026", "year:2026-1", "quarter:2026-0", "week:2026-1", "", "x"]
)
def test_what_is_no_period_is_refused(key):
    with pytest.raises(NoPeriodError):
        period_of(key)


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_periods_of_a_kind_follow_each_other_without_a_gap(kind):
    period = containing(kind, ms("2025-01-01"))
    for _ in range(30):
        assert period.following.interval[0] == period.interval[1]
        assert containing(kind, period.interval[0]) == period
        assert containing(kind, period.interval[1] - 1) == period
        assert period_of(period.key) == period
        period = period.following


def test_quarters_halves_and_years_are_made_of_months():
    month, spans = period_of("month:2026-01"), []
    for _ in range(12):
        spans.append(month.interval)
        month = month.following
    assert period_of("quarter:2026-1").interval == (spans[0][0], spans[2][1])
    assert period_of("half:2026-2").interval == (spans[6][0], spans[11][1])
    assert period_of("year:2026").interval == (spans[0][0], spans[11][1])


def test_a_report_is_owed_on_its_day_even_on_a_holiday():
    assert due_at(period_of("month:2026-12"), 1, 7) == ms("2027-01-01 07:00"), "New Year"
    assert due_at(period_of("month:2026-04"), 1, 7) == ms("2026-05-01 07:00"), "Labour Day"
    assert due_at(period_of("quarter:2026-1"), 5, 0) == ms("2026-04-05 00:00"), "a Sunday"


def test_a_month_without_that_day_takes_its_last():
    assert due_at(period_of("month:2027-01"), 31, 8) == ms("2027-02-28 08:00")
    assert due_at(period_of("month:2028-01"), 30, 8) == ms("2028-02-29 08:00")
    assert due_at(period_of("year:2026"), 31, 8) == ms("2027-01-31 08:00")


def test_everything_missed_is_owed_oldest_first_and_nothing_from_before_the_beginning():
    since, now = ms("2026-03-15"), ms("2026-07-01 07:00")
    assert [each.key for each in owed(MONTH, since, now, 1, 7)] == [
        "month:2026-03",
        "month:2026-04",
        "month:2026-05",
        "month:2026-06",
    ]
    assert [each.key for each in owed(QUARTER, since, now, 1, 7)] == [
        "quarter:2026-1",
        "quarter:2026-2",
    ]
    assert [each.key for each in owed(HALF, since, now, 1, 7)] == ["half:2026-1"]
    assert list(owed(YEAR, since, now, 1, 7)) == []
    assert list(owed(HALF, since, now - HOUR, 1, 7)) == []
    assert list(owed(MONTH, ms("2026-04-01"), ms("2026-04-01") + DAY, 1, 7)) == []
