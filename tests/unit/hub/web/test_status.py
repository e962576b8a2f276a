"""Missing is not good: what may be said of a site."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import Link
from motcua_hub.web.status import (
    DEAF_AFTER_MS,
    HEALTH_FRESH_MS,
    Beat,
    Part,
    count_states,
    hub_hears,
    kind_of,
    state_of,
    verdict,
)

NOW = 1_795_395_600_000
S = HealthState
GOOD = {"printer": S.OK, "kiosk": S.OK, "announcer": S.OK, "display": S.OK, "controller": S.OK}


def part(state, heard_ago=1000):
    heard = None if heard_ago is None else NOW - heard_ago
    return Part("printer", state, "", NOW - 5000, "", heard)


def beat(ago=1000, connected=True):
    return Beat(process="ingest", at=NOW - ago, connected=connected, lag_s=0)


def test_a_fresh_ok_is_ok():
    assert state_of(part("ok"), NOW) is S.OK


@pytest.mark.parametrize("ago", [HEALTH_FRESH_MS + 1, None])
def test_an_ok_that_nobody_renewed_is_unknown(ago):
    assert state_of(part("ok", ago), NOW) is S.UNKNOWN


@pytest.mark.parametrize("state", ["problem", "critical", "maintenance"])
def test_an_old_fault_is_still_a_fault(state):
    assert state_of(part(state, None), NOW) == state


def test_a_state_this_hub_does_not_know_is_unknown():
    assert state_of(part("splendid"), NOW) is S.UNKNOWN


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        ("printer", "printer"),
        ("printer-2", "printer"),
        ("printer2", "printer"),
        ("printer-a", "printer"),
        ("rating-pad", "rating_pad"),
        ("rating_pad_3", "rating_pad"),
        ("rating-pad-c12", "rating_pad"),
        ("counter-display-4", "counter_display"),
        ("ups", "ups"),
    ],
)
def test_the_kind_of_a_component_is_its_name_without_its_number(component, kind):
    assert kind_of(component) == kind


def test_a_site_whose_vital_parts_are_ok_is_ok():
    assert verdict(Link.ONLINE, GOOD) is S.OK


@pytest.mark.parametrize("link", [Link.OFFLINE, Link.STOPPED, Link.UNKNOWN])
def test_without_a_living_link_the_present_is_unknown(link):
    assert verdict(link, GOOD) is S.UNKNOWN


def test_a_site_that_never_told_its_health_is_unknown():
    assert verdict(Link.ONLINE, {}) is S.UNKNOWN


def test_parts_that_serve_nobody_do_not_make_a_site_ok():
    assert verdict(Link.ONLINE, {"controller": S.OK}) is S.UNKNOWN


def test_a_broken_printer_alone_is_a_problem_because_the_kiosk_shows_the_number():
    assert verdict(Link.ONLINE, GOOD | {"printer": S.CRITICAL}) is S.PROBLEM


def test_a_fallback_nobody_reports_on_may_still_work():
    assert verdict(Link.ONLINE, {"printer": S.CRITICAL, "announcer": S.OK}) is S.PROBLEM


def test_no_way_to_a_number_is_critical():
    broken = GOOD | {"printer": S.CRITICAL, "kiosk": S.CRITICAL}
    assert verdict(Link.ONLINE, broken) is S.CRITICAL


def test_neither_heard_nor_seen_is_critical():
    broken = GOOD | {"announcer": S.CRITICAL, "display": S.CRITICAL}
    assert verdict(Link.ONLINE, broken) is S.CRITICAL


def test_a_camera_that_broke_is_a_problem_not_a_catastrophe():
    assert verdict(Link.ONLINE, GOOD | {"camera-1": S.CRITICAL}) is S.PROBLEM


def test_an_unknown_camera_does_not_hide_that_citizens_are_served():
    assert verdict(Link.ONLINE, GOOD | {"camera-1": S.UNKNOWN}) is S.OK


def test_what_is_under_maintenance_is_left_out():
    assert verdict(Link.ONLINE, GOOD | {"camera-1": S.MAINTENANCE}) is S.OK
    assert verdict(Link.ONLINE, dict.fromkeys(GOOD, S.MAINTENANCE)) is S.UNKNOWN


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "camera-1", "ups", "rating-pad-1"]), st.sampled_from(list(S))
    ),
    st.sampled_from(list(Link)),
)
def test_a_site_is_only_ok_when_it_is_heard_and_every_known_part_is_ok(states, link):
    if verdict(link, states) is S.OK:
        assert link in (Link.ONLINE, Link.SUSPECT)
        assert S.OK in states.values()
        assert not {S.PROBLEM, S.CRITICAL} & set(states.values())


def test_making_one_part_worse_never_makes_the_verdict_better():
    rank = {S.OK: 0, S.UNKNOWN: 1, S.PROBLEM: 2, S.CRITICAL: 3}
    names = ("printer", "kiosk", "announcer", "camera-1")
    for combination in itertools.product((S.OK, S.PROBLEM, S.CRITICAL), repeat=len(names)):
        states = dict(zip(names, combination, strict=True))
        before = rank[verdict(Link.ONLINE, states)]
        for name in names:
            after = rank[verdict(Link.ONLINE, states | {name: S.CRITICAL})]
            assert after >= before


@pytest.mark.parametrize("ingest", [None, beat(connected=False), beat(ago=DEAF_AFTER_MS + 1)])
def test_a_hub_that_hears_nobody_says_so(ingest):
    assert not hub_hears(ingest, NOW)


def test_a_hub_with_a_fresh_heartbeat_hears():
    assert hub_hears(beat(), NOW)


def test_only_states_that_occur_are_counted():
    assert count_states([S.OK, S.OK, S.PROBLEM]) == {S.OK: 2, S.PROBLEM: 1}
