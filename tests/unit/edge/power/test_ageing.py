"""A battery is compared with itself: full, on mains, at equal load, day by day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Battery, Instant
from motcua_edge.domain.power import ageing
from motcua_edge.domain.power.selftest import DAY
from support.ups import Bench, ups


def aged(runtimes: list[int], load: int = 10, mark: str = "2025", battery: Battery | None = None):
    battery = battery or Battery()
    for day, runtime in enumerate(runtimes):
        battery = ageing.with_sample(battery, load, runtime, mark, day * DAY)
    return battery


def test_five_days_are_learnt_before_anything_is_said():
    assert ageing.share(aged([1800] * 4)) is None
    assert ageing.share(aged([1800] * 5)) == 1.0


def test_the_share_is_the_newest_median_by_the_best_one():
    battery = aged([1800] * 5 + [1350] * 5)
    assert ageing.share(battery) == 0.75
    assert not ageing.worn(battery)
    assert ageing.worn(aged([1800] * 5 + [900] * 5))


def test_one_odd_day_says_nothing():
    assert ageing.share(aged([1800] * 5 + [100])) == 1.0
    assert ageing.share(aged([1800] * 5 + [9000])) == 1.0


def test_only_equal_loads_are_compared():
    battery = aged([700] * 5, load=60, battery=aged([1800] * 5, load=10))
    assert ageing.share(battery) == 1.0
    assert not ageing.worn(battery)


def test_another_battery_begins_anew():
    worn = aged([1800] * 5 + [800] * 5)
    assert ageing.worn(worn)
    assert ageing.share(aged([1000], mark="2026", battery=worn)) is None


@pytest.mark.parametrize(("load", "step"), [(0.0, 0), (4.9, 0), (5.0, 5), (12.0, 10), (99.9, 95)])
def test_loads_are_put_into_steps_of_five(load: float, step: int):
    assert ageing.step_of(load) == step


NOW = Instant(100 * DAY, 0, ClockState.NTP)


@pytest.mark.parametrize(
    ("status", "more", "due"),
    [
        ("OL", {}, True),
        ("OL CHRG", {}, False),
        ("OL", {"battery_charge": "98"}, False),
        ("OL", {"battery_runtime": ""}, False),
        ("OL", {"battery_runtime": "0"}, False),
        ("OL", {"ups_load": ""}, False),
        ("OL BYPASS", {}, False),
        ("OB", {}, False),
    ],
)
def test_a_figure_is_taken_only_of_a_full_battery_at_rest(status: str, more, due: bool):
    machine = Bench().see(ups(status, **more), 3).machine
    assert ageing.sample_due(machine, Battery(), NOW) is due


def test_one_figure_a_day_and_none_without_a_trusted_clock():
    machine = Bench().see(ups(), 3).machine
    assert not ageing.sample_due(machine, Battery(measured_at=NOW.wall - DAY + 1), NOW)
    assert ageing.sample_due(machine, Battery(measured_at=NOW.wall - DAY), NOW)
    assert ageing.sample_due(machine, Battery(measured_at=NOW.wall + DAY), NOW)
    unsure = Instant(NOW.wall, 0, ClockState.SAVED)
    assert not ageing.sample_due(machine, Battery(), unsure)


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=40))
def test_a_share_is_never_above_one_nor_below_zero(runtimes: list[int]):
    share = ageing.share(aged(runtimes))
    assert (share is None) == (len(runtimes) < ageing.ENOUGH)
    assert share is None or 0 <= share <= 1
