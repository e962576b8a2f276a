"""People ahead, expected wait, capacity."""

import pytest

from motcua_contract.siteconfig import Calendar
from motcua_contract.vocabulary import ClockState, Priority
from motcua_edge.domain import commands as c
from motcua_edge.domain import waiting
from support.desk import Desk, ms, seated, site


def test_nobody_ahead_and_a_free_counter_means_no_wait():
    desk = seated()
    found = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert (found.ahead, found.low_min, found.high_min) == (0, 0, 0)


def test_nobody_ahead_and_a_busy_counter_means_at_most_one_service():
    desk = seated()
    desk.serving()
    found = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert (found.ahead, found.low_min, found.high_min) == (0, 0, 7)


def test_the_range_grows_with_the_line_and_shrinks_with_the_counters():
    desk = seated()
    for _ in range(4):
        desk.issue("CT")
    alone = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert (alone.ahead, alone.low_min) == (4, 19)
    assert alone.high_min == 44
    desk.seat("binh", 2)
    helped = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert helped.low_min < alone.low_min
    assert helped.high_min < alone.high_min


def test_other_fields_of_the_same_counters_widen_the_range_only_upwards():
    desk = seated()
    desk.issue("CT")
    before = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    desk.issue("DD")
    after = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert after.low_min == before.low_min
    assert after.high_min > before.high_min


def test_a_field_with_counters_of_its_own_is_not_slowed_down_by_others():
    desk = seated()
    desk.seat("chi", 3)
    desk.issue("CT")
    assert waiting.estimate(desk.state, desk.site, "HT", desk.now).high_min == 0


def test_a_priority_citizen_has_fewer_people_ahead():
    desk = seated()
    for _ in range(10):
        desk.issue("CT")
    desk.issue("CT", priority=Priority.ELDERLY)
    normal = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    favoured = waiting.estimate(desk.state, desk.site, "CT", desk.now, priority=True)
    assert (normal.ahead, favoured.ahead) == (11, 3)
    assert favoured.high_min < normal.high_min


def test_the_lunch_break_is_waited_through_too():
    desk = seated(at="2026-11-23 11:20")
    desk.issue("CT")
    desk.issue("CT")
    found = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert (found.low_min, found.high_min) == (9, 26 + 120)


def test_before_the_opening_the_time_until_it_counts():
    desk = Desk(at="2026-11-23 07:00")
    found = waiting.estimate(desk.state, desk.site, "CT", desk.now)
    assert found.low_min == 30


@pytest.mark.parametrize(
    ("config", "clock"),
    [
        (site(calendar=Calendar(always_open=True)), ClockState.NTP),
        (site(), ClockState.SAVED),
    ],
)
def test_without_hours_or_a_clock_to_trust_no_break_is_added(config, clock):
    desk = seated(config, at="2026-11-23 11:25", clock=clock)
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    desk.issue("CT")
    desk.issue("CT")
    assert waiting.estimate(desk.state, desk.site, "CT", desk.now).high_min == 26


def test_after_the_last_session_the_minutes_are_plain():
    desk = seated(at="2026-11-23 16:30")
    desk.issue("CT")
    desk.issue("CT")
    desk.set(wall="2026-11-23 17:10")
    assert waiting.estimate(desk.state, desk.site, "CT", desk.now).high_min == 26


def test_a_field_that_is_not_configured_has_no_figures():
    desk = seated()
    found = waiting.estimate(desk.state, desk.site, "XX", desk.now)
    assert (found.ahead, found.low_min, found.high_min) == (0, 0, 0)


def test_every_field_has_its_line():
    desk = seated()
    desk.issue("CT")
    lines = waiting.lines(desk.state, desk.site, desk.now)
    assert {code: line.ahead for code, line in lines.items()} == {"CT": 1, "DD": 0, "HT": 0}


def test_a_ticket_knows_who_stands_before_it():
    desk = seated()
    first, second = desk.issue("CT"), desk.issue("CT")
    assert waiting.ahead_of(desk.state, first) == 0
    assert waiting.ahead_of(desk.state, second) == 1
    assert waiting.ahead_of(desk.state, desk.call()) == 0


def test_capacity_is_counters_times_minutes_by_service_time():
    desk = seated(at="2026-11-23 16:00")
    now = desk.now.wall
    assert waiting.minutes_available(desk.state, desk.site, "CT", now) == 60
    assert waiting.capacity_left(desk.state, desk.site, "CT", now) == 8
    desk.seat("binh", 2)
    assert waiting.capacity_left(desk.state, desk.site, "CT", now) == 17


def test_an_announced_break_takes_its_minutes_away():
    desk = seated(at="2026-11-23 16:00")
    pause = c.PauseCounter(counter=1, officer="an", reason="họp", back_at=ms("2026-11-23 16:30"))
    desk.do(pause)
    assert waiting.minutes_available(desk.state, desk.site, "CT", desk.now.wall) == 30


def test_the_line_and_what_the_counters_owe_elsewhere_use_up_the_day():
    desk = seated(at="2026-11-23 16:00")
    desk.issue("CT")
    desk.issue("DD")
    left = waiting.capacity_left(desk.state, desk.site, "CT", ms("2026-11-23 16:00"))
    assert left == (60 - 7) // 7 - 1
