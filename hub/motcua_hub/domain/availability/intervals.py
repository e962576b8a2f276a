"""Sets of time: sorted, disjoint, half-open intervals `[begin, end)` of integer UTC milliseconds.

Every function takes sets that are normal (see `normal`) and gives such sets back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

Interval = tuple[int, int]
Spans = tuple[Interval, ...]
"""A normal set: sorted, nothing empty, nothing that overlaps or touches."""


def normal(intervals: Iterable[Interval]) -> Spans:
    """Any intervals as a normal set: sorted, joined, empty ones left out."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if end <= begin:
            continue
        if found and begin <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return tuple(found)


def length(spans: Iterable[Interval]) -> int:
    """How long a set is, in ms."""
    return sum(end - begin for begin, end in spans)


def union(*sets: Iterable[Interval]) -> Spans:
    """What lies in any of the sets; they need not be normal."""
    return normal(interval for spans in sets for interval in spans)


def intersection(left: Sequence[Interval], right: Sequence[Interval]) -> Spans:
    """What lies in both."""
    found: list[Interval] = []
    at = 0
    for begin, end in left:
        while at < len(right) and right[at][1] <= begin:
            at += 1
        each = at
        while each < len(right) and right[each][0] < end:
            found.append((max(begin, right[each][0]), min(end, right[each][1])))
            each += 1
    return tuple(found)


def difference(left: Sequence[Interval], right: Sequence[Interval]) -> Spans:
    """What lies in `left` only."""
    found: list[Interval] = []
    at = 0
    for begin, end in left:
        while at < len(right) and right[at][1] <= begin:
            at += 1
        start, each = begin, at
        while each < len(right) and right[each][0] < end:
            if right[each][0] > start:
                found.append((start, right[each][0]))
            start = max(start, right[each][1])
            each += 1
        if start < end:
            found.append((start, end))
    return tuple(found)


def clip(spans: Sequence[Interval], window: Interval) -> Spans:
    """What lies inside one interval."""
    return intersection(spans, (window,))


def overlaps(spans: Sequence[Interval], window: Interval) -> bool:
    """Whether any of it lies inside one interval."""
    if window[1] <= window[0]:
        return False
    at = bisect_right(spans, window[0], key=itemgetter(1))
    return at < len(spans) and spans[at][0] < window[1]
