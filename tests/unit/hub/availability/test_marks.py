"""Marks stay with the outage they belong to, however late evidence moves its edges."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, State
from motcua_hub.domain.availability.incidents import (
    Incident,
    Marked,
    Marks,
    belonging,
    incidents,
)
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import Subject, report
from motcua_hub.domain.availability.timeline import Segment

END = 400
PERIOD = (0, END)


def outage(begin: int, end: int) -> Incident:
    return Incident(begin, end, end - begin, ended=True)


@pytest.mark.parametrize(
    ("found", "marked", "mine"),
    [
        pytest.param([outage(50, 200)], Marked(100, 200, 145, 160), 50, id="begins earlier"),
        pytest.param([outage(150, 200)], Marked(100, 200, 145, 160), 150, id="begins later"),
        pytest.param([outage(100, 300)], Marked(100, 200, 145, 160), 100, id="ends later"),
        pytest.param(
            [outage(100, 130), outage(140, 200)], Marked(100, 200, 145), 140, id="fell apart"
        ),
        pytest.param(
            [outage(100, 130), outage(160, 200)], Marked(100, 200, 144), 100, id="the nearer one"
        ),
        pytest.param(
            [outage(100, 141), outage(150, 200)], Marked(100, 200, 145), 100, id="the earlier one"
        ),
        pytest.param(
            [outage(100, 140), outage(1000, 5000)], Marked(100, None, 145), 100, id="not over yet"
        ),
        pytest.param([outage(200, 300)], Marked(100, None, 145), 200, id="not over, begins later"),
        pytest.param([outage(90, 100)], Marked(100, 200, 145), None, id="only touches before"),
        pytest.param([outage(200, 300)], Marked(100, 200, 145), None, id="only touches after"),
        pytest.param([outage(90, 110)], Marked(100, 100, 100), 90, id="of no length"),
        pytest.param([outage(90, 110)], Marked(95, 105, None, 99), 90, id="only taken on"),
    ],
)
def test_marks_belong_to_the_outage_that_overlaps(
    found: list[Incident], marked: Marked, mine: int | None
) -> None:
    told = Marks(marked.confirmed_at, marked.acknowledged_at)
    assert belonging(found, [marked]) == ({} if mine is None else {mine: told})


def test_of_two_that_became_one_the_first_word_counts() -> None:
    both = [Marked(0, 10, 5, 30), Marked(20, 40, 25, 28)]
    assert belonging([outage(0, 40)], both) == {0: Marks(5, 28)}
    assert belonging([outage(0, 12), outage(18, 40)], both) == {0: Marks(5, 30), 18: Marks(25, 28)}


def test_the_means_of_a_period_stay_when_the_journal_moves_the_beginning() -> None:
    """A hub that saw it from 100 on; the journal says from 80, or from 130, on."""
    seen = Marked(100, 200, 145, 205)
    for begin, took in ((80, 65), (100, 45), (130, 15), (150, 0)):
        told = (
            Evidence(id="a", begin=0, end=END, claim=Claim.UP, received_at=1),
            Evidence(
                id="b", begin=begin, end=200, claim=Claim.DOWN, rank=Rank.JOURNAL, received_at=1
            ),
        )
        subject = Subject(target="", evidence=told, policy=Policy(merge_gap=0), marks=(seen,))
        numbers = report(subject, PERIOD, END).numbers
        assert (numbers["detected"], numbers["answered"]) == (1, 1)
        assert (numbers["mttd"], numbers["mtta"]) == (str(Fraction(took)), str(Fraction(60)))


times = st.integers(0, END)


@st.composite
def lines(draw: st.DrawFn) -> list[Segment]:
    """A time line without holes."""
    cuts = sorted({0, END, *draw(st.lists(times, max_size=12))})
    states = draw(st.lists(st.sampled_from(State), min_size=len(cuts), max_size=len(cuts)))
    return [Segment(a, b, state) for a, b, state in zip(cuts, cuts[1:], states, strict=False)]


@st.composite
def marked_outages(draw: st.DrawFn) -> Marked:
    begin = draw(times)
    moments = st.none() | st.integers(begin, END + 50)
    end, confirmed, taken = draw(moments), draw(moments), draw(moments)
    return Marked(begin, end, confirmed, taken)


some_marked = st.lists(marked_outages(), max_size=5)
gaps = st.sampled_from((0, 5, 60))


@given(line=lines(), marked=some_marked, gap=gaps)
def test_no_mark_is_lost_while_something_down_overlaps_it(
    line: list[Segment], marked: list[Marked], gap: int
) -> None:
    found = incidents(line, gap)
    for each in marked:
        end = END + 100 if each.end is None else max(each.begin + 1, each.end)
        overlapped = any(
            s.state is State.DOWN and s.begin < end and each.begin < s.end for s in line
        )
        if not overlapped:
            continue
        (told,) = belonging(found, [each]).values()
        assert told == Marks(each.confirmed_at, each.acknowledged_at)
    together = belonging(found, marked)
    assert set(together) <= {each.begin for each in found}


@given(line=lines(), marked=some_marked, gap=gaps, seed=st.integers(0, 99))
def test_order_and_repetition_of_marks_change_nothing(
    line: list[Segment], marked: list[Marked], gap: int, seed: int
) -> None:
    found = incidents(line, gap)
    shuffled = [*marked, *marked[:2]]
    random.Random(seed).shuffle(shuffled)
    assert belonging(found, shuffled) == belonging(found, marked)


@st.composite
def told_of(draw: st.DrawFn) -> Evidence:
    begin = draw(st.integers(0, END - 1))
    end = draw(st.integers(begin + 1, END))
    return Evidence(
        id=str(draw(st.integers(0, 10**9))),
        begin=begin,
        end=end,
        claim=draw(st.sampled_from((Claim.UP, Claim.DOWN))),
        rank=draw(st.sampled_from((Rank.PROBE, Rank.JOURNAL))),
        received_at=draw(st.integers(1, 2 * END)),
    )


@given(
    told=st.lists(told_of(), max_size=8),
    late=st.lists(told_of(), max_size=4),
    marked=some_marked,
    as_of=st.integers(END, 2 * END),
)
def test_a_past_view_keeps_its_marks_whatever_comes_later(
    told: list[Evidence], late: list[Evidence], marked: list[Marked], as_of: int
) -> None:
    """Later evidence, and marks that were made later, are not there yet."""
    then = Subject(target="", evidence=tuple(told), policy=Policy(merge_gap=5), marks=tuple(marked))
    after = [
        Evidence(
            id=f"late {n}", begin=e.begin, end=e.end, claim=e.claim, rank=e.rank,
            received_at=as_of + e.received_at,
        )
        for n, e in enumerate(late)
    ]  # fmt: skip
    more = tuple(Marked(m.begin, None, as_of + 1, as_of + 2) for m in marked)
    now = Subject(
        target="",
        evidence=(*told, *after),
        policy=then.policy,
        marks=(*marked, *more),
    )
    first, again = report(then, PERIOD, as_of), report(now, PERIOD, as_of)
    assert again.numbers == first.numbers
    assert again.incidents == first.incidents


@given(line=lines(), marked=some_marked, begin=times, end=times)
def test_what_was_never_down_takes_no_mark(
    line: list[Segment], marked: list[Marked], begin: int, end: int
) -> None:
    """Marks of a false alarm count for no outage beside it."""
    quiet = [
        s if s.end <= begin or s.begin >= end else Segment(s.begin, s.end, State.UP) for s in line
    ]
    found = incidents(quiet, 0)
    alarms = [m for m in marked if m.end is not None and begin <= m.begin < m.end <= end]
    assert belonging(found, alarms) == {}
