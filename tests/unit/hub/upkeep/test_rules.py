"""What falls due when: makers' intervals, twice a calendar year, months; lives of all lengths."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua_hub.domain.upkeep.duties import MONTHLY, TWICE, Duty, bases
from motcua_hub.domain.upkeep.rules import (
    EveryDays,
    Life,
    PerYear,
    asked,
    count,
    next_due,
    schedule,
)

DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))
SPREADS = st.integers(0, 100_000)
RULES = st.sampled_from([TWICE, MONTHLY, EveryDays(1), EveryDays(90), EveryDays(365)])
LIVES = st.builds(
    lambda since, length, spread: Life(
        since=since, until=since + timedelta(days=length) if length else None, spread=spread
    ),
    DAYS,
    st.none() | st.integers(1, 4000),
    SPREADS,
)
OLD = Life(since=date(2020, 5, 1))


@settings(deadline=None)
@given(st.integers(2021, 2040), SPREADS, st.sampled_from([2, 12]))
def test_a_whole_year_in_use_is_asked_for_as_often_as_the_rule_says(year, spread, times):
    life = Life(since=date(2020, 5, 1), spread=spread)
    days = asked(PerYear(times), life, year)
    assert len(days) == times
    assert [(day.month - 1) * times // 12 for day in days] == list(range(times))


@settings(deadline=None)
@given(st.integers(2021, 2040), st.lists(SPREADS, min_size=60, max_size=60, unique=True))
def test_devices_do_not_all_fall_due_on_one_day(year, spreads):
    firsts = {asked(TWICE, Life(since=date(2020, 1, 1), spread=s), year)[0] for s in spreads}
    assert len(firsts) > 5


@settings(deadline=None)
@given(RULES, LIVES, st.lists(DAYS, max_size=12), st.integers(2016, 2040))
def test_nothing_is_asked_for_before_use_nor_after_retirement(rule, life, done, year):
    for due in schedule(rule, life, done, year):
        assert due.day.year == year
        assert due.day >= life.since
        if due.done is None and life.until is not None:
            assert due.day < life.until


@settings(deadline=None)
@given(RULES, LIVES, st.lists(DAYS, max_size=12), DAYS)
def test_what_is_due_next_is_the_first_day_without_an_answer(rule, life, done, today):
    due = next_due(rule, life, done, today)
    if life.until is not None and life.until <= today:
        assert due is None
    elif due is not None:
        assert due >= life.since
        assert next_due(rule, life, [day for day in done if day <= today], today) == due


@settings(deadline=None)
@given(RULES, LIVES, st.lists(DAYS, max_size=12), DAYS)
def test_the_order_and_repetition_of_records_change_nothing(rule, life, done, today):
    twice = [*reversed(done), *done]
    assert next_due(rule, life, twice, today) == next_due(rule, life, done, today)
    year = today.year
    assert schedule(rule, life, twice, year) == schedule(rule, life, done, year)


@settings(deadline=None)
@example(TWICE, Life(since=date(2016, 4, 2)), [date(2016, 1, 1)], date(2016, 4, 2))
@given(RULES, LIVES, st.lists(DAYS, max_size=12), DAYS)
def test_doing_it_today_leaves_nothing_overdue(rule, life, done, today):
    if today < life.since:
        return
    due = next_due(rule, life, [*done, today], today)
    if isinstance(rule, EveryDays) or due is None:
        assert due is None or due > today
    elif rule.strict:
        assert due.month != today.month or due.year != today.year
    else:
        before = next_due(rule, life, done, today)
        # only what is done in use, beyond this year's number, moves nothing of next year's
        mine = {day for day in done if day.year == today.year and life.since <= day <= today}
        enough = len(mine) >= len(asked(rule, life, today.year))
        assert before is None or due > before or today in done or enough


@settings(deadline=None)
@given(LIVES, st.lists(DAYS, max_size=12), st.integers(2016, 2040))
def test_a_device_in_the_store_owes_nothing(life, done, year):
    stored = Life(since=life.since, until=life.until, spare=True)
    assert schedule(TWICE, stored, done, year) == []
    assert next_due(EveryDays(90), stored, done, date(year, 6, 1)) is None


def test_a_model_without_an_interval_has_two_due_dates_a_year():
    (basis,) = bases("kiosk", None)
    assert (basis.duty, basis.rule, basis.days) == (Duty.CALIBRATION, TWICE, None)
    assert [due.done for due in schedule(basis.rule, OLD, [], 2026)] == [None, None]


def test_one_of_two_is_one_of_two_and_a_third_changes_nothing():
    def answered(*done):
        return [due.done for due in schedule(TWICE, OLD, done, 2026)]

    march, june, december = date(2026, 3, 2), date(2026, 6, 30), date(2026, 12, 31)
    assert answered(march) == [march, None]
    assert answered(march, march) == [march, None]
    assert answered(march, june, december) == [march, june]
    assert answered(date(2025, 12, 31), date(2027, 1, 1)) == [None, None]


def test_a_maker_of_ninety_days_asks_ninety_days_after_the_last_time():
    rule, life = EveryDays(90), Life(since=date(2026, 1, 10))
    assert next_due(rule, life, [], date(2026, 1, 10)) == date(2026, 4, 10)
    assert next_due(rule, life, [date(2026, 3, 1)], date(2026, 3, 2)) == date(2026, 5, 30)
    assert next_due(rule, life, [date(2026, 3, 1)], date(2026, 9, 1)) == date(2026, 5, 30)
    days = [due.day for due in schedule(rule, life, [], 2026)]
    assert days == [date(2026, 4, 10), date(2026, 7, 9), date(2026, 10, 7)]


def test_leap_years_are_counted_by_days():
    assert next_due(EveryDays(1), Life(since=date(2028, 2, 28)), [], date(2028, 2, 28)) == date(
        2028, 2, 29
    )
    assert next_due(EveryDays(365), Life(since=date(2028, 2, 29)), [], date(2028, 3, 1)) == date(
        2029, 2, 28
    )
    for year in (2027, 2028):
        february = asked(MONTHLY, OLD, year)[1]
        assert (february.month, february.year) == (2, year)


@pytest.mark.parametrize(
    ("since", "count"),
    [
        (date(2026, 1, 1), 2),
        (date(2026, 1, 10), 2),
        (date(2026, 3, 31), 2),
        (date(2026, 5, 2), 1),
        (date(2026, 8, 1), 1),
        (date(2026, 11, 20), 0),
    ],
)
def test_a_device_of_the_middle_of_the_year_owes_the_halves_it_was_there_for(since, count):
    days = asked(TWICE, Life(since=since, spread=5), 2026)
    assert len(days) == count
    assert all(day >= since + timedelta(days=30) for day in days)
    assert len(asked(TWICE, Life(since=since, spread=5), 2027)) == 2


def test_a_retired_device_owes_what_fell_due_before_and_its_successor_begins_anew():
    gone = Life(since=date(2020, 1, 1), until=date(2026, 8, 15))
    assert len(schedule(TWICE, gone, [], 2026)) == 1
    assert schedule(TWICE, gone, [], 2027) == []
    assert next_due(TWICE, gone, [], date(2026, 8, 15)) is None
    successor = Life(since=date(2026, 8, 15))
    assert [due.day.year for due in schedule(TWICE, successor, [], 2026)] == [2026]
    assert next_due(TWICE, successor, [], date(2026, 8, 15)) > date(2026, 9, 13)


def test_what_a_past_year_lacked_is_overdue_until_it_is_next_done():
    life, january = Life(since=date(2020, 1, 1)), date(2027, 1, 15)
    spring = [date(2026, 5, 1)]
    overdue = next_due(TWICE, life, spring, january)
    assert overdue is not None
    assert overdue.year == 2026
    after = next_due(TWICE, life, [*spring, january], date(2027, 1, 16))
    assert after is not None
    assert after.month > 6
    assert [due.done for due in schedule(TWICE, life, [*spring, january], 2026)] == [*spring, None]


def test_every_month_wants_its_own_self_test():
    january = [date(2026, 1, 5), date(2026, 1, 20)]
    dues = schedule(MONTHLY, OLD, january, 2026)
    assert [due.done for due in dues[:3]] == [january[0], None, None]
    assert next_due(MONTHLY, OLD, january, date(2026, 2, 1)).month == 2
    assert [basis.duty for basis in bases("ups", 180)] == [Duty.CALIBRATION, Duty.SELF_TEST]
    assert bases("generator", None)[1].rule is MONTHLY


@settings(deadline=None)
@given(RULES, LIVES, st.lists(DAYS, max_size=12), st.integers(2017, 2040))
def test_nothing_is_counted_twice_nor_asked_of_a_device_that_was_not_there(rule, life, done, year):
    times, wanted = count(rule, life, done, year)
    assert 0 <= times <= len({day for day in done if day.year == year})
    if life.since.year > year or (life.until is not None and life.until.year < year):
        assert wanted == 0
    if isinstance(rule, PerYear):
        assert times <= wanted <= rule.times


def test_a_makers_interval_counts_what_was_done_in_the_year():
    rule, life = EveryDays(90), Life(since=date(2025, 1, 1))
    assert count(rule, life, [], 2025) == (0, 4)
    assert count(rule, life, [date(2026, 3, 10)], 2026) == (1, 5)
    on_time = [date(2025, 12, 1), date(2026, 3, 1), date(2026, 5, 30)]
    assert count(rule, life, on_time, 2026) == (2, 4)
    assert count(rule, Life(since=date(2025, 1, 1), until=date(2026, 2, 1)), [], 2026) == (0, 1)
    assert count(rule, Life(since=date(2025, 1, 1), spare=True), on_time, 2026) == (0, 0)
