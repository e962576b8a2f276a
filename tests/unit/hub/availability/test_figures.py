"""Layers and what is computed from them: exact, cut, and never better than proven."""

from fractions import Fraction

import msgspec
import pytest

from motcua_hub.domain.availability.burn import BurnSource, alerts, burn_rate
from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import (
    Amounts,
    Figures,
    Verdict,
    breached,
    figures,
    measure,
    percent,
)
from motcua_hub.domain.availability.fleet import any_down, summed
from motcua_hub.domain.availability.layers import Exclusion, Layers, Shape, Window, shape
from motcua_hub.domain.availability.policy import DAY, HOUR, Policy, Unknown
from motcua_hub.domain.availability.timeline import Segment, Segments

POLICY = Policy(slo=Fraction(99, 100))
MONTH = 30 * DAY
MINUTE = 60_000


def line(*pieces: tuple[int, State]) -> Segments:
    """Segments from `(end, state)`, the first from 0."""
    begins = [0, *(end for end, _ in pieces)]
    return tuple(
        Segment(begin, end, state) for begin, (end, state) in zip(begins, pieces, strict=False)
    )


def told(up: int, down: int, unknown: int = 0, policy: Policy = POLICY) -> Figures:
    base = up + down + unknown
    return figures(Amounts(full=base, base=base, up=up, down=down, unknown=unknown), policy)


def window(announced: int | None, **more: object) -> Layers:
    return Layers(windows=(Window(begin=50, end=60, announced_at=announced, **more),))


def taken(layers: Layers, notice: int = 10, as_of: int | None = None) -> int:
    shown = shape(layers, (0, 100), notice, as_of)
    return sum(end - begin for begin, end in shown.maintenance)


@pytest.mark.parametrize(("announced", "counts"), [(40, 10), (41, 0), (55, 0), (None, 0)])
def test_maintenance_counts_only_when_it_was_announced_early_enough(
    announced: int | None, counts: int
) -> None:
    assert taken(window(announced)) == counts


def test_without_notice_in_the_contract_nobody_need_announce() -> None:
    assert taken(window(None), notice=0) == 10


def test_maintenance_that_nobody_approved_does_not_count() -> None:
    assert taken(window(1, approved=False)) == 0


def test_an_emergency_needs_a_second_approver_and_is_told_of() -> None:
    assert taken(window(55, emergency=True)) == 0
    urgent = window(55, emergency=True, second_approver="lan")
    assert taken(urgent) == 10
    assert shape(urgent, (0, 100), 10).emergencies == urgent.windows


def test_an_approval_counts_from_when_it_was_given() -> None:
    asked = window(20, approved_at=30)
    assert [taken(asked, as_of=moment) for moment in (29, 30)] == [0, 10]
    force = Layers(exclusions=(Exclusion(begin=0, end=5, approved_at=30),))
    assert [shape(force, (0, 9), 0, moment).excluded for moment in (29, 30)] == [(), ((0, 5),)]


def test_what_overruns_its_window_is_down() -> None:
    segments = line((50, State.UP), (70, State.DOWN), (100, State.UP))
    found = measure(segments, shape(window(0), (0, 100), 10))
    assert (found.down, found.maintenance, found.base) == (10, 10, 90)


def test_maintenance_and_force_majeure_at_once_are_taken_out_once() -> None:
    layers = msgspec.structs.replace(
        window(0),
        exclusions=(Exclusion(begin=55, end=70), Exclusion(begin=0, end=5, approved=False)),
    )
    found = measure(line((100, State.UP)), shape(layers, (0, 100), 10))
    assert (found.maintenance, found.excluded, found.taken_out, found.base) == (10, 15, 20, 80)


def test_outside_the_contract_nothing_counts() -> None:
    shown = shape(Layers(life=((10, 20), (30, 200))), (0, 100), 0)
    assert shown.full == ((10, 20), (30, 100))


def test_what_no_segment_covers_is_unknown() -> None:
    found = measure(line((40, State.UP)), shape(Layers(), (0, 100), 0))
    assert (found.up, found.unknown) == (40, 60)


def test_the_doubt_of_edges_inside_the_base_is_told_beside_the_time_down() -> None:
    segments = (
        Segment(0, 20, State.UP),
        Segment(20, 30, State.DOWN, edge=3),
        Segment(30, 80, State.UP, edge=2),
        Segment(80, 100, State.DOWN, edge=7),
    )
    assert measure(segments, shape(Layers(), (0, 100), 0)).doubt == 12
    assert measure(segments, shape(Layers(), (25, 80), 0)).doubt == 2


def test_one_millisecond_of_a_month_is_never_rounded_away() -> None:
    assert percent(told(MONTH - 1, 1).availability) == "99.9999"
    assert percent(Fraction(1)) == "100.0000"
    assert percent(Fraction(0)) == "0.0000"
    assert percent(Fraction(5, 1_000_000)) == "0.0005"
    assert percent(None) is None


def test_a_promise_is_kept_at_its_very_edge_and_broken_beyond() -> None:
    assert breached(99, 1, Fraction(99, 100)) is False
    assert breached(98, 1, Fraction(99, 100)) is True
    assert breached(0, 0, Fraction(99, 100)) is None


@pytest.mark.parametrize(
    ("unknown", "contract", "breach"),
    [
        (Unknown.EXCLUDE, Fraction(1), False),
        (Unknown.UP, Fraction(1), False),
        (Unknown.DOWN, Fraction(9, 10), True),
    ],
)
def test_unknown_time_counts_as_the_contract_says(
    unknown: Unknown, contract: Fraction, breach: bool
) -> None:
    found = told(90, 0, 10, msgspec.structs.replace(POLICY, unknown=unknown))
    assert (found.availability, found.contract, found.breach) == (1, contract, breach)


@pytest.mark.parametrize(
    ("up", "down", "unknown", "verdict"),
    [
        (995, 5, 0, Verdict.MET),
        (985, 5, 10, Verdict.MET),
        (984, 5, 11, Verdict.NOT_PROVEN),
        (980, 20, 0, Verdict.BREACHED),
        (500, 20, 480, Verdict.BREACHED),
        (500, 8, 492, Verdict.NOT_PROVEN),
        (0, 0, 0, Verdict.NOTHING),
    ],
)
def test_too_little_known_proves_no_success_but_may_prove_a_failure(
    up: int, down: int, unknown: int, verdict: Verdict
) -> None:
    assert told(up, down, unknown).verdict is verdict


def test_the_budget_is_of_the_whole_period_while_it_still_runs() -> None:
    half = Amounts(full=500, base=500, up=497, down=3, unknown=0)
    found = figures(half, POLICY, promised=1000)
    assert (found.budget, found.left, found.consumed) == (10, 7, Fraction(3, 10))


def test_a_promise_of_everything_has_no_budget_to_consume() -> None:
    found = told(99, 1, policy=msgspec.structs.replace(POLICY, slo=Fraction(1)))
    assert (found.budget, found.left, found.consumed, found.breach) == (0, -1, None, True)


def test_a_fleet_is_the_sum_of_times_not_the_mean_of_percentages() -> None:
    long = Amounts(full=900, base=900, up=900, down=0, unknown=0)
    short = Amounts(full=100, base=100, up=0, down=100, unknown=0)
    assert figures(summed([long, short]), POLICY).availability == Fraction(9, 10)


def shapes(*layers: Layers) -> list[Shape]:
    return [shape(each, (0, 100), 0) for each in layers]


def test_a_fleet_is_down_while_any_of_it_is_and_known_only_if_all_of_it_is() -> None:
    one = line((40, State.UP), (60, State.DOWN), (100, State.UP))
    two = line((50, State.UNKNOWN), (70, State.DOWN), (80, State.UNKNOWN), (100, State.UP))
    found = any_down(list(zip((one, two), shapes(Layers(), Layers()), strict=True)))
    assert (found.down, found.unknown, found.up) == (30, 50, 20)


def test_a_target_in_maintenance_does_not_pull_the_fleet_down() -> None:
    one, two = line((100, State.UP)), line((60, State.UP), (80, State.DOWN), (100, State.UP))
    mended = Layers(windows=(Window(begin=60, end=80),))
    found = any_down(list(zip((one, two), shapes(Layers(), mended), strict=True)))
    assert (found.down, found.up, found.base) == (0, 100, 100)


def source(*pieces: tuple[int, State], slo: str = "999/1000", since: int = 0) -> BurnSource:
    return BurnSource(line(*pieces), Layers(), Policy(slo=Fraction(slo)), since)


@pytest.mark.parametrize(
    ("slo", "seconds"),
    [("999/1000", "51.84"), ("9995/10000", "25.92"), ("995/1000", "259.2"), ("99/100", "518.4")],
)
def test_a_hard_outage_burns_at_fourteen_after_the_time_that_the_design_says(
    slo: str, seconds: str
) -> None:
    down = int(Fraction(seconds) * 1000)
    now = 10 * DAY
    reached = source((now - down, State.UP), (now, State.DOWN), slo=slo)
    almost = source((now - down + 1, State.UP), (now, State.DOWN), slo=slo)
    assert burn_rate(reached, now, HOUR) == Fraction(144, 10)
    assert burn_rate(almost, now, HOUR) < Fraction(144, 10)


def firing(found: BurnSource, now: int, *before: str) -> list[str]:
    return [each.rule.name for each in alerts(found, now, before) if each.firing]


def test_a_rule_fires_on_both_windows_and_resolves_on_the_long_one() -> None:
    now = 10 * DAY
    begun = source((now - 2 * MINUTE, State.UP), (now, State.DOWN))
    assert "1h" in firing(begun, now)
    down = (now - 30 * MINUTE, State.UP), (now - 20 * MINUTE, State.DOWN)
    over = source(*down, (now + HOUR, State.UP))
    assert "1h" not in firing(over, now), "the short window is clean"
    assert "1h" in firing(over, now, "1h"), "the long one is not"
    assert "1h" not in firing(over, now + HOUR, "1h")


@pytest.mark.parametrize(
    ("earlier", "lately", "fires"), [(0, 0, True), (1, 0, False), (0, 1, False)]
)
def test_a_rule_fires_when_both_windows_reach_its_rate_and_not_a_millisecond_before(
    earlier: int, lately: int, fires: bool
) -> None:
    """At 99 %, 518.4 s of an hour and 43.2 s of five minutes are 14.4 times the sustainable."""
    now = 10 * DAY
    before, last = now - 30 * MINUTE, now - MINUTE
    found = source(
        (before, State.UP),
        (before + 475_200 - earlier + lately, State.DOWN),
        (last, State.UP),
        (last + 43_200 - lately, State.DOWN),
        (now, State.UP),
        slo="99/100",
    )
    assert ("1h" in firing(found, now)) is fires


def test_no_data_is_told_and_resolves_nothing() -> None:
    dark = source((9 * DAY, State.UP), (10 * DAY, State.UNKNOWN))
    by_name = {each.rule.name: each for each in alerts(dark, 10 * DAY, {"1h"})}
    assert (by_name["1h"].no_data, by_name["1h"].firing) == (True, True)
    assert (by_name["6h"].no_data, by_name["6h"].firing) == (True, False)
    assert not by_name["3d"].no_data


def test_a_rule_is_silent_until_its_long_window_has_passed_once() -> None:
    young = source((DAY, State.DOWN), since=0)
    by_name = {each.rule.name: each for each in alerts(young, DAY)}
    assert [name for name, each in by_name.items() if each.silent] == ["3d"]
    assert not by_name["3d"].firing
    assert by_name["1d"].firing


def test_a_promise_of_everything_has_nothing_to_burn() -> None:
    found = alerts(source((10 * DAY, State.DOWN), slo="1"), 10 * DAY)
    assert all(each.silent and not each.firing for each in found)


def test_maintenance_burns_nothing() -> None:
    now = 10 * DAY
    window = Window(begin=now - HOUR, end=now, announced_at=0)
    planned = BurnSource(
        line((now - HOUR, State.UP), (now, State.DOWN)), Layers(windows=(window,)), Policy(), 0
    )
    assert burn_rate(planned, now, HOUR) is None
    assert burn_rate(planned, now, 6 * HOUR) == 0
