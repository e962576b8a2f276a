"""Samples of probes become runs: a run goes on while the outcome is the same and none is late."""

from collections.abc import Sequence
from statistics import median_low
from typing import Final

import msgspec

from motcua_contract.facts.evidence import ProbeOutcome, ProbeRun
from motcua_contract.probes import ProbeSpec

KEPT: Final = 64
"""Of so many answers the median is told."""


class Sampled(msgspec.Struct, frozen=True, kw_only=True):
    """One probe: when (boot-time ms), what it found, why, and what the answer took in ms."""

    at: int
    outcome: ProbeOutcome
    cause: str = ""
    ms: int | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One target's probes since the last report, and what is confirmed of it.

    Attributes:
        closed: Runs that ended, oldest first.
        current: The one that goes on.
        took: What its newest answers took.
        down: Whether an outage is confirmed.
        streak: Equal definite outcomes in a row, blind ones left out.
        last: The last definite outcome.
        changed: Whether the last sample confirmed an outage or its end.
    """

    closed: tuple[ProbeRun, ...] = ()
    current: ProbeRun | None = None
    took: tuple[int, ...] = ()
    down: bool = False
    streak: int = 0
    last: ProbeOutcome | None = None
    changed: bool = False

    @property
    def told(self) -> tuple[ProbeRun, ...]:
        """All runs, oldest first."""
        return self.closed if self.current is None else (*self.closed, self.current)


def sampled(course: Course, spec: ProbeSpec, sample: Sampled) -> Course:
    """One probe more."""
    judged = _judged(course, spec, sample)
    sure = judged.changed and judged.down
    current, took = course.current, (() if sample.ms is None else (sample.ms,))
    if current is not None and _goes_on(current, spec, sample):
        took = (*course.took, *took)[-KEPT:]
        longer = msgspec.structs.replace(
            current,
            until=sample.at,
            count=current.count + 1,
            confirmed=sample.at if sure else current.confirmed,
            nth=current.count + 1 if sure else current.nth,
            ms=_median(took),
        )
        return msgspec.structs.replace(judged, current=longer, took=took)
    begun = ProbeRun(
        target=spec.target,
        outcome=sample.outcome,
        since=sample.at,
        until=sample.at,
        count=1,
        cause=sample.cause,
        confirmed=sample.at if sure else None,
        nth=int(sure),
        ms=_median(took),
        interval=spec.interval,
        timeout=spec.timeout,
        n_down=spec.n_down,
        n_up=spec.n_up,
    )
    return msgspec.structs.replace(judged, closed=course.told, current=begun, took=took)


def _median(took: Sequence[int]) -> int | None:
    return median_low(took) if took else None


def _goes_on(run: ProbeRun, spec: ProbeSpec, sample: Sampled) -> bool:
    rules = (run.interval, run.timeout, run.n_down, run.n_up)
    same = run.outcome is sample.outcome and rules == (
        spec.interval,
        spec.timeout,
        spec.n_down,
        spec.n_up,
    )
    return same and sample.at - run.until <= spec.horizon


def _judged(course: Course, spec: ProbeSpec, sample: Sampled) -> Course:
    """What is sure after this sample (R2); a silence ends whatever was being confirmed."""
    current = course.current
    if current is not None and sample.at - current.until > spec.horizon:
        course = msgspec.structs.replace(course, down=False, streak=0, last=None)
    if sample.outcome is ProbeOutcome.BLIND:
        return msgspec.structs.replace(course, changed=False)
    streak = course.streak + 1 if sample.outcome is course.last else 1
    fails = sample.outcome is ProbeOutcome.FAIL
    needed = spec.n_down if fails else spec.n_up
    changed = fails is not course.down and streak >= needed
    return msgspec.structs.replace(
        course,
        down=fails if changed else course.down,
        streak=streak,
        last=sample.outcome,
        changed=changed,
    )


def reported(course: Course) -> Course:
    """The same target after all its runs were told."""
    return msgspec.structs.replace(course, closed=(), current=None, took=(), changed=False)
