"""A prober: asks at its own phase, asks again sooner after a failure, and says what it got.

Only what differs is worked out one by one: stretches in which every answer is the same are kept as
one `Run`. `samples` gives all of them back; that both are the same is tested on short windows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from province.spans import Signal

OK, FAIL, BLIND = "ok", "fail", "blind"
Answer = tuple[str, str]
"""Outcome and cause."""


@dataclass(frozen=True)
class Timing:
    """When a prober asks. ms."""

    interval: int = 30_000
    retry: int = 5_000
    n_down: int = 3


@dataclass(frozen=True)
class Run:
    """`count` equal answers, `step` ms apart, the first at `first`."""

    first: int
    step: int
    count: int
    answer: Answer

    @property
    def last(self) -> int:
        """When the last of them was given."""
        return self.first + (self.count - 1) * self.step


def asked(signal: Signal[Answer], timing: Timing, since: int, until: int) -> list[Run]:
    """Everything one process of a prober gets in `[since, until)`, asking first at `since`."""
    found: list[Run] = []
    at, failures = since, 0
    while at < until:
        answer = signal.at(at)
        if answer[0] != BLIND:
            failures = failures + 1 if answer[0] == FAIL else 0
        doubtful = answer[0] == FAIL and failures < timing.n_down
        if doubtful:
            found.append(Run(at, timing.retry, 1, answer))
            at += timing.retry
            continue
        change = signal.change_after(at)
        end = until if change is None else min(change, until)
        count = max(1, -(-(end - at) // timing.interval))
        found.append(Run(at, timing.interval, count, answer))
        failures = failures + count - 1 if answer[0] == FAIL else failures
        at += count * timing.interval
    return found


def one_by_one(signal: Signal[Answer], timing: Timing, since: int, until: int) -> list[Run]:
    """The same without any shortcut: the plain rule, to compare with."""
    found: list[Run] = []
    at, failures = since, 0
    while at < until:
        answer = signal.at(at)
        if answer[0] == FAIL:
            failures += 1
        elif answer[0] == OK:
            failures = 0
        step = timing.retry if answer[0] == FAIL and failures < timing.n_down else timing.interval
        found.append(Run(at, step, 1, answer))
        at += step
    return found


def samples(runs: Iterable[Run]) -> Iterator[tuple[int, Answer]]:
    """Every single answer."""
    for run in runs:
        for index in range(run.count):
            yield run.first + index * run.step, run.answer


def until(runs: Iterable[Run], moment: int) -> list[Run]:
    """What had been asked by a moment."""
    found: list[Run] = []
    for run in runs:
        if run.first > moment:
            break
        count = min(run.count, (moment - run.first) // run.step + 1)
        found.append(Run(run.first, run.step, count, run.answer))
    return found
