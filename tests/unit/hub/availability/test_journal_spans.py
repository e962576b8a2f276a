"""A journal told in spans proves exactly what it proves tick by tick."""

from itertools import groupby

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Rank, Sli
from motcua_hub.domain.availability.journal import (
    Boot,
    Meeting,
    Stretch,
    Tick,
    imported,
    joined,
)
from support.availability import said

ABOUT = said(0, 1, id="site", vantage="agent", rank=Rank.JOURNAL, sli=Sli.RUNNING, received_at=9)
LATE = 25_000


@st.composite
def boots(draw: st.DrawFn, name: str = "a", begun: int = 0) -> tuple[Boot, Boot]:
    """One boot tick by tick, and the same boot in spans cut at every stall and at random."""
    waits = draw(st.lists(st.integers(1, 40_000), min_size=1, max_size=40))
    lost = draw(st.sets(st.integers(1, len(waits)), max_size=5))
    cuts = draw(st.sets(st.integers(1, len(waits)), max_size=10))
    mono, ticks = 0, []
    for seq, wait in enumerate(waits, 1):
        mono += wait
        if seq not in lost:
            ticks.append(Tick(seq, mono))
    ticks = ticks or [Tick(len(waits) + 1, mono + 1)]
    stopped = draw(st.none() | st.integers(0, 60_000).map(lambda more: ticks[-1].mono + more))
    whole = Boot(boot_id=name, ticks=tuple(ticks), met=Meeting(begun, 0, 300), stopped=stopped)
    told = tuple(_spans(ticks, cuts))
    again = draw(st.lists(st.sampled_from(told), max_size=3))
    mixed = draw(st.permutations([*told, *again]))
    return whole, msgspec.structs.replace(whole, ticks=(), stretches=tuple(mixed))


def _spans(ticks: list[Tick], cuts: set[int]) -> list[Stretch]:
    place, places, last = 0, [], None
    for tick in ticks:
        goes_on = last is not None and tick.seq == last.seq + 1 and tick.mono - last.mono <= LATE
        place += not goes_on or tick.seq in cuts
        places.append((place, tick))
        last = tick
    groups = ([tick for _, tick in some] for _, some in groupby(places, key=lambda each: each[0]))
    return [Stretch(g[0].seq, g[-1].seq, g[0].mono, g[-1].mono) for g in groups]


@given(boots())
def test_one_boot_in_spans_proves_what_its_ticks_prove(pair: tuple[Boot, Boot]) -> None:
    ticks, spans = pair
    assert imported([spans], ABOUT) == imported([ticks], ABOUT)


@given(boots("a", 0), boots("b", 10_000_000), st.sampled_from(["", "ups", "reboot"]))
def test_two_boots_in_spans_prove_what_their_ticks_prove(
    one: tuple[Boot, Boot], other: tuple[Boot, Boot], clean: str
) -> None:
    pairs = [[msgspec.structs.replace(b, clean=clean) for b in one], list(other)]
    by_tick, by_span = zip(*pairs, strict=True)
    assert imported(by_span, ABOUT) == imported(by_tick, ABOUT)


def test_spans_that_overlap_are_one() -> None:
    boot = Boot(boot_id="a", stretches=(Stretch(1, 5, 0, 40_000), Stretch(3, 9, 20_000, 80_000)))
    assert joined(boot) == [Stretch(1, 9, 0, 80_000)]
