"""The seven properties of the ledger's design, by their numbers, over any small world."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, State
from motcua_hub.domain.availability.figures import Amounts, figures, measure
from motcua_hub.domain.availability.incidents import incidents
from motcua_hub.domain.availability.intervals import Interval, Spans, length, union
from motcua_hub.domain.availability.layers import Layers, Shape, shape
from motcua_hub.domain.availability.masking import statements
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.quorum import Why, decide
from motcua_hub.domain.availability.timeline import Segment, Segments, timeline
from support import availability as world

LIFE = (0, world.SPAN)
many = settings(max_examples=100, deadline=None)


def line(evidence: Iterable[Evidence], policy: Policy, as_of: int | None = None) -> Segments:
    """The time line, with all evidence about the SLI that the policy is for."""
    mine = [msgspec.structs.replace(each, sli=policy.sli) for each in evidence]
    return timeline(mine, policy, as_of, life=LIFE)


def at(segments: Segments, instant: int) -> Segment:
    return next(each for each in segments if each.begin <= instant < each.end)


def shaped(layers: Layers, period: Interval, policy: Policy, hours: Spans) -> Shape:
    return shape(layers, period, policy.notice, None, hours)


def measured(
    evidence: list[Evidence], policy: Policy, layers: Layers, period: Interval, hours: Spans
) -> Amounts:
    return measure(line(evidence, policy), shaped(layers, period, policy, hours))


@many
@given(world.evidence(), world.policies, world.layers(), world.intervals(), world.services)
def test_property_1_up_down_unknown_and_what_is_taken_out_are_the_full_time(
    evidence: list[Evidence],
    policy: Policy,
    layers: Layers,
    period: Interval,
    hours: Spans,
) -> None:
    segments = line(evidence, policy)
    shown = shaped(layers, period, policy, hours)
    found = measure(segments, shown)
    taken = length(union(shown.maintenance, shown.excluded))
    assert found.up + found.down + found.unknown == found.base
    assert found.base + taken == found.full == length(shown.full)
    # counted again, instant by instant
    base = [t for a, b in shown.base for t in range(a, b)]
    for state, amount in zip(State, (found.up, found.down, found.unknown), strict=True):
        assert sum(at(segments, t).state is state for t in base) == amount


@many
@given(
    world.evidence(),
    world.policies,
    world.layers(),
    st.lists(st.integers(0, world.SPAN), min_size=3, max_size=3, unique=True).map(sorted),
    world.services,
)
def test_property_2_the_parts_of_a_split_period_add_up_to_the_whole(
    evidence: list[Evidence],
    policy: Policy,
    layers: Layers,
    cuts: list[int],
    hours: Spans,
) -> None:
    begin, cut, end = cuts
    whole, left, right = (
        measured(evidence, policy, layers, period, hours)
        for period in ((begin, end), (begin, cut), (cut, end))
    )
    for name in Amounts.__struct_fields__:
        assert getattr(left, name) + getattr(right, name) == getattr(whole, name), name


@many
@given(world.evidence(), world.policies, st.randoms(use_true_random=False))
def test_property_3_order_and_repetition_of_evidence_change_nothing(
    evidence: list[Evidence], policy: Policy, chance: st.DataObject
) -> None:
    again = [*evidence, *chance.choices(evidence, k=5)] if evidence else []
    chance.shuffle(again)
    assert line(again, policy) == line(evidence, policy)


@many
@given(world.evidence(), world.policies, st.data())
def test_property_4_evidence_of_a_rank_never_changes_what_a_higher_one_decided(
    evidence: list[Evidence], policy: Policy, data: st.DataObject
) -> None:
    rank = data.draw(st.sampled_from(world.RANKS))
    more = data.draw(world.evidence([rank]))
    before = line(evidence, policy)
    after = line([*evidence, *more], policy)
    for instant in range(*LIFE):
        old, new = at(before, instant), at(after, instant)
        if old.rank > rank:
            assert _said(new) == _said(old)


def _said(segment: Segment) -> tuple[object, ...]:
    """What a segment says, wherever it begins."""
    return msgspec.structs.astuple(msgspec.structs.replace(segment, begin=0, end=0, edge=0))


@many
@given(world.evidence(), world.evidence(), world.policies, st.integers(0, 9))
def test_property_5_what_was_known_in_the_past_can_be_computed_again(
    evidence: list[Evidence], later: list[Evidence], policy: Policy, as_of: int
) -> None:
    then = line(evidence, policy, as_of)
    late = [
        msgspec.structs.replace(each, received_at=as_of + 1 + n, id=f"late {each.id}")
        for n, each in enumerate(later)
    ]
    by = late[0].id if late else "nobody"
    replaced = [msgspec.structs.replace(each, superseded_by=by) for each in evidence[:1]]
    now = [*replaced, *evidence[1:], *late]
    assert line(now, policy, as_of) == then


@many
@given(world.evidence(), world.policies, world.layers(), world.intervals(), world.services)
def test_property_6_availability_lies_within_its_bounds(
    evidence: list[Evidence],
    policy: Policy,
    layers: Layers,
    period: Interval,
    hours: Spans,
) -> None:
    found = figures(measured(evidence, policy, layers, period, hours), policy)
    if found.availability is None:
        assert found.amounts.up == found.amounts.down == 0
    else:
        assert found.lower is not None
        assert found.upper is not None
        assert 0 <= found.lower <= found.availability <= found.upper <= 1
        assert found.coverage == Fraction(found.amounts.up + found.amounts.down, found.amounts.base)


@many
@given(
    world.evidence(),
    world.policies,
    world.layers(maintenance=False),
    world.intervals(),
    world.services,
)
def test_property_7_without_maintenance_both_ways_of_counting_agree(
    evidence: list[Evidence],
    policy: Policy,
    layers: Layers,
    period: Interval,
    hours: Spans,
) -> None:
    found = figures(measured(evidence, policy, layers, period, hours), policy)
    assert found.availability == found.planned_as_available


@many
@given(world.evidence(), world.policies)
def test_a_time_line_is_the_verdict_on_every_instant_without_gap_or_overlap(
    evidence: list[Evidence], policy: Policy
) -> None:
    segments = line(evidence, policy)
    assert [each.begin for each in segments] == [0, *(each.end for each in segments)][:-1]
    assert segments[-1].end == world.SPAN
    mine = [msgspec.structs.replace(each, sli=policy.sli) for each in evidence]
    spoken = statements(mine, policy)
    for instant in range(*LIFE):
        now = [each for each in spoken if each.begin <= instant < each.end]
        said = at(segments, instant)
        assert (said.state, said.rank, said.why) == decide(now, policy)[:3]
        if not now:
            assert (said.state, said.why) == (State.UNKNOWN, Why.SILENT)


@many
@given(world.evidence(), world.policies)
def test_absence_of_evidence_is_never_up_nor_down(evidence: list[Evidence], policy: Policy) -> None:
    blind = [msgspec.structs.replace(each, claim=Claim.BLIND) for each in evidence]
    assert {each.state for each in line(blind, policy)} == {State.UNKNOWN}


@many
@given(world.evidence([Rank.PROBE]), world.policies, st.integers(0, 9))
def test_incidents_hold_all_time_down_and_do_not_overlap(
    evidence: list[Evidence], policy: Policy, gap: int
) -> None:
    segments = line(evidence, policy)
    found = incidents(segments, gap)
    down = sum(each.end - each.begin for each in segments if each.state is State.DOWN)
    assert sum(each.down for each in found) == down
    assert all(a.end < b.begin for a, b in pairwise(found))
    assert all(each.down <= each.end - each.begin for each in found)
