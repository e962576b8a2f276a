"""From samples to intervals, and what a hub that was away may say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Claim, State
from motcua_hub.domain.availability.liveness import grace, holes, silenced
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.samples import (
    Claimed,
    Outcome,
    Probe,
    Reading,
    Sample,
    anchored,
    claims,
    evidence,
    outages,
    outcome,
)
from motcua_hub.domain.availability.timeline import timeline
from support.availability import said

PROBE = Probe()
SECOND = 1_000
MARKS = {".": Outcome.OK, "x": Outcome.FAIL, "?": Outcome.BLIND}


def taken(text: str, step: int = 30 * SECOND, begin: int = 0) -> list[Sample]:
    """Samples at an even pace: `.` success, `x` failure, `?` blind, a space none."""
    return [Sample(begin + n * step, MARKS[mark]) for n, mark in enumerate(text) if mark in MARKS]


def shown(text: str, before: State | None = None) -> str:
    """What was said of each sample: `u` up, `d` down, `b` blip, `?` blind, a space nothing."""
    found = claims(taken(text), PROBE, before)
    return "".join(_said(found, n * 30 * SECOND) for n in range(len(text)))


def _said(found: tuple[Claimed, ...], at: int) -> str:
    each = next((each for each in found if each.begin <= at < each.end), None)
    if each is None:
        return " "
    names = {Claim.UP: "u", Claim.DOWN: "b" if each.blip else "d", Claim.BLIND: "?"}
    return names[each.claim]


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ("...", "uuu"),
        ("..xxx", "uuddd"),
        ("..xx..", "uubbuu"),
        ("..xxx.xx..", "uudddddduu"),
        ("..xxx..", "uuddduu"),
        ("xx", "bb"),
        ("..x?xx", "uud?dd"),
        ("???", "???"),
        ("xxx.", "dddd"),
    ],
)
def test_failures_are_confirmed_and_dated_back_and_recoveries_too(samples: str, said: str) -> None:
    assert shown(samples) == said


def test_an_outage_is_sure_with_its_last_needed_failure() -> None:
    found = claims(taken("..xxxx.."), PROBE)
    assert outages(found) == (((60 * SECOND, 180 * SECOND), 120 * SECOND),)


def test_what_was_confirmed_before_needs_no_new_confirmation() -> None:
    assert shown("x", State.DOWN) == "d"
    assert shown(".x", State.DOWN) == "dd"
    assert shown("..", State.DOWN) == "uu"


def test_no_sample_speaks_beyond_its_horizon() -> None:
    assert PROBE.horizon == 65 * SECOND
    found = claims([Sample(0, Outcome.OK), Sample(100 * SECOND, Outcome.OK)], PROBE)
    assert [(each.begin, each.end) for each in found] == [
        (0, 65 * SECOND),
        (100 * SECOND, 165 * SECOND),
    ]


def test_a_silence_ends_what_was_being_confirmed() -> None:
    assert shown("..xx   x..") == "uubbbb buu"
    assert shown("xxx   .") == "ddddd u"


@pytest.mark.parametrize(("step", "confirmed"), [(65_000, 1), (65_001, 0)])
def test_a_silence_begins_where_the_horizon_ends(step: int, confirmed: int) -> None:
    assert len(outages(claims(taken("xxx", step), PROBE))) == confirmed


def test_the_doubt_of_a_change_is_the_gap_before_it() -> None:
    samples = [*taken(".."), *taken("xxx", 5 * SECOND, 60 * SECOND), *taken("..", 9, 75 * SECOND)]
    assert [each.edge for each in claims(samples, PROBE)] == [0, 30 * SECOND, 5 * SECOND]


def test_detection_takes_45_seconds_at_the_worst() -> None:
    assert PROBE.worst_detection == 45 * SECOND
    assert PROBE.surely_seen == 40 * SECOND


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 29_999), st.integers(40_000, 300_000))
def test_every_outage_that_is_long_enough_is_confirmed_in_time(phase: int, lasts: int) -> None:
    """A prober as the design describes it: every 30 s, after a failure every 5 s."""
    onset = 120_000 + phase
    samples, at = [], 0
    while at < onset + lasts + 120_000:
        up = not onset <= at < onset + lasts
        samples.append(Sample(at, Outcome.OK if up else Outcome.FAIL))
        at += PROBE.interval if up else PROBE.retry
    (found,) = outages(claims(samples, PROBE))
    assert found[1] + PROBE.timeout - onset <= PROBE.worst_detection
    down = [each for each in claims(samples, PROBE) if each.claim is Claim.DOWN]
    assert abs(sum(each.end - each.begin for each in down) - lasts) < PROBE.interval


def test_order_and_repetition_of_samples_change_nothing() -> None:
    samples = taken("..xxx.x..")
    assert claims([*reversed(samples), *samples], PROBE) == claims(samples, PROBE)


def test_a_probe_that_never_left_is_blind_and_so_is_one_without_references() -> None:
    assert outcome(answered=False, left=True, references=1) is Outcome.FAIL
    assert outcome(answered=True, left=True, references=1) is Outcome.OK
    assert outcome(answered=False, left=False, references=1) is Outcome.BLIND
    assert outcome(answered=False, left=True, references=0) is Outcome.BLIND


def test_claims_become_evidence_that_a_time_line_reads() -> None:
    found = evidence(claims(taken("..xxx..xx.."), PROBE), said(0, 1, id="p", received_at=9))
    assert len({each.id for each in found}) == len(found)
    states = [each.state.value for each in timeline(found, Policy(), life=(0, 330 * SECOND))]
    assert states == ["up", "down", "up"]


def test_a_clock_that_jumps_begins_a_new_run() -> None:
    readings = [Reading(0, 100_000), Reading(5_000, 105_900), Reading(9_000, 209_000)]
    steady, after = anchored(readings)
    assert (steady.times, steady.stepped) == ((100_000, 105_000), 0)
    assert (after.times, after.stepped) == ((209_000,), 100_000)


def test_the_hub_was_away_where_its_own_record_has_a_hole() -> None:
    alive = [0, 10_000, 20_000, 45_000, 70_001]
    assert holes(alive) == ((45_000, 70_001),)
    assert holes(alive, until=95_002) == ((45_000, 95_002),)
    assert holes([]) == ()


def test_a_hub_that_was_away_saw_nothing() -> None:
    found = silenced([said(0, 100), said(0, 100, vantage="siteA")], ((40, 60),), 5)
    assert [(each.begin, each.end, each.vantage) for each in found] == [
        (0, 40, "hub"),
        (60, 100, "hub"),
        (0, 100, "siteA"),
    ]
    assert len({each.id for each in found}) == 3


def test_a_failure_within_the_grace_after_a_hole_is_none_and_a_longer_one_stands_whole() -> None:
    short, long, later = said(60, 70, "down"), said(61, 90, "down"), said(90, 95, "down")
    found = silenced([short, long, later], ((40, 60),), 20)
    assert [each.claim for each in found] == [Claim.BLIND, Claim.DOWN, Claim.DOWN]
    assert found[1].begin == 61


def test_the_grace_is_a_probe_cycle_or_one_and_a_half_keepalives() -> None:
    assert grace(30_000, 10_000) == 30_000
    assert grace(30_000, 60_000) == 90_000
