"""Sets of time, beside the same done with sets of instants."""

from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.availability.intervals import (
    Interval,
    Spans,
    clip,
    difference,
    intersection,
    length,
    normal,
    overlaps,
    union,
)
from support.availability import intervals

sets = st.lists(intervals(30), max_size=6)


def instants(spans: list[Interval] | Spans) -> set[int]:
    return {instant for begin, end in spans for instant in range(begin, end)}


@given(sets, sets)
def test_sets_of_time_are_sets_of_instants(left: list[Interval], right: list[Interval]) -> None:
    one, two = normal(left), normal(right)
    assert instants(one) == instants(left)
    assert instants(union(left, right)) == instants(left) | instants(right)
    assert instants(intersection(one, two)) == instants(left) & instants(right)
    assert instants(difference(one, two)) == instants(left) - instants(right)
    assert length(one) == len(instants(left))


@given(sets, sets)
def test_what_comes_out_is_normal(left: list[Interval], right: list[Interval]) -> None:
    one, two = normal(left), normal(right)
    for found in (one, union(one, two), intersection(one, two), difference(one, two)):
        assert normal(found) == found


@given(sets, intervals(30))
def test_looking_into_one_interval_is_intersecting_with_it(
    some: list[Interval], window: Interval
) -> None:
    spans = normal(some)
    assert clip(spans, window) == intersection(spans, (window,))
    assert overlaps(spans, window) is bool(clip(spans, window))


def test_an_empty_interval_holds_nothing() -> None:
    assert normal([(3, 3), (5, 4)]) == ()
    assert not overlaps(((0, 9),), (3, 3))
