"""Sets of time by plain sweeps, and values that change with time.

The ledger has its own; these are the simulator's, so that both cannot be wrong in the same way.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

Span = tuple[int, int]
"""`[begin, end)`, UTC ms."""
T = TypeVar("T")


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, what overlaps or touches as one, nothing empty."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def inverse(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of the window lies in none of them."""
    found: list[Span] = []
    at = window[0]
    for begin, end in merged(spans):
        if begin > at:
            found.append((at, min(begin, window[1])))
        at = max(at, end)
        if at >= window[1]:
            break
    if at < window[1]:
        found.append((at, window[1]))
    return [(begin, end) for begin, end in found if begin < end]


def common(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """What lies in both."""
    a, b = merged(left), merged(right)
    found: list[Span] = []
    i = j = 0
    while i < len(a) and j < len(b):
        begin, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if begin < end:
            found.append((begin, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found


def minus(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """What lies in `left` only."""
    a = merged(left)
    return common(a, inverse(right, (a[0][0], a[-1][1]))) if a else []


def total(spans: Iterable[Span]) -> int:
    """How long they are together; they must not overlap."""
    return sum(end - begin for begin, end in spans)


def touches(spans: Sequence[Span], window: Span) -> bool:
    """Whether any of them shares time with the window."""
    return any(begin < window[1] and window[0] < end for begin, end in spans)


class Signal(Generic[T]):
    """A value that changes with time; from the first change on it is known for ever."""

    def __init__(self, changes: Iterable[tuple[int, T]]) -> None:
        self._times: list[int] = []
        self._values: list[T] = []
        for at, value in changes:
            if self._values and self._values[-1] == value:
                continue
            self._times.append(at)
            self._values.append(value)

    def at(self, moment: int) -> T:
        """The value at a moment."""
        return self._values[max(0, bisect_right(self._times, moment) - 1)]

    def change_after(self, moment: int) -> int | None:
        """When it changes next; None: never again."""
        index = bisect_right(self._times, moment)
        return self._times[index] if index < len(self._times) else None


def layered(since: int, usual: T, layers: Iterable[tuple[Iterable[Span], T]]) -> Signal[T]:
    """A signal from layers of spans: the first layer that covers a moment gives its value."""
    covers = [(merged(spans), value) for spans, value in layers]
    edges = {since}
    for spans, _ in covers:
        edges |= {edge for span in spans for edge in span if edge > since}
    lookups = [
        (Signal([(since - 1, False), *_steps(spans)]) if spans else None, value)
        for spans, value in covers
    ]
    return Signal((at, _first(at, usual, lookups)) for at in sorted(edges))


def _steps(spans: Sequence[Span]) -> list[tuple[int, bool]]:
    return [step for begin, end in spans for step in ((begin, True), (end, False))]


def _first(at: int, usual: T, lookups: Iterable[tuple[Signal[bool] | None, T]]) -> T:
    for lookup, value in lookups:
        if lookup is not None and lookup.at(at):
            return value
    return usual
