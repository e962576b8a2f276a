"""Long runs that are not given one by one: the ledger says the same as if they were."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Rank, Sli
from motcua_hub.domain.availability.samples import claims
from province import compressed, probers
from province.machines import Met, TickRun, tick_runs
from province.probers import BLIND, FAIL, OK, Timing
from province.spans import Signal, layered, merged
from province.world import Boot
from support.province import feed

HOUR = 3_600_000
TIMING = Timing()
spans = st.lists(
    st.tuples(st.integers(0, 3 * HOUR), st.integers(1, HOUR // 2)).map(lambda s: (s[0], sum(s))),
    max_size=5,
)
phases = st.integers(0, 29_999)


def answers(off: list[tuple[int, int]], blind: list[tuple[int, int]]) -> Signal[probers.Answer]:
    return layered(0, (OK, ""), [(blind, (BLIND, "references")), (off, (FAIL, "timeout"))])


@given(spans, spans, phases)
def test_a_prober_in_leaps_gets_what_a_prober_gets_step_by_step(
    off: list[tuple[int, int]], blind: list[tuple[int, int]], phase: int
) -> None:
    signal = answers(off, blind)
    leaps = probers.asked(signal, TIMING, phase, 3 * HOUR)
    steps = probers.one_by_one(signal, TIMING, phase, 3 * HOUR)
    assert list(probers.samples(leaps)) == list(probers.samples(steps))


@given(spans, spans, phases)
def test_the_ledger_says_of_leaps_what_it_says_of_every_sample(
    off: list[tuple[int, int]], blind: list[tuple[int, int]], phase: int
) -> None:
    runs = probers.asked(answers(off, blind), TIMING, phase, 3 * HOUR)
    whole = claims(compressed.sampled(runs), feed.PROBE)
    assert compressed.claimed(runs, feed.PROBE) == list(whole)


@given(spans, spans, phases, st.integers(0, 3 * HOUR))
def test_what_was_asked_by_a_moment_is_the_beginning_of_what_was_asked(
    off: list[tuple[int, int]], blind: list[tuple[int, int]], phase: int, moment: int
) -> None:
    runs = probers.asked(answers(off, blind), TIMING, phase, 3 * HOUR)
    known = [each for each in probers.samples(runs) if each[0] <= moment]
    assert list(probers.samples(probers.until(runs, moment))) == known


@st.composite
def journals(draw: st.DrawFn) -> list[compressed.Told]:
    """Boots one after the other, with crashes, stalls, goodbyes, lost ticks and meetings."""
    found: list[compressed.Told] = []
    at = 0
    for number in range(draw(st.integers(1, 3))):
        length = draw(st.integers(60_000, HOUR))
        begin, end = at + draw(st.integers(1_000, 600_000)), 0
        end = begin + length
        hung = merged(draw(st.lists(st.tuples(*[st.integers(begin, end)] * 2), max_size=2)))
        clean = draw(st.sampled_from(["", "reboot"]))
        boot = Boot(f"b{number}", begin, end, clean, ((begin + 12_000, end),), tuple(hung))
        lost = merged(draw(st.lists(st.tuples(*[st.integers(begin, end)] * 2), max_size=1)))
        runs: list[TickRun] = list(feed._kept(begin, tick_runs(boot), lost))
        met = draw(st.none() | st.just(Met(begin + 20_000, 19_990, 33)))
        found.append((boot.name, runs, met, None, (clean, length if clean else None)))
        at = end
    return found


@given(journals())
@settings(max_examples=60)
def test_the_ledger_says_of_spans_of_ticks_what_it_says_of_every_tick(
    told: list[compressed.Told],
) -> None:
    about = feed.about("x", Sli.RUNNING, "site", Rank.JOURNAL)
    whole = compressed.whole_journal(told, about)
    short = compressed.journal(told, about)

    def plain(found: compressed.Imported) -> list[object]:
        kept = [msgspec.structs.replace(each, id="", boot_id="") for each in found.evidence]
        return [(e.begin, e.end, e.claim, e.cause, e.edge) for e in kept]

    assert plain(short) == plain(whole)
    assert short.unplaced == whole.unplaced
