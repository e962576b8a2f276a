"""Whom an incident reaches, and who hears that it is over."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from motcua_hub.domain.routing.book import Book
from motcua_hub.domain.routing.chain import DEFAULT, Policy, Waits
from motcua_hub.domain.routing.directory import Duty, Step
from motcua_hub.domain.routing.story import read
from support.directories import (
    BOSS,
    HARDWARE,
    LINK,
    MINUTE,
    MONDAY_9,
    POWER,
    SOFTWARE,
    TEAM,
    Telling,
    province,
)

HOUR = 60
NIGHT = MONDAY_9 + 14 * HOUR * MINUTE
"""Mon 23:00."""


def opened(**changes: object) -> Telling:
    made = Telling(**changes)
    made.happens("opened")
    return made


def severity(number: int) -> dict[str, object]:
    return {"facts": replace(Telling().facts, severity=number)}


def test_the_worst_reaches_team_and_repairer_at_once_then_everybody_above():
    telling = opened()
    telling.run(1)
    assert telling.units() == [TEAM, HARDWARE]
    telling.run(HOUR)
    assert telling.units() == [TEAM, HARDWARE, BOSS]
    assert len(telling.ways()) == len(set(telling.ways())) == 12


def test_other_incidents_go_to_the_team_first_and_escalate_on_time():
    telling = opened(**severity(2))
    telling.run(9)
    assert [m.contact for m in telling.told()] == [TEAM * 10 + 1]
    telling.run(2)
    assert [m.contact for m in telling.told()][-1] == TEAM * 10 + 2
    telling.run(16)
    assert telling.units() == [TEAM, HARDWARE]
    assert [row.detail["what"] for row in telling.rows if row.happening == "noted"] == [
        "told",
        "escalated",
        "escalated",
    ]


def test_two_numbers_of_a_unit_are_asked_in_their_order():
    telling = opened(directory=province(routes=(province().routes[2],)), **severity(2))
    telling.run(11)
    assert [m.contact for m in telling.told()] == [HARDWARE * 10 + 1, HARDWARE * 10 + 2]


def test_who_takes_it_on_stops_the_chain_but_not_the_reminders():
    telling = opened()
    telling.run(3)
    before = telling.ways()
    telling.happens("acknowledged")
    telling.run(130)
    assert telling.ways() == before
    assert len(telling.told("reminder")) == 4
    assert {m.unit for m in telling.told("reminder")} == {HARDWARE}


def test_reminders_end():
    policy = Policy(waits={1: Waits(step_s=60, tier_s=60, remind_s=60)}, reminders=3)
    telling = opened(policy=policy)
    telling.run(60)
    assert len(telling.told("reminder")) == 6


def test_at_night_the_worst_goes_out_and_the_rest_waits_for_the_morning():
    telling = opened(now=NIGHT)
    telling.run(1)
    assert telling.told()
    telling = opened(now=NIGHT, **severity(3))
    telling.run(8.4 * HOUR, every=12)
    assert not telling.told()
    telling.run(0.4 * HOUR, every=12)
    assert [m.contact for m in telling.told()] == [TEAM * 10 + 1]


def test_at_night_whoever_is_on_call_hears_of_severity_2():
    duty = Duty(unit=HARDWARE, day="2026-03-02", session="off", contact=HARDWARE * 10 + 2)
    routes = (province().routes[2],)
    telling = opened(now=NIGHT, directory=province(duties=(duty,), routes=routes), **severity(2))
    telling.run(1)
    assert [m.contact for m in telling.told()] == [HARDWARE * 10 + 2]


def test_on_call_goes_first_in_their_session():
    duty = Duty(unit=TEAM, day="2026-03-02", session="morning", contact=TEAM * 10 + 2)
    telling = opened(directory=province(duties=(duty,)), **severity(3))
    telling.run(31)
    assert [m.contact for m in telling.told()] == [TEAM * 10 + 2, TEAM * 10 + 1]


def test_a_unit_may_have_an_order_of_its_own():
    steps = (
        Step(unit=TEAM, position=1, wait_s=0, contact=TEAM * 10 + 2, channel="email"),
        Step(unit=TEAM, position=2, wait_s=120, contact=TEAM * 10 + 1),
    )
    telling = opened(directory=province(steps=steps), **severity(3))
    telling.run(4)
    assert [m.channel for m in telling.told()] == ["email", "sms"]


def test_the_lowest_severity_tells_one_contact_and_no_more():
    telling = opened(**severity(4))
    telling.run(2 * 24 * HOUR, every=30)
    assert len(telling.told()) == 1


def test_recovery_goes_to_everybody_who_got_the_problem_and_to_nobody_else():
    telling = opened()
    telling.run(12)
    told = telling.ways()
    telling.happens("restored")
    telling.run(2 * HOUR)
    assert telling.ways("recovery") == told
    assert telling.ways() == told


def test_a_problem_nobody_got_is_taken_back_and_has_no_recovery():
    telling = opened()
    telling.look()
    telling.passes(1)
    telling.look()
    assert telling.book.messages
    telling.happens("restored")
    telling.run(5)
    assert {m.state for m in telling.book.messages} == {"cancelled"}


def test_a_message_that_may_have_arrived_gets_its_recovery():
    telling = opened()
    telling.passes(1)
    telling.look()
    telling.passes(1)
    telling.look()
    first = telling.book.messages[0]
    unsure = replace(first, attempts=1, uncertain=True)
    telling.book = replace(telling.book, messages=(unsure, *telling.book.messages[1:]))
    telling.happens("restored")
    telling.run(5)
    assert telling.ways("recovery") == [first.way]


def test_a_flap_before_anybody_was_told_stays_quiet():
    telling = opened()
    telling.look()
    telling.happens("restored")
    telling.run(5)
    assert telling.book.messages == ()


def test_a_relapse_is_told_again_and_ends_again():
    telling = opened()
    telling.run(2)
    telling.happens("restored")
    telling.run(2)
    telling.happens("relapsed")
    telling.run(2)
    assert [m.round for m in telling.told()] == [1] * 4 + [2] * 4
    telling.happens("fixed")
    telling.run(2)
    assert len(telling.told("recovery")) == 4, "the hub has not seen it come back"
    telling.happens("restored")
    telling.run(2)
    assert [m.round for m in telling.told("recovery")] == [1] * 4 + [2] * 4


def test_what_flaps_has_to_stay_broken_longer_before_it_is_told_again():
    telling = opened()
    telling.run(1)
    for _ in range(6):
        telling.happens("restored")
        telling.run(0.5, every=0.25)
        telling.happens("relapsed")
        telling.run(0.5, every=0.25)
    assert max(m.round for m in telling.told()) < 4


def test_a_child_is_silent_while_its_parent_holds_and_speaks_when_it_is_left_alone():
    telling = opened()
    telling.facts = replace(telling.facts, swallowed=True)
    telling.run(HOUR)
    assert not telling.told()
    telling.facts = replace(telling.facts, swallowed=False)
    telling.run(2)
    assert telling.units() == [TEAM, HARDWARE]


def test_a_child_that_was_told_before_its_parent_was_found_tells_its_recovery():
    telling = opened()
    telling.run(2)
    told = telling.ways()
    telling.facts = replace(telling.facts, swallowed=True)
    telling.run(HOUR)
    assert telling.ways() == told
    telling.happens("restored")
    telling.run(2)
    assert telling.ways("recovery") == told


def test_a_cause_known_later_sends_it_to_its_unit_once():
    telling = opened(facts=replace(Telling().facts, responsible="link"))
    telling.run(2)
    assert telling.units() == [TEAM, LINK]
    telling.happens("acknowledged")
    telling.facts = replace(telling.facts, responsible="power")
    telling.run(2)
    assert telling.units() == [TEAM, LINK, POWER]
    assert telling.units("moved") == [LINK]
    assert [r.happening for r in telling.rows if r.actor == "routing"].count("rerouted") == 1
    telling.facts = replace(telling.facts, responsible="software")
    telling.run(2)
    assert SOFTWARE not in telling.units()
    telling.happens("restored")
    telling.run(2)
    assert sorted(telling.ways("recovery")) == sorted(telling.ways())


def test_a_cause_of_the_same_unit_moves_nothing():
    routes = tuple(replace(r, unit=HARDWARE) if r.tier == 2 else r for r in province().routes)
    telling = opened(directory=province(routes=routes))
    telling.run(2)
    before = telling.ways()
    telling.facts = replace(telling.facts, responsible="power")
    telling.run(1)
    assert telling.ways() == before


def test_a_person_sends_it_elsewhere_and_back_and_both_are_told_each_time():
    telling = opened()
    telling.run(2)
    telling.happens("rerouted", unit=SOFTWARE, reason="không phải phần cứng")
    telling.run(2)
    telling.happens("rerouted", unit=HARDWARE, reason="vẫn là phần cứng")
    telling.run(2)
    assert [m.unit for m in telling.told()] == [1, 1, 3, 3, 2, 2, 3, 3]
    telling.happens("restored")
    telling.run(2)
    assert len(telling.ways("recovery")) == len(set(telling.ways("recovery"))) == 6


def test_a_unit_that_looks_on_hears_of_it_once_and_of_its_end():
    telling = opened(**severity(3))
    telling.run(2)
    telling.happens("watcher_added", unit=POWER, name="Điện lực")
    telling.run(2)
    telling.run(2)
    assert [m.contact for m in telling.told()] == [TEAM * 10 + 1, POWER * 10 + 1]
    telling.happens("restored")
    telling.run(2)
    assert [m.contact for m in telling.told("recovery")] == [TEAM * 10 + 1, POWER * 10 + 1]


def test_a_severity_that_rises_reaches_those_who_were_not_told_yet():
    telling = opened(**severity(3))
    telling.run(2)
    assert len(telling.told()) == 1
    telling.facts = replace(telling.facts, severity=1)
    telling.run(2)
    assert telling.units() == [TEAM, HARDWARE]
    assert len(telling.ways()) == len(set(telling.ways()))


def test_a_missed_deadline_tells_the_next_contact_at_once():
    telling = opened(**severity(3))
    telling.run(5)
    telling.happens("deadline_missed", actor="")
    telling.run(1)
    assert [m.contact for m in telling.told()] == [TEAM * 10 + 1, TEAM * 10 + 2]
    telling.run(5)
    assert len(telling.told()) == 2


def test_a_hub_that_slept_goes_on_step_by_step():
    telling = opened()
    telling.run(1)
    telling.passes(5 * HOUR)
    telling.look()
    problems = [m for m in telling.book.messages if m.kind == "problem"]
    assert len(problems) == 8, "one step further, not all of them"


def test_without_a_route_it_waits_and_is_told_when_there_is_one():
    telling = opened(directory=province(routes=()))
    telling.run(10)
    assert not telling.book.messages
    telling.directory = province()
    telling.run(2)
    assert telling.units() == [TEAM, HARDWARE]


# -- whatever happens ----------------------------------------------------------------------------

_EVENTS = ("restored", "relapsed", "acknowledged", "fixed", "closed", "reopened", "deadline_missed")
_ACTS = st.one_of(
    st.tuples(st.just("event"), st.sampled_from(_EVENTS)),
    st.tuples(st.just("class"), st.sampled_from(["hardware", "link", "power", "security"])),
    st.tuples(st.just("severity"), st.integers(1, 4)),
    st.tuples(st.just("parent"), st.booleans()),
    st.tuples(st.just("sent_to"), st.sampled_from([SOFTWARE, POWER, 99])),
    st.tuples(st.just("time"), st.sampled_from([0.1, 1, 7, 61, 900])),
    st.tuples(st.just("look"), st.integers(1, 2)),
    st.tuples(st.just("crash"), st.none()),
    st.tuples(st.just("post"), st.sampled_from(["sent", "dead", "unsure", "failed"])),
)


def act(telling: Telling, what: str, value: object) -> None:
    match what:
        case "event":
            telling.happens(str(value))
        case "class":
            telling.facts = replace(telling.facts, responsible=str(value))
        case "severity":
            telling.facts = replace(telling.facts, severity=value)
        case "parent":
            telling.facts = replace(telling.facts, swallowed=value)
        case "sent_to":
            telling.happens("rerouted", unit=value)
        case "time":
            telling.passes(float(str(value)))
        case "look":
            for _ in range(int(str(value))):
                telling.look()
        case "crash":
            rows, book = list(telling.rows), telling.book
            telling.look()
            telling.rows, telling.book = rows, book
        case _:
            post(telling, str(value))


def post(telling: Telling, outcome: str) -> None:
    """The sender takes the first waiting message; a recovery only if its problem went out."""
    by_key = {m.key: m for m in telling.book.messages}
    for one in telling.book.messages:
        if one.state != "waiting" or (one.after and not by_key[one.after].got):
            continue
        state = {"sent": "sent", "dead": "dead"}.get(outcome, "waiting")
        tried = replace(one, state=state, attempts=one.attempts + 1, uncertain=outcome == "unsure")
        telling.book = replace(
            telling.book,
            messages=tuple(tried if m.key == one.key else m for m in telling.book.messages),
        )
        return


def got(book: Book, kind: str, round_: int) -> list[tuple[str, str]]:
    return [m.way for m in book.messages if m.kind == kind and m.round == round_ and m.got]


def whom(book: Book, kind: str, round_: int) -> set[int | None]:
    return {m.contact for m in book.messages if m.kind == kind and m.round == round_ and m.got}


@settings(max_examples=150, deadline=None)
@given(st.lists(_ACTS, max_size=30), st.integers(1, 4))
def test_whatever_happens_recoveries_follow_problems_and_nobody_hears_the_same_twice(
    acts: list[tuple[str, object]], worst: int
):
    telling = opened(**severity(worst))
    for what, value in acts:
        act(telling, what, value)
        telling.look()
        book = telling.book
        telling.look()
        assert telling.book == book, "asked twice it changes nothing"
        keys = [m.key for m in book.messages]
        assert len(keys) == len(set(keys))
        for number in range(1, 9):
            problems, recoveries = (got(book, k, number) for k in ("problem", "recovery"))
            # by another channel, if the one that took the problem is dead
            assert whom(book, "recovery", number) <= whom(book, "problem", number)
            assert len(recoveries) == len(set(recoveries))
            if not any(row.happening == "rerouted" and row.actor == "nam" for row in telling.rows):
                assert len(problems) == len(set(problems))


@settings(max_examples=100, deadline=None)
@given(st.lists(_ACTS, max_size=20), st.sampled_from(["hardware", "link", "power", "software"]))
def test_in_the_end_the_right_unit_has_it_once_and_all_who_were_told_hear_the_end(
    acts: list[tuple[str, object]], responsible: str
):
    telling = opened()
    telling.facts = replace(telling.facts, responsible=responsible, severity=1)
    for what, value in acts:
        if what not in ("class", "severity", "event", "sent_to"):
            act(telling, what, value)
    telling.facts = replace(telling.facts, swallowed=False)
    telling.run(45)
    right = {"hardware": HARDWARE, "link": LINK, "power": POWER, "software": SOFTWARE}[responsible]
    mine = [m for m in telling.book.messages if m.kind == "problem" and m.contact == right * 10 + 1]
    live = [m for m in mine if m.state != "cancelled"]
    assert sorted(m.channel for m in live) == ["email", "sms"]
    telling.happens("restored")
    telling.run(2)
    assert sorted(got(telling.book, "recovery", 1)) == sorted(got(telling.book, "problem", 1))


@given(st.lists(st.sampled_from([*_EVENTS, "opened", "rerouted"]), max_size=12), st.randoms())
def test_rows_that_come_in_disorder_or_twice_tell_the_same_story(
    happenings: list[str], chance: random.Random
):
    telling = Telling()
    for happening in happenings:
        telling.happens(happening, unit=3)
    mixed = list(telling.rows)
    chance.shuffle(mixed)
    assert read(mixed) == read(telling.rows)


@pytest.mark.parametrize("unknown", ["seen_again", "joined", "noted", "something_new"])
def test_rows_that_mean_nothing_here_are_left_alone(unknown: str):
    telling = opened()
    before = read(telling.rows)
    telling.happens(unknown, unit=3)
    assert read(telling.rows) == before


def test_the_default_policy_knows_every_severity():
    assert set(DEFAULT.waits) == {1, 2, 3, 4}


@pytest.mark.parametrize(("kind", "seconds"), [("device", 60), ("site_link", 10), ("server", 10)])
def test_a_device_behind_a_link_waits_until_the_broker_would_have_told_of_the_link(kind, seconds):
    telling = opened(facts=replace(Telling().facts, kind=kind))
    telling.look()
    first = min(timer.due_at for timer in telling.book.timers)
    assert first - MONDAY_9 == seconds * 1000


def test_planned_work_tells_nobody_until_it_is_an_outage():
    telling = opened()
    telling.facts = replace(telling.facts, cause="planned", severity=4)
    telling.run(HOUR)
    assert not telling.told()
    assert [row.happening for row in telling.rows] == ["opened"]
    telling.facts = replace(telling.facts, cause="server", severity=1)
    telling.run(1)
    assert telling.units() == [TEAM, HARDWARE]


def test_what_turns_out_to_be_planned_is_told_no_further():
    telling = opened()
    telling.run(1)
    before = telling.ways()
    telling.facts = replace(telling.facts, cause="planned", severity=4)
    telling.run(3 * HOUR)
    assert telling.ways() == before
    assert not telling.told("reminder")
