"""Who is believed at an instant: ranks, vantages, blindness, corrections, outages from above."""

from fractions import Fraction

import msgspec
import pytest

from motcua_hub.domain.availability.evidence import Evidence, Rank, Sli, State
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.policy import Blips, Policy
from motcua_hub.domain.availability.quorum import Why
from motcua_hub.domain.availability.timeline import Segment, Segments, timeline
from support.availability import said

REACHABLE = Policy(slo=Fraction(999, 1000))
RUNNING = Policy(sli=Sli.RUNNING)
LIFE = (0, 100)


def of(policy: Policy, *evidence: Evidence, above: tuple[Ancestor, ...] = ()) -> Segments:
    mine = [msgspec.structs.replace(each, sli=policy.sli) for each in evidence]
    return timeline(mine, policy, life=LIFE, ancestors=above)


def first(policy: Policy, *evidence: Evidence, above: tuple[Ancestor, ...] = ()) -> Segment:
    return of(policy, *evidence, above=above)[0]


def states(segments: Segments) -> list[tuple[int, int, str]]:
    return [(each.begin, each.end, each.state.value) for each in segments]


def votes(**claims: str) -> list[Evidence]:
    return [said(0, 100, claim, vantage=vantage) for vantage, claim in claims.items()]


def test_nothing_is_known_where_nobody_spoke() -> None:
    assert states(of(REACHABLE, said(10, 20))) == [
        (0, 10, "unknown"),
        (10, 20, "up"),
        (20, 100, "unknown"),
    ]
    assert first(REACHABLE).why is Why.SILENT


def test_a_journal_goes_before_a_probe_and_an_operator_before_both() -> None:
    probe = said(0, 100, "down")
    journal = said(0, 100, "up", vantage="agent", rank=Rank.JOURNAL)
    operator = said(0, 100, "down", vantage="u:7", rank=Rank.OPERATOR, cause="power")
    assert first(RUNNING, probe, journal).state is State.UP
    found = first(RUNNING, probe, journal, operator)
    assert (found.state, found.rank, found.cause) == (State.DOWN, Rank.OPERATOR, "power")


def test_the_latest_correction_of_operators_stands() -> None:
    early = said(0, 100, "up", rank=Rank.OPERATOR, received_at=5)
    late = said(0, 100, "down", rank=Rank.OPERATOR, received_at=6)
    assert first(REACHABLE, late, early).state is State.DOWN


def test_two_corrections_of_one_moment_that_differ_are_a_conflict() -> None:
    both = [said(0, 100, claim, rank=Rank.OPERATOR, received_at=5) for claim in ("up", "down")]
    assert first(REACHABLE, *both).why is Why.CONFLICT


def test_a_conflict_is_not_settled_by_a_lower_rank() -> None:
    journals = [said(0, 100, claim, rank=Rank.JOURNAL) for claim in ("up", "down")]
    found = first(REACHABLE, said(0, 100, "up"), *journals)
    assert (found.state, found.rank, found.why) == (State.UNKNOWN, Rank.JOURNAL, Why.CONFLICT)


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ({"a": "up", "b": "down"}, State.UP),
        ({"a": "up", "b": "down", "c": "down"}, State.DOWN),
        ({"a": "up", "b": "up", "c": "down"}, State.UP),
        ({"a": "down", "b": "blind", "c": "blind"}, State.DOWN),
        ({"a": "blind", "b": "blind"}, State.UNKNOWN),
    ],
)
def test_a_strict_majority_makes_a_target_unreachable(claims: dict[str, str], state: State) -> None:
    assert first(REACHABLE, *votes(**claims)).state is state


def test_somebody_who_saw_it_down_makes_up_partial() -> None:
    assert first(REACHABLE, *votes(a="up", b="down")).partial
    assert not first(REACHABLE, *votes(a="up", b="up")).partial


def test_one_success_proves_that_it_runs() -> None:
    assert first(RUNNING, *votes(a="up", b="down", c="down")).state is State.UP


def test_three_vantages_need_two_that_know_and_the_agreement_decides_how_many_there_are() -> None:
    three = msgspec.structs.replace(REACHABLE, vantages=("a", "b", "c"))
    found = first(three, *votes(a="down", b="blind"))
    assert (found.state, found.why, found.rank) == (State.UNKNOWN, Why.FEW, 0)
    assert first(REACHABLE, *votes(a="down", b="blind", c="blind")).state is State.DOWN
    running = msgspec.structs.replace(RUNNING, vantages=("a", "b", "c"))
    assert first(running, *votes(a="down")).state is State.UNKNOWN
    assert first(running, *votes(a="down", b="down")).state is State.DOWN


def test_too_few_probes_leave_the_word_to_the_last_will() -> None:
    two = msgspec.structs.replace(REACHABLE, min_known=2)
    will = said(0, 100, "down", vantage="broker", rank=Rank.LAST_WILL)
    found = first(two, said(0, 100, "up"), will)
    assert (found.state, found.rank) == (State.DOWN, Rank.LAST_WILL)


def test_a_vantage_that_contradicts_itself_has_no_vote() -> None:
    torn = [said(0, 100, "up", vantage="a"), said(0, 100, "down", vantage="a")]
    assert first(REACHABLE, *torn).why is Why.CONFLICT
    assert first(REACHABLE, *torn, said(0, 100, "down", vantage="b")).state is State.DOWN


def test_the_two_measures_are_never_mixed() -> None:
    other = msgspec.structs.replace(said(0, 100, "down"), sli=Sli.RUNNING)
    assert timeline([other], REACHABLE, life=LIFE)[0].why is Why.SILENT


def test_a_blip_counts_as_the_contract_says() -> None:
    blip = said(40, 50, "down", blip=True)
    around = (said(0, 40), blip, said(50, 100))
    counting = msgspec.structs.replace(REACHABLE, blips=Blips.COUNT)
    assert states(of(REACHABLE, *around)) == [(0, 100, "up")]
    assert (40, 50, "down") in states(of(counting, *around))


def test_only_what_was_received_by_then_counts() -> None:
    journal = said(0, 100, "down", rank=Rank.JOURNAL, received_at=200)
    assert timeline([said(0, 100), journal], REACHABLE, 199, life=LIFE)[0].state is State.UP
    assert timeline([said(0, 100), journal], REACHABLE, 200, life=LIFE)[0].state is State.DOWN


def test_a_replaced_piece_counts_until_its_replacement_is_received() -> None:
    wrong = said(0, 100, "down", id="a", received_at=1, superseded_by="b")
    right = said(0, 100, "up", id="b", received_at=5)
    assert timeline([wrong, right], REACHABLE, 4, life=LIFE)[0].state is State.DOWN
    assert timeline([wrong, right], REACHABLE, 5, life=LIFE)[0].state is State.UP


@pytest.mark.parametrize("other", ["nobody", "a", "earlier"])
def test_evidence_does_not_vanish_by_pointing_at_nothing_itself_or_something_older(
    other: str,
) -> None:
    down = said(0, 100, "down", id="a", received_at=5, superseded_by=other)
    older = said(0, 1, "down", id="earlier", received_at=1)
    assert first(REACHABLE, down, older).state is State.DOWN


def test_the_cause_is_the_one_told_first() -> None:
    late = said(0, 100, "down", vantage="b", cause="wan", received_at=9)
    early = said(0, 100, "down", vantage="a", cause="power", received_at=3)
    assert first(REACHABLE, late, early).cause == "power"


def test_evidence_of_several_targets_is_refused() -> None:
    with pytest.raises(ValueError, match="several targets"):
        of(REACHABLE, said(0, 1, target="a"), said(0, 1, target="b"))


def test_the_doubt_of_a_change_is_kept_at_its_edge() -> None:
    found = of(REACHABLE, said(0, 40), said(40, 60, "down", edge=7), said(60, 100, edge=3))
    assert [each.edge for each in found] == [0, 7, 3]


LINK = ancestor("link", [(0, 20, State.UP), (20, 40, State.DOWN), (40, 50, State.UNKNOWN)])


def test_what_lies_behind_a_dead_link_is_unreachable_because_of_it() -> None:
    found = of(REACHABLE, said(0, 100, "down", cause="timeout"), above=(LINK,))
    assert states(found)[:3] == [(0, 20, "down"), (20, 50, "down"), (50, 100, "down")]
    assert [(each.cause, each.masked_by) for each in found] == [
        ("timeout", ""),
        ("ancestor", "link"),
        ("timeout", ""),
    ]


def test_nobody_knows_whether_it_ran_behind_a_dead_link() -> None:
    found = of(RUNNING, said(0, 100, "down"), above=(LINK,))
    assert states(found) == [(0, 20, "down"), (20, 50, "unknown"), (50, 100, "down")]
    assert (found[1].why, found[1].masked_by) == (Why.MASKED, "link")


def test_a_dead_link_does_not_explain_what_others_saw() -> None:
    journal = said(20, 30, "down", vantage="agent", rank=Rank.JOURNAL)
    neighbour = said(30, 40, "down", vantage="siteA")
    hub = said(20, 40, "up")
    found = of(RUNNING, journal, neighbour, said(20, 50, "down"), above=(LINK,))
    assert [(each.begin, each.end, each.rank) for each in found if each.state is State.DOWN] == [
        (20, 30, Rank.JOURNAL),
        (30, 40, Rank.PROBE),
    ]
    assert states(of(RUNNING, hub, above=(LINK,)))[1] == (20, 40, "up")


def test_a_dead_link_does_not_explain_what_people_at_the_hub_put_on_record() -> None:
    word = said(20, 50, "down", vantage="hub", rank=Rank.OPERATOR)
    assert (20, 50, "down") in states(of(RUNNING, word, above=(LINK,)))


def test_of_several_outages_above_the_outermost_one_that_is_down_is_named() -> None:
    switch = Ancestor("switch", down=((0, 100),))
    link = Ancestor("link", down=((0, 50),), unknown=((50, 100),))
    found = of(REACHABLE, said(0, 100, "down"), above=(switch, link))
    assert [(each.begin, each.masked_by) for each in found] == [(0, "link"), (50, "switch")]


def test_an_empty_life_has_no_time_line() -> None:
    assert timeline([], REACHABLE) == ()
    assert timeline([said(3, 3, "up")], REACHABLE) == ()


def test_without_a_life_the_evidence_is_all_there_is() -> None:
    assert states(timeline([said(5, 9, "down")], REACHABLE)) == [(5, 9, "down")]
