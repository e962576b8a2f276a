"""Forecasts: what is left against what is used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.health.forecasts import DAY_MS, HOUR_MS, LEAST_DAYS, battery, paper

T0 = 1_795_395_600_000


def test_paper_lasts_by_the_busier_of_the_last_hour_and_the_day():
    assert paper(120, issued_last_hour=40, issued_today=60, open_ms=3 * HOUR_MS).minutes == 180
    assert paper(120, issued_last_hour=0, issued_today=60, open_ms=3 * HOUR_MS).minutes == 360


def test_before_the_first_hour_is_over_the_day_counts_as_one_hour():
    assert paper(100, issued_last_hour=20, issued_today=20, open_ms=60_000).minutes == 300


def test_without_demand_nobody_can_say_how_long_paper_lasts():
    left = paper(88.9, 0, 0, 0)
    assert (left.slips, left.minutes) == (88, None)


def test_less_than_nothing_is_nothing():
    assert paper(-3, 10, 10, HOUR_MS).slips == 0


@given(st.floats(0, 5000), st.integers(0, 500), st.integers(0, 5000), st.integers(0, 20 * HOUR_MS))
def test_more_demand_never_makes_paper_last_longer(left, hour, today, open_ms):
    calm, busy = paper(left, hour, today, open_ms), paper(left, hour + 10, today, open_ms)
    assert busy.minutes is not None
    assert calm.minutes is None or busy.minutes <= calm.minutes


def days(count, first=1.0, a_day=0.0, noise=()):
    values = [first + a_day * n for n in range(count)]
    for index, off in noise:
        values[index] += off
    return [(T0 + n * DAY_MS, value) for n, value in enumerate(values)]


def test_few_days_say_nothing():
    assert battery(days(LEAST_DAYS - 1)) is None


def test_a_battery_that_does_not_age_is_not_to_be_replaced():
    told = battery(days(60))
    assert told is not None
    assert (told.share, told.replace_at, told.a_month) == (1.0, None, 0)


def test_an_ageing_battery_is_to_be_replaced_when_half_is_left():
    told = battery(days(60, a_day=-0.004))
    assert told is not None
    assert told.a_month == pytest.approx(-0.12)
    assert told.replace_at == pytest.approx(T0 + 125 * DAY_MS, abs=5 * DAY_MS)


def test_a_worn_battery_is_to_be_replaced_now():
    told = battery(days(60, a_day=-0.01))
    assert told is not None
    assert told.replace_at == T0 + 59 * DAY_MS


def test_a_few_odd_days_do_not_make_it_old():
    told = battery(days(60, noise=[(20, -0.6), (41, -0.7)]))
    assert told is not None
    assert told.replace_at is None


def test_what_is_more_than_five_years_away_is_no_date():
    told = battery(days(60, a_day=-0.0001))
    assert told is not None
    assert told.replace_at is None
