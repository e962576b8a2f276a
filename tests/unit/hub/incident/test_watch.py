"""What the desk does about what it sees: the same every time, in whatever order it looks."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.incident.crowds import Crowd, crowd, crowd_over
from motcua_hub.domain.incident.watch import (
    BEFORE_MS,
    FLAP_MS,
    SETTLE_MS,
    STOPPED,
    Held,
    Join,
    Leave,
    Open,
    Relapse,
    Restore,
    Retire,
    Sight,
    flapping,
    joins,
    leaves,
    masks,
    turns,
)

T0 = 1_795_395_600_000
SECOND = 1000


def sight(subject: str = "portal", **more: Any) -> Sight:
    base = Sight(
        site="", subject=subject, state=State.DOWN, since=T0, confirmed_at=T0, target=subject
    )
    return replace(base, **more)


def held(number: int = 1, subject: str = "portal", **more: Any) -> Held:
    base = Held(
        id=number, kind="down", site="", subject=subject, status="open", onset=T0, opened_at=T0,
        target=subject,
    )  # fmt: skip
    return replace(base, **more)


UP = {"state": State.UP, "since": T0 + 60 * SECOND, "confirmed_at": None}


def test_one_thing_has_one_incident() -> None:
    assert turns([sight()], [], T0) == [Open(sight())]
    assert turns([sight()], [held()], T0) == []
    assert turns([sight(**UP)], [held()], T0) == [Restore(1, T0 + 60 * SECOND)]
    assert turns([sight(**UP)], [], T0) == []


def test_what_is_not_sure_or_too_young_waits() -> None:
    assert turns([sight(confirmed_at=None)], [], T0) == []
    assert turns([sight(young=True)], [], T0) == []
    assert turns([sight(state=State.UNKNOWN)], [held()], T0) == []


def test_what_people_reopened_is_not_restored_by_the_desk() -> None:
    assert turns([sight(**UP)], [held(watched=False)], T0) == []


def test_what_is_retired_asks_for_nobody() -> None:
    assert turns([sight(gone=True)], [held()], T0) == [Retire(1)]
    assert turns([sight(gone=True)], [], T0) == []


def test_again_within_half_an_hour_and_after_it() -> None:
    back = held(status="restored", restored_at=T0)
    soon = sight(since=T0 + 59 * SECOND)
    later = sight(since=T0 + 60 * SECOND)
    new = sight(since=T0 + FLAP_MS)
    assert turns([soon], [back], T0) == [Relapse(1, soon, merged=True)]
    assert turns([later], [back], T0) == [Relapse(1, later, merged=False)]
    assert turns([new], [back], T0) == [Open(new, previous=1)]


def test_what_something_above_explains_is_not_opened() -> None:
    link = sight("link")
    behind = sight("server", masked_by="link", above=("link",))
    assert turns([link, behind], [held(subject="link")], T0) == []
    alone = sight("server", masked_by="link", above=("link",), since=T0 - 10 * 60 * SECOND)
    unknown = sight("link", state=State.UNKNOWN)
    assert turns([unknown, replace(alone, since=T0 - SECOND)], [], T0) == []
    assert turns([unknown, alone], [], T0) == [Open(alone)]


def test_what_was_behind_a_link_gets_two_minutes_after_it() -> None:
    behind = sight("server", above=("link",))
    link = sight("link", **{**UP, "since": T0})
    back = held(subject="link", status="restored", restored_at=T0)
    assert turns([link, behind], [back], T0 + SETTLE_MS - 1) == []
    assert turns([link, behind], [back], T0 + SETTLE_MS) == [Open(behind)]


@given(st.permutations([sight("a"), sight("b"), sight("c", **UP), sight("d", gone=True)]))
def test_the_order_of_looking_changes_nothing(sights: list[Sight]) -> None:
    before = [held(3, "c"), held(4, "d")]
    assert turns(sights, before, T0) == [
        Open(sight("a")), Open(sight("b")), Restore(3, T0 + 60 * SECOND), Retire(4),
    ]  # fmt: skip


def link(number: int, **more: Any) -> Held:
    base: dict[str, Any] = {"site": "st-1", "target_kind": "site_link", **more}
    return held(number, f"link-{number}", **base)


def test_a_child_may_be_noticed_first_but_not_be_older() -> None:
    parent = link(2)
    child = held(1, "server", site="st-1", onset=T0 - BEFORE_MS)
    above = {"server": ("link-2",)}
    assert joins([child, parent], above) == [Join(2, 1)]
    assert joins([replace(child, onset=child.onset - 1), parent], above) == []
    assert joins([child, replace(parent, restored_at=T0, status="restored")], above) == []


def test_mains_speak_for_what_lost_its_mains_and_for_nothing_else() -> None:
    mains = held(1, "ups", kind="power_event", site="st-1", target=None)
    screen = held(2, "display", kind="fault", site="st-1", detail="not_connected", target=None)
    paper = held(3, "printer", kind="fault", site="st-1", detail="paper_out", target=None)
    other = held(4, "display", kind="fault", site="st-2", detail="not_connected", target=None)
    assert joins([mains, screen, paper, other], {}) == [Join(1, 2)]
    late = replace(screen, onset=T0 + BEFORE_MS + 1)
    assert joins([mains, late], {}) == []


def test_one_mains_failure_is_one_incident_even_if_the_link_went_too() -> None:
    mains = held(1, "ups", kind="power_event", site="st-1", target=None)
    assert joins([mains, link(2)], {}) == [Join(1, 2)]
    known = link(2, cause="power")
    assert joins([known, replace(mains, id=3)], {}) in ([Join(2, 3)], [Join(3, 2)])


@given(st.lists(st.integers(0, 4), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_who_explains_others_is_explained_by_a_crowd_only(kinds: list[int], random: Any) -> None:
    makers = (
        link,
        lambda n: link(n, cause="power"),
        lambda n: held(n, "ups", kind="power_event", site="st-1", target=None),
        lambda n: held(n, f"s{n}", site="st-1", target_kind="service"),
        lambda n: held(n, "", kind="hub", target=None),
    )
    some = [makers[kind](n) for n, kind in enumerate(kinds, 1)]
    found = joins(some, {})
    parents, children = {j.parent for j in found}, [j.child for j in found]
    assert len(children) == len(set(children))
    kinds_of = {one.id: one.kind for one in some}
    assert {kinds_of[j.parent] for j in found if j.child in parents} <= {"hub"}
    shuffled = list(some)
    random.shuffle(shuffled)
    assert joins(shuffled, {}) == found


def test_children_leave_two_minutes_after_their_parent() -> None:
    parent = link(1, restored_at=T0, status="restored")
    child = held(2, "server", parent=1)
    back = replace(child, id=3, restored_at=T0, status="restored")
    assert leaves([child, back], {1: parent}, T0 + SETTLE_MS - 1) == []
    assert leaves([child, back], {1: parent}, T0 + SETTLE_MS) == [Leave(1, 2)]


def test_masks_name_what_has_no_incident_of_its_own() -> None:
    seen = [sight("server", masked_by="link-1"), sight("printer", masked_by="link-1")]
    own = held(2, "printer")
    assert [mask.target for mask in masks(seen, [link(1), own])] == ["server"]


def test_a_crowd_is_half_of_the_sites_three_at_least_within_half_a_minute() -> None:
    links = {f"link-{n}": "vnpt" for n in range(1, 7)}
    lost = [link(n, onset=T0 + n * 10 * SECOND) for n in (1, 2, 3)]
    assert crowd(lost, links) == Crowd(
        kind="hub", carrier="", onset=T0 + 10 * SECOND, members=(1, 2, 3), sites=6
    )
    assert crowd(lost[:2], {"link-1": "", "link-2": ""}) is None
    assert crowd(lost, links | {"link-7": "vnpt"}) is None
    assert crowd([*lost[:2], replace(lost[2], onset=T0 + 41 * SECOND)], links) is None
    assert crowd([*lost[:2], replace(lost[2], detail=STOPPED)], links) is None
    there = held(9, "", kind="hub", target=None)
    assert crowd([*lost, there], links) is None


def test_a_crowd_of_one_carrier_while_others_stand_is_that_carrier() -> None:
    links = {"link-1": "a", "link-2": "a", "link-3": "a", "link-4": "b"}
    found = crowd([link(n) for n in (1, 2, 3)], links)
    assert found is not None
    assert (found.kind, found.carrier) == ("carrier", "a")


def test_a_crowd_is_over_when_most_are_back() -> None:
    parent = held(9, "", kind="hub", target=None)
    one = link(1, restored_at=T0 + 1, status="restored")
    two = link(2, restored_at=T0 + 2, status="restored")
    assert crowd_over(parent, [one, link(2)]) is None
    assert crowd_over(parent, [one, two, link(3)]) == T0 + 2
    assert crowd_over(parent, []) is None


def test_four_changes_in_half_an_hour_are_flapping() -> None:
    moments = [T0, T0 + 1, T0 + 2, T0 + 3]
    assert flapping(moments, T0 + 3)
    assert not flapping(moments[1:], T0 + 3)
    assert not flapping(moments, T0 + FLAP_MS + 1)
