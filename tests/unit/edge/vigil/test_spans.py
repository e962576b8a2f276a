"""Ticks that say the same are one span; whatever changes begins another."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.facts.evidence import TICK_MS
from motcua_edge.domain.vigil.spans import LATE_MS, Look, Spans, next_number, reported, ticked

BEGUN = Spans(boot="boot-1", run="run-1")
SAID = Look(mono=0, offset=1_000_000, synced=True, gateway=True, hub=True)


def after(*looks: Look) -> Spans:
    spans = BEGUN
    for look in looks:
        spans = ticked(spans, look)
    return spans


def at(mono: int, **changed: object) -> Look:
    return msgspec.structs.replace(SAID, mono=mono, **changed)


def test_equal_ticks_are_one_span_with_their_longest_gap() -> None:
    (span,) = after(at(0), at(10_000), at(20_400), at(30_000)).told
    assert (span.first, span.last, span.since, span.until, span.longest) == (
        1,
        4,
        0,
        30_000,
        10_400,
    )
    assert (span.boot, span.run, span.hub, span.gateway) == ("boot-1", "run-1", True, True)


def test_every_change_begins_a_span() -> None:
    changes = [
        {"synced": False},
        {"failed": ("camera-hall",)},
        {"ups": "battery"},
        {"gateway": None},
        {"hub": False},
        {"where": "wan"},
        {"offset": 1_002_001},
    ]
    for changed in changes:
        before, then = after(at(0), at(10_000, **changed)).told
        assert (before.last, then.first) == (1, 2), changed


def test_a_clock_that_is_slewed_ends_no_span_until_it_has_gone_too_far() -> None:
    looks = [at(n * TICK_MS, offset=1_000_000 + n * 600) for n in range(5)]
    assert [(each.first, each.last) for each in after(*looks).told] == [(1, 4), (5, 5)]


def test_a_late_tick_begins_a_span() -> None:
    assert len(after(at(0), at(LATE_MS)).told) == 1
    assert len(after(at(0), at(LATE_MS + 1)).told) == 2


@given(st.lists(st.tuples(st.integers(1, 40_000), st.booleans(), st.booleans()), max_size=60))
def test_no_tick_is_lost_or_told_twice(steps: list[tuple[int, bool, bool]]) -> None:
    spans, told, mono = BEGUN, [], 0
    for wait, hub, report in steps:
        mono += wait
        spans = ticked(spans, at(mono, hub=hub))
        if report:
            told += spans.told
            spans = reported(spans)
    told += spans.told
    numbers = [number for span in told for number in range(span.first, span.last + 1)]
    assert numbers == list(range(1, len(steps) + 1))
    assert spans.number == len(steps) + 1
    assert all(span.longest <= LATE_MS for span in told)


@given(st.integers(0, 10**9))
def test_a_program_that_remembers_nothing_counts_above_any_earlier_number(mono: int) -> None:
    most_so_far = mono // TICK_MS + 1
    assert next_number(mono) > most_so_far
