"""The state of one component: missing is not good, and late is no news."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import (
    FRESH_MS,
    RULES,
    Drill,
    Known,
    Part,
    rule_of,
    state_of,
)

NOW = 1_795_395_600_000
S = HealthState
AGES = st.one_of(st.none(), st.integers(0, 3 * FRESH_MS))


def known(state="ok", heard_ago=1000, *, present=True, retired=False, drill=None):
    heard = None if heard_ago is None else NOW - heard_ago
    part = Part("printer", state, "", NOW - 5000, "", heard, drill)
    return Known(part, NOW, present, retired)


@st.composite
def anything(draw):
    """Whatever may be known of a component."""
    state = draw(st.sampled_from([*(s.value for s in S), "", "splendid"]))
    drill = draw(st.sampled_from([None, Drill("critical", "paper_out", NOW)]))
    return known(
        state,
        draw(AGES),
        present=draw(st.booleans()),
        retired=draw(st.booleans()),
        drill=drill,
    )


def test_a_fresh_ok_is_ok():
    assert state_of(known()) is S.OK


@pytest.mark.parametrize("ago", [FRESH_MS + 1, 10 * FRESH_MS])
def test_an_ok_that_nobody_renewed_is_unknown(ago):
    assert (state_of(known("ok", ago)), rule_of(known("ok", ago)).name) == (S.UNKNOWN, "aged")


@pytest.mark.parametrize("state", ["problem", "critical"])
def test_a_fault_that_was_heard_and_not_taken_back_stays_one(state):
    assert state_of(known(state, 10 * FRESH_MS)) == state


@pytest.mark.parametrize("state", ["ok", "problem", "critical"])
def test_what_only_the_journal_tells_is_late_and_never_an_alert(state):
    assert (state_of(known(state, None)), rule_of(known(state, None)).name) == (S.UNKNOWN, "late")


@pytest.mark.parametrize("state", ["ok", "problem", "critical", "unknown"])
def test_the_components_of_a_lost_site_are_unknown(state):
    lost = known(state, present=False)
    assert (state_of(lost), rule_of(lost).name) == (S.UNKNOWN, "site_lost")


def test_maintenance_is_declared_and_holds_while_the_site_is_lost():
    assert state_of(known("maintenance", present=False)) is S.MAINTENANCE


def test_a_registered_device_that_nothing_reports_on_is_unknown():
    assert (state_of(known("", None)), rule_of(known("", None)).name) == (S.UNKNOWN, "silent")


def test_a_retired_device_is_retired_whatever_it_says():
    assert state_of(known("critical", retired=True)) is S.DEACTIVATED


def test_a_state_this_hub_does_not_know_is_unknown():
    assert rule_of(known("splendid")).name == "strange"


@given(anything())
def test_ok_is_only_what_was_told_live_lately_by_a_site_that_is_heard(one):
    if state_of(one) is S.OK:
        assert one.part.state == "ok"
        assert one.present
        assert not one.retired
        assert one.part.heard_at is not None
        assert NOW - one.part.heard_at <= FRESH_MS


@given(anything())
def test_a_drill_changes_no_state(one):
    part = one.part
    bare = Part(part.component, part.state, part.code, part.since, part.detail, part.heard_at)
    assert state_of(one) is state_of(Known(bare, NOW, one.present, one.retired))


@given(anything())
def test_an_alert_is_only_what_a_heard_site_told_live(one):
    if state_of(one) in (S.PROBLEM, S.CRITICAL):
        assert one.present
        assert one.part.heard_at is not None
        assert one.part.state == state_of(one)


def test_every_rule_decides_something():
    states = [*(s.value for s in S), "", "splendid"]
    ages = [None, 0, FRESH_MS + 1]
    every = itertools.product(states, ages, (True, False), (True, False))
    found = {rule_of(known(s, a, present=p, retired=r)).name for s, a, p, r in every}
    assert found == {rule.name for rule in RULES}
