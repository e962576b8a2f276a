"""Health over time: chained the same in any order, drills beside it."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.spans import (
    FLAP_CHANGES,
    FLAP_MS,
    Piece,
    Span,
    band,
    chain,
    is_flapping,
    known_state,
    masked,
    shares,
    unobserved,
)

S = HealthState
MINUTE = 60_000
STATES = st.sampled_from([state.value for state in S] + ["splendid"])


def span(seq, state="ok", since=0, *, drill=False):
    return Span(
        component="printer",
        by_depth=1,
        by_jid="11" * 16,
        by_seq=seq,
        state=state,
        since=since,
        drill=drill,
    )


SPANS = st.lists(st.tuples(STATES, st.integers(-1000, 1000), st.booleans()), max_size=12).map(
    lambda rows: [span(n, s, at, drill=d) for n, (s, at, d) in enumerate(rows, start=1)]
)


@given(SPANS, st.randoms())
def test_the_chain_is_the_same_in_any_order(spans, rng):
    mixed = list(spans)
    rng.shuffle(mixed)
    assert chain(mixed) == chain(spans)


@given(SPANS)
def test_a_real_span_ends_when_the_next_real_one_begins(spans):
    real = [one for one in chain(spans) if not one.drill]
    for earlier, later in itertools.pairwise(real):
        assert earlier.until == max(earlier.since, later.since)
        assert later.before == earlier.state
    if real:
        assert (real[0].before, real[-1].until) == ("", None)


@given(SPANS)
def test_a_drill_changes_nothing_of_what_is_real(spans):
    real = [one for one in spans if not one.drill]
    assert [one for one in chain(spans) if not one.drill] == chain(real)
    assert band(chain(spans), 0, 500) == band(chain(real), 0, 500)
    assert is_flapping(chain(spans), 500) == is_flapping(chain(real), 500)


def test_a_drill_ends_with_the_next_word_of_any_kind():
    spans = chain([span(1, since=0), span(2, "critical", 10, drill=True), span(3, since=30)])
    assert [(one.since, one.until, one.before) for one in spans] == [
        (0, 30, ""),
        (10, 30, "ok"),
        (30, None, "ok"),
    ]
    assert [one.changed for one in spans] == [False, False, False]


@given(SPANS, st.integers(1, 12))
def test_a_tail_chained_again_with_its_predecessor_is_the_same(spans, cut):
    whole = chain(spans)
    firsts = [i for i, one in enumerate(whole) if not one.drill and i < cut]
    tail = whole[firsts[-1] :] if firsts else whole
    assert chain(tail) == tail


@given(SPANS, st.integers(-500, 500), st.integers(1, 900))
def test_a_band_is_whole_and_in_order(spans, begin, length):
    pieces = band(chain(spans), begin, begin + length)
    assert pieces[0].since == begin
    assert pieces[-1].until == begin + length
    for earlier, later in itertools.pairwise(pieces):
        assert earlier.until == later.since
    assert all(piece.since < piece.until for piece in pieces)
    assert sum(shares(pieces).values()) == pytest.approx(1)


def test_before_the_first_word_nothing_is_known():
    assert band(chain([span(1, "ok", 50)]), 0, 100) == [
        Piece(0, 50, S.UNKNOWN),
        Piece(50, 100, S.OK),
    ]


def test_so_many_changes_within_half_an_hour_are_flapping():
    spans = chain(
        [span(n, "ok" if n % 2 else "problem", n * MINUTE) for n in range(FLAP_CHANGES + 1)]
    )
    now = FLAP_CHANGES * MINUTE
    assert is_flapping(spans, now)
    assert not is_flapping(spans[1:-1], now)
    assert not is_flapping(spans, now + FLAP_MS)


def test_a_rehearsal_is_no_flapping():
    spans = [span(n, "ok" if n % 2 else "problem", n, drill=n % 2 == 0) for n in range(20)]
    assert not is_flapping(chain(spans), 20)


def test_what_was_not_heard_is_unknown_even_if_it_was_good():
    step = 5 * MINUTE
    heard = [0, step, 10 * step, 11 * step]
    gaps = unobserved(heard, step, 2 * step, 0, 12 * step)
    assert gaps == [(2 * step, 10 * step)]
    pieces = masked([Piece(0, 12 * step, S.OK)], gaps)
    assert [(one.since, one.until, one.state) for one in pieces] == [
        (0, 2 * step, S.OK),
        (2 * step, 10 * step, S.UNKNOWN),
        (10 * step, 12 * step, S.OK),
    ]


def test_a_lost_number_and_one_on_its_way_are_no_gap():
    step = 5 * MINUTE
    assert unobserved([0, 2 * step], step, 2 * step, 0, 5 * step) == []
    assert unobserved([0], step, 2 * step, 0, 9 * step) == [(step, 9 * step)]
    assert unobserved([], step, 0, 0, 100) == []


@given(SPANS, st.lists(st.integers(0, 500), unique=True, max_size=8))
def test_a_masked_band_is_whole_and_never_better(spans, edges):
    edges = sorted(edges)[: len(edges) // 2 * 2]
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    pieces = band(chain(spans), 0, 500)
    hidden = masked(pieces, gaps)
    assert (hidden[0].since, hidden[-1].until) == (0, 500)
    for earlier, later in itertools.pairwise(hidden):
        assert earlier.until == later.since
    assert shares(hidden).get(S.OK, 0) <= shares(pieces).get(S.OK, 0) + 1e-9
    good = [one for one in hidden if one.state is S.OK]
    assert not any(a < one.until and one.since < b for one in good for a, b in gaps)


def test_a_state_of_a_newer_version_is_unknown():
    assert known_state("splendid") is S.UNKNOWN
    assert msgspec.structs.replace(span(1), state="x").changed is False
