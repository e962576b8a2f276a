"""Bouncing contacts become presses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.drivers.buttons import Contact, Event, Rules, due, edge, settle

RULES = Rules(debounce_ms=40, stuck_ms=1000)


def play(edges, until_ms, rules=RULES):
    """Feed (ms, level) edges and let timers fire on time; return (ms, event) pairs."""
    contact, events, waiting = Contact(), [], list(edges)
    now = 0
    while now <= until_ms:
        when = due(contact, rules)
        timer = until_ms + 1 if when is None else max(when, now)
        if waiting and waiting[0][0] <= timer:
            now, level = waiting.pop(0)
            contact = edge(contact, level, now)
            continue
        now = timer
        if now <= until_ms:
            contact, event = settle(contact, now, rules)
            if event:
                events.append((now, event))
    return events


def test_a_clean_press_counts_once_when_it_has_held():
    edges = [(100, True), (300, False)]
    assert play(edges, 500) == [(140, Event.PRESSED), (340, Event.RELEASED)]


def test_a_bouncing_press_counts_once():
    bounces = [(100 + i, i % 2 == 0) for i in range(21)]
    assert bounces[-1][1]
    edges = [*bounces, *((400 + i, i % 2 == 1) for i in range(15))]
    assert [event for _, event in play(edges, 800)] == [Event.PRESSED, Event.RELEASED]


def test_a_spike_on_the_cable_is_no_press():
    assert play([(100, True), (105, False), (250, True), (289, False)], 500) == []


def test_two_presses_are_two():
    edges = [(100, True), (200, False), (300, True), (400, False)]
    assert [e for _, e in play(edges, 600)].count(Event.PRESSED) == 2


def test_a_release_that_bounces_back_is_still_the_same_press():
    edges = [(100, True), (200, False), (220, True), (400, False)]
    assert [e for _, e in play(edges, 600)] == [Event.PRESSED, Event.RELEASED]


def test_a_button_held_too_long_is_stuck_once_and_free_again_without_a_press():
    events = play([(100, True), (5000, False)], 6000)
    assert events == [(140, Event.PRESSED), (1140, Event.STUCK), (5040, Event.FREED)]


def test_a_freed_button_works_again():
    edges = [(0, True), (2000, False), (3000, True), (3100, False)]
    assert [e for _, e in play(edges, 4000)] == [
        Event.PRESSED,
        Event.STUCK,
        Event.FREED,
        Event.PRESSED,
        Event.RELEASED,
    ]


def test_looking_too_early_or_twice_changes_nothing():
    contact = edge(Contact(), True, 100)
    assert settle(contact, 139, RULES) == (contact, None)
    pressed, event = settle(contact, 140, RULES)
    assert event is Event.PRESSED
    assert settle(pressed, 140, RULES) == (pressed, None)
    assert edge(pressed, True, 150) is pressed


def test_an_idle_contact_needs_no_timer():
    assert due(Contact(), RULES) is None


@given(
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=200), st.booleans()), min_size=1, max_size=60
    )
)
def test_presses_and_releases_alternate_whatever_the_contact_does(steps):
    edges, now = [], 0
    for gap, level in steps:
        now += gap
        edges.append((now, level))
    events = [event for _, event in play(edges, now + 2000)]
    downs = {Event.PRESSED: True, Event.RELEASED: False, Event.FREED: False}
    levels = [downs[event] for event in events if event in downs]
    assert levels == [index % 2 == 0 for index in range(len(levels))]


@pytest.mark.parametrize("debounce_ms", [1, 40, 200])
def test_no_press_comes_faster_than_the_contact_can_settle(debounce_ms):
    rules = Rules(debounce_ms=debounce_ms, stuck_ms=60_000)
    edges = [(i * (debounce_ms + 1), i % 2 == 0) for i in range(100)]
    presses = [
        ms for ms, event in play(edges, 100 * debounce_ms * 2, rules) if event is Event.PRESSED
    ]
    assert len(presses) <= 50
