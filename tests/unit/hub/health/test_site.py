"""Whether an office can serve: worse parts never make a better verdict."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.site import (
    HEARD,
    RULES,
    causes,
    count_states,
    rule_of,
    told_of,
    verdict,
)
from motcua_hub.domain.link import Link

S = HealthState
GOOD = {"printer": S.OK, "kiosk": S.OK, "announcer": S.OK, "display": S.OK, "controller": S.OK}
RANK = {S.OK: 0, S.UNKNOWN: 1, S.PROBLEM: 2, S.CRITICAL: 3}
NAMES = [*GOOD, "printer-2", "camera-1", "ups", "journal", "pad-1", "gear-switch", "asset-7"]
OFFICES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(RANK)), min_size=1)


def named(states, link=Link.ONLINE):
    return rule_of(link, told_of(states)).name


def test_a_site_whose_vital_parts_are_ok_is_ok():
    assert verdict(Link.ONLINE, GOOD) is S.OK


@pytest.mark.parametrize("link", [Link.OFFLINE, Link.STOPPED, Link.UNKNOWN])
def test_without_a_living_link_the_present_is_unknown(link):
    assert verdict(link, GOOD) is S.UNKNOWN
    assert verdict(link, dict.fromkeys(GOOD, S.CRITICAL)) is S.UNKNOWN


def test_a_suspect_link_is_shown_beside_and_not_mixed_in():
    assert verdict(Link.SUSPECT, GOOD) is S.OK


def test_a_site_that_never_told_its_health_is_unknown():
    assert (verdict(Link.ONLINE, {}), named({})) == (S.UNKNOWN, "nothing_told")


def test_parts_that_serve_nobody_do_not_make_a_site_ok():
    assert named({"controller": S.OK}) == "vital_unknown"


def test_a_broken_printer_alone_is_a_problem_because_the_kiosk_shows_the_number():
    assert verdict(Link.ONLINE, GOOD | {"printer": S.CRITICAL}) is S.PROBLEM


def test_a_fallback_nobody_reports_on_may_still_work():
    assert verdict(Link.ONLINE, {"printer": S.CRITICAL, "announcer": S.OK}) is S.PROBLEM


def test_no_way_to_a_number_is_critical():
    broken = GOOD | {"printer": S.CRITICAL, "kiosk": S.CRITICAL}
    assert (verdict(Link.ONLINE, broken), named(broken)) == (S.CRITICAL, "no_ticket_way")


def test_a_second_printer_is_a_way_left():
    broken = GOOD | {"printer": S.CRITICAL, "kiosk": S.CRITICAL, "printer-2": S.OK}
    assert verdict(Link.ONLINE, broken) is S.PROBLEM


def test_neither_heard_nor_seen_is_critical():
    broken = GOOD | {"announcer": S.CRITICAL, "display": S.CRITICAL}
    assert (verdict(Link.ONLINE, broken), named(broken)) == (S.CRITICAL, "no_call_way")


@pytest.mark.parametrize("stopped", ["ups", "journal"])
def test_an_office_that_stops_giving_numbers_by_itself_is_critical(stopped):
    assert named(GOOD | {stopped: S.CRITICAL}) == "stopped"
    assert verdict(Link.ONLINE, GOOD | {stopped: S.PROBLEM}) is S.PROBLEM


def test_a_camera_that_broke_is_a_problem_not_a_catastrophe():
    assert verdict(Link.ONLINE, GOOD | {"camera-1": S.CRITICAL}) is S.PROBLEM


def test_a_registered_device_nothing_probes_does_not_hide_that_citizens_are_served():
    assert verdict(Link.ONLINE, GOOD | {"asset-7": S.UNKNOWN}) is S.OK


def test_what_is_under_maintenance_is_left_out():
    assert verdict(Link.ONLINE, GOOD | {"camera-1": S.MAINTENANCE}) is S.OK
    assert verdict(Link.ONLINE, dict.fromkeys(GOOD, S.MAINTENANCE)) is S.UNKNOWN


@given(OFFICES, st.sampled_from(list(Link)))
def test_a_site_is_only_ok_when_it_is_heard_and_nothing_known_is_at_fault(states, link):
    if verdict(link, states) is S.OK:
        assert link in HEARD
        assert S.OK in states.values()
        assert not {S.PROBLEM, S.CRITICAL} & set(states.values())


@given(OFFICES, st.data(), st.sampled_from(list(Link)))
def test_making_a_part_worse_never_makes_the_verdict_better(states, data, link):
    name = data.draw(st.sampled_from(sorted(states)))
    worse = [state for state in RANK if RANK[state] >= RANK[states[name]]]
    after = states | {name: data.draw(st.sampled_from(worse))}
    assert RANK[verdict(link, after)] >= RANK[verdict(link, states)]


@given(OFFICES, st.sampled_from(HEARD))
def test_a_verdict_that_is_not_ok_names_its_causes(states, link):
    rule = rule_of(link, told_of(states))
    named_causes = causes(link, states)
    assert set(named_causes) <= set(states)
    if rule.state in (S.PROBLEM, S.CRITICAL):
        assert named_causes
        # without its causes the verdict would be another one
        mended = states | dict.fromkeys(named_causes, S.OK)
        assert RANK[verdict(link, mended)] < RANK[rule.state]


def test_every_rule_decides_something():
    offices = [
        dict(zip(("printer", "kiosk", "announcer", "display", "ups"), each, strict=True))
        for each in itertools.product(RANK, repeat=5)
    ]
    found = {named(office) for office in [*offices, {}]} | {named(GOOD, Link.OFFLINE)}
    assert found == {rule.name for rule in RULES}


def test_only_states_that_occur_are_counted():
    assert count_states([S.OK, S.OK, S.PROBLEM]) == {S.OK: 2, S.PROBLEM: 1}
