"""Faults of many cameras at once are one fault of the site."""

from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.faults import find
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.site import (
    SITE_WIDE,
    TOGETHER_MS,
    camera_reading,
    site_reading,
    together,
)
from motcua_edge.domain.camera.watch import Watch
from motcua_edge.domain.steady import OK, Reading, Steady

FINE = Watch(steady=Steady(told=OK), newest=OK)
NOBODY: frozenset[str] = frozenset()


def bad(since: int, code: str = "dark", *, told: bool = True) -> Watch:
    reading = Reading(HealthState.PROBLEM, code, "detail")
    return Watch(
        steady=Steady(told=reading if told else OK, waiting=None if told else reading),
        bad_since=since,
        newest=reading,
    )


def named(*watches: Watch) -> dict[str, Watch]:
    return {f"camera-{n}": watch for n, watch in enumerate(watches)}


def test_half_of_the_cameras_at_once_are_one_cause():
    watches = named(bad(0), bad(5_000, told=False), FINE, FINE)
    members = together(watches, NOBODY)
    assert members == {"camera-0", "camera-1"}
    reading = site_reading(watches, members)
    assert (reading.state, reading.code) == (HealthState.PROBLEM, SITE_WIDE)
    assert reading.detail == "2 of 4 cameras together (2 dark): camera-0, camera-1"
    fault = find("camera", SITE_WIDE)
    assert fault is not None
    assert fault.state is reading.state


def test_members_are_unknown_by_themselves_and_others_speak_for_themselves():
    watches = named(bad(0), bad(0), FINE, FINE)
    members = together(watches, NOBODY)
    hidden = camera_reading("camera-0", watches["camera-0"], members)
    assert hidden is not None
    assert (hidden.state, hidden.code) == (HealthState.UNKNOWN, "")
    assert camera_reading("camera-2", FINE, members) is OK


def test_one_camera_alone_is_no_cause_of_the_site_whatever_share_it_is():
    assert together(named(bad(0)), NOBODY) == NOBODY
    assert together(named(bad(0), FINE), NOBODY) == NOBODY


def test_less_than_half_are_faults_of_their_own():
    assert together(named(bad(0), bad(0), FINE, FINE, FINE), NOBODY) == NOBODY


def test_faults_of_different_days_have_different_causes():
    assert together(named(bad(0), bad(TOGETHER_MS + 1)), NOBODY) == NOBODY


def test_an_old_fault_stays_outside_of_a_new_cause():
    watches = named(bad(0, "blurred"), bad(9_000_000), bad(9_005_000), FINE)
    assert together(watches, NOBODY) == {"camera-1", "camera-2"}


def test_nothing_is_one_cause_before_a_fault_has_lasted():
    assert together(named(bad(0, told=False), bad(0, told=False)), NOBODY) == NOBODY


def test_it_ends_when_fewer_than_half_are_left_and_these_speak_again():
    watches = named(bad(0), bad(0), bad(0), FINE)
    members = together(watches, NOBODY)
    assert together(named(bad(0), bad(0), FINE, FINE), members) == {"camera-0", "camera-1"}
    left = named(bad(0), FINE, FINE, FINE)
    assert together(left, members) == NOBODY
    assert camera_reading("camera-0", left["camera-0"], NOBODY) == left["camera-0"].told
    assert site_reading(left, NOBODY) is OK


watches = st.lists(
    st.just(FINE) | st.builds(bad, st.integers(0, 10 * TOGETHER_MS), told=st.booleans()),
    max_size=8,
).map(lambda found: named(*found))


@given(watches, st.sets(st.integers(0, 7)))
def test_members_are_always_half_or_more_in_trouble_and_at_least_two(found, before):
    members = together(found, frozenset(f"camera-{n}" for n in before))
    assert all(found[name].bad_since is not None for name in members)
    assert not members or (len(members) >= 2 and 2 * len(members) >= len(found))


@given(watches)
def test_without_a_change_the_same_cameras_stay_members(found):
    members = together(found, NOBODY)
    assert together(found, members) >= members
