"""The month of docs/availability.md: what is said there of us and of others holds."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from generate import availability, paper
from motcua_hub.domain.availability.reports import Standing, intact
from province import monitors, month, paper_hour
from province.monitors import Figure
from province.probers import FAIL, Run
from province.script import DAY, MINUTE
from province.world import World


@pytest.fixture(scope="module")
def lived() -> World:
    return month.lived()


def true_up(world: World) -> tuple[int, int]:
    """Time up, and the base, in ms."""
    base = world.script.size.days * DAY - (month.WORK[1] - month.WORK[0])
    share = monitors.truth(world.servers[0].off, world.script.size.period, [month.WORK])
    return int(share * base), base


def test_as_the_month_ends_the_truth_lies_between_our_bounds(lived: World) -> None:
    first, _ = availability.reports(lived)
    up, base = true_up(lived)
    low, high = (Fraction(first.numbers[key]) for key in ("lower", "upper"))
    doubt = first.numbers["doubt"]
    assert first.standing is Standing.PROVISIONAL
    assert low * base - doubt <= up <= high * base + doubt
    assert first.numbers["unknown"] > 7 * 60 * MINUTE


def test_with_the_journal_in_we_are_right_to_what_we_say_we_cannot_know(lived: World) -> None:
    first, last = availability.reports(lived)
    up, _ = true_up(lived)
    assert (last.revision, last.previous, last.standing) == (2, first.sha256, Standing.FINAL)
    assert last.numbers["unknown"] == 0
    assert abs(last.numbers["up"] - up) <= last.numbers["doubt"]
    assert any("UNKNOWN" in line for line in last.changes)
    assert intact(first)
    assert intact(last)


BY = {
    "uptime_kuma": lambda got, window: monitors.uptime_kuma(got, window, [month.WORK]),
    "icinga_db": lambda got, window: monitors.icinga_db(got, window, [month.WORK]),
    "prometheus": lambda got, window: monitors.prometheus(got, window, month.TIMING.interval),
}


@pytest.mark.parametrize("formula", BY.values(), ids=BY)
def test_others_are_wrong_without_saying_so(lived: World, formula: Callable[..., Figure]) -> None:
    window = lived.script.size.period
    figure = formula(month.seen(lived, (FAIL, "timeout")), window)
    wrong = monitors.wrongly(figure, lived.servers[0].off, window, [month.WORK])
    left_out = sum(end - begin for begin, end in figure.left_out)
    assert wrong + left_out > 3 * 60 * MINUTE


def test_the_hour_on_paper_adds_up_by_hand() -> None:
    first, last = (each.numbers for each in paper.reports())
    assert [first[key] for key in ("up", "down", "unknown", "base")] == [
        1000 * (3600 - 600 - 190 - 360), 190_000, 360_000, 3_000_000
    ]  # fmt: skip
    assert Fraction(first["availability"]) == Fraction(2450, 2450 + 190)
    assert Fraction(first["lower"]) == Fraction(2450, 3000)
    assert Fraction(first["upper"]) == Fraction(2450 + 360, 3000)
    assert Fraction(first["coverage"]) == Fraction(2640, 3000)
    assert Fraction(first["planned_as_available"]) == Fraction(3600 - 190 - 360, 3600 - 360)
    assert Fraction(first["left"]) == 30_000 - 190_000
    assert [last[key] for key in ("up", "down", "unknown")] == [2_690_000, 310_000, 0]
    assert first["doubt"] == last["doubt"] == 60_000
    true_down = paper_hour.OFF[1] - paper_hour.OFF[0] + paper_hour.DARK[1] - paper_hour.DARK[0]
    assert abs(last["down"] - true_down) <= last["doubt"]


def test_formulas_of_others_on_answers_that_one_can_count() -> None:
    up, down = ("ok", ""), ("fail", "timeout")
    got = [[Run(0, 60_000, 6, up), Run(360_000, 60_000, 4, down)]]
    window = (0, 600_000)
    assert monitors.uptime_kuma(got, window, []).share == Fraction(6, 10)
    assert monitors.uptime_kuma(got, window, [(360_000, 480_000)]).share == Fraction(6, 8)
    assert monitors.icinga_db(got, window, []).share == Fraction(480, 600)
    assert monitors.icinga_db(got, window, [(480_000, 600_000)]).share == 1
    assert monitors.prometheus(got, window, 60_000).share == Fraction(6, 10)
    holed = [[Run(0, 60_000, 3, up)], [Run(420_000, 60_000, 3, up)]]
    assert monitors.prometheus(holed, window, 60_000).left_out == [(180_000, 420_000)]
