"""Probes that found the same are one run; what is confirmed is told at once."""

from motcua_contract.facts.evidence import ProbeOutcome
from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_edge.domain.vigil.runs import Course, Sampled, reported, sampled

SPEC = ProbeSpec(target="srv-1", kind=ProbeKind.TCP, host="192.0.2.1")
OK, FAIL, BLIND = ProbeOutcome.OK, ProbeOutcome.FAIL, ProbeOutcome.BLIND


def course(*found: tuple[int, ProbeOutcome], ms: int | None = None) -> Course:
    now = Course()
    for at, outcome in found:
        now = sampled(now, SPEC, Sampled(at=at, outcome=outcome, cause=f"c{at}", ms=ms))
    return now


def test_equal_samples_are_one_run_with_the_first_cause_and_the_median_answer() -> None:
    now = Course()
    for n, took in enumerate((30, 10, 20)):
        now = sampled(now, SPEC, Sampled(at=n * 30_000, outcome=OK, cause=f"c{n}", ms=took))
    (run,) = now.told
    assert (run.count, run.since, run.until, run.cause, run.ms) == (3, 0, 60_000, "c0", 20)


def test_the_third_failure_in_a_row_confirms_and_two_successes_end_it() -> None:
    down = course((0, OK), (30_000, FAIL), (35_000, FAIL), (40_000, FAIL))
    assert (down.down, down.changed, down.told[-1].confirmed) == (True, True, 40_000)
    again = sampled(down, SPEC, Sampled(at=45_000, outcome=OK))
    assert (again.down, again.changed) == (True, False)
    back = sampled(again, SPEC, Sampled(at=50_000, outcome=OK))
    assert (back.down, back.changed) == (False, True)
    assert back.told[-1].confirmed is None


def test_blind_samples_neither_count_nor_interrupt() -> None:
    down = course((0, FAIL), (5_000, FAIL), (10_000, BLIND), (15_000, FAIL))
    assert [run.outcome for run in down.told] == [FAIL, BLIND, FAIL]
    assert (down.down, down.told[-1].confirmed) == (True, 15_000)


def test_a_silence_ends_a_run_and_whatever_was_being_confirmed() -> None:
    now = course((0, FAIL), (5_000, FAIL), (5_000 + SPEC.horizon + 1, FAIL))
    assert len(now.told) == 2
    assert not now.down


def test_what_was_told_is_not_told_again_and_what_is_known_stays_known() -> None:
    now = reported(course((0, FAIL), (5_000, FAIL), (10_000, FAIL)))
    assert (now.told, now.down) == ((), True)
    (run,) = sampled(now, SPEC, Sampled(at=15_000, outcome=FAIL)).told
    assert (run.since, run.count, run.confirmed) == (15_000, 1, None)


def test_other_rules_begin_another_run() -> None:
    now = sampled(course((0, OK)), SPEC, Sampled(at=5, outcome=OK))
    other = ProbeSpec(target="srv-1", kind=ProbeKind.TCP, host="192.0.2.1", interval=60_000)
    assert [run.interval for run in sampled(now, other, Sampled(at=10, outcome=OK)).told] == [
        30_000,
        60_000,
    ]
