"""How three well-known monitors get from answers to a percentage, in our own words and code.

Each function takes what a prober got; figures are exact fractions.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from province.probers import OK, Run, samples
from province.spans import Span, common, merged, minus, total, touches

_LONGEST = 60_000
Beat = tuple[int, bool]
"""When, and whether it was a success."""


def beats(processes: Iterable[Sequence[Run]], window: Span) -> Iterator[Beat]:
    """Every answer inside the window."""
    for runs in processes:
        for at, (outcome, _) in samples(runs):
            if window[0] <= at < window[1]:
                yield at, outcome == OK


class Figure(NamedTuple):
    """A month's figure, and what it counted as down and did not count at all."""

    share: Fraction
    down: list[Span]
    left_out: list[Span]


def uptime_kuma(processes: Iterable[Sequence[Run]], window: Span, work: Sequence[Span]) -> Figure:
    """Uptime Kuma 2: successful beats of all beats; beats while it retries count as down.

    Beats in maintenance count as neither. Where the monitor was away there are no beats.
    """
    got = list(beats(processes, window))
    counted = [ok for at, ok in got if not touches(work, (at, at + 1))]
    down, there = _standing_for(got)
    left_out = minus([window], [*there, *work])
    return Figure(Fraction(sum(counted), len(counted)), minus(down, work), left_out)


def icinga_db(
    processes: Iterable[Sequence[Run]], window: Span, work: Sequence[Span], attempts: int = 3
) -> Figure:
    """Icinga DB: time not spent in a hard problem, of all time.

    A problem is hard from the last of `attempts` failures on, and over with the first success. The
    state at hand is carried until another one is seen. Problems in a downtime do not count, but
    its time does.
    """
    bad: list[Span] = []
    failures, since = 0, None
    for at, ok in beats(processes, window):
        failures = 0 if ok else failures + 1
        if ok and since is not None:
            bad.append((since, at))
            since = None
        elif failures >= attempts and since is None:
            since = at
    if since is not None:
        bad.append((since, window[1]))
    whole = window[1] - window[0]
    counted = minus(merged(bad), work)
    return Figure(Fraction(whole - total(counted), whole), counted, [])


def prometheus(processes: Iterable[Sequence[Run]], window: Span, step: int) -> Figure:
    """Prometheus with its blackbox exporter: `avg_over_time(probe_success[31d])`.

    The mean of the samples that exist, one every `step`; nobody asks again sooner, and maintenance
    is unknown to it.
    """
    got = list(_regular(beats(processes, window), step))
    down, there = _standing_for(got)
    share = Fraction(sum(ok for _, ok in got), len(got))
    return Figure(share, down, minus([window], there))


def _standing_for(got: Sequence[Beat]) -> tuple[list[Span], list[Span]]:
    """The time for which failures stand, and for which anything stands: up to the next beat."""
    down: list[Span] = []
    there: list[Span] = []
    for (at, ok), (after, _) in pairwise([*got, (got[-1][0] + _LONGEST, True)]):
        span = (at, min(after, at + _LONGEST))
        there.append(span)
        if not ok:
            down.append(span)
    return merged(down), merged(there)


def _regular(found: Iterable[Beat], step: int) -> Iterator[Beat]:
    """One answer in each step: extra ones belong to monitors that ask again."""
    last: int | None = None
    for at, ok in found:
        if last is None or at - last >= step:
            last = at
            yield at, ok


def wrongly(figure: Figure, off: Sequence[Span], window: Span, work: Sequence[Span]) -> int:
    """How much time was counted as what it was not, in ms: down that was up, up that was down.

    Announced work is to count as nothing or as up; who counts it as down is wrong.
    """
    base = minus([window], [*work, *figure.left_out])
    truly = common(merged(off), base)
    false_down = total(minus(figure.down, merged([*truly, *figure.left_out])))
    return false_down + total(minus(truly, figure.down))


def truth(off: Iterable[Span], window: Span, work: Sequence[Span]) -> Fraction:
    """What was: time up of all time that was not announced work."""
    base = minus([window], work)
    down = total(common(merged(off), base))
    return Fraction(total(base) - down, total(base))
