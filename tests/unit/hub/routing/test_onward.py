"""A dead letter goes on: other channels, other people, and at last a word that nobody was told."""

import pytest
from msgspec.structs import replace

from motcua_hub.domain.routing.directory import Duty
from support.directories import (
    BOSS,
    HARDWARE,
    MINUTE,
    MONDAY_9,
    SOFTWARE,
    TEAM,
    Telling,
    people,
    province,
)

REPAIRER_ONLY = (province().routes[2],)
LATE = MONDAY_9 + (7 * 60 + 50) * MINUTE
"""Mon 16:50, ten minutes before the office closes."""


def opened(severity: int = 2, **changes: object) -> Telling:
    made = Telling(**{"directory": province(routes=REPAIRER_ONLY), **changes})
    made.facts = replace(made.facts, severity=severity)
    made.happens("opened")
    made.look()
    made.passes(1)
    return made


def dies(telling: Telling, *channels: str) -> None:
    """What waits on these channels is refused; the rest is taken."""
    telling.look()
    keys = [m.key for m in telling.book.messages if not channels or m.channel in channels]
    telling.post(keys, state="dead")
    telling.post()
    telling.look()


def said(telling: Telling) -> list[str]:
    return [str(row.detail.get("what")) for row in telling.rows if row.happening == "noted"]


def waiting(telling: Telling) -> list[tuple[int | None, str]]:
    return [(m.contact, m.channel) for m in telling.book.messages if m.state == "waiting"]


FIRST, SECOND = HARDWARE * 10 + 1, HARDWARE * 10 + 2


def test_the_contacts_other_channels_are_tried_in_their_order_before_anybody_else():
    ways = (("zalo", "+84905"), ("sms", "+84905"), ("email", "a@example.vn"))
    first, second = people(HARDWARE)
    contacts = (replace(first, channels=ways), second)
    telling = opened(directory=province(routes=REPAIRER_ONLY, contacts=contacts))
    for channel in ("zalo", "sms", "email"):
        telling.look()
        assert waiting(telling) == [(FIRST, channel)]
        telling.post(state="dead")
    telling.look()
    assert waiting(telling) == [(SECOND, "sms")]


def test_a_channel_that_takes_it_is_the_end_of_it():
    telling = opened()
    dies(telling, "sms")
    telling.post()
    telling.passes(1)
    telling.look()
    assert telling.ways() == [people(HARDWARE)[0].channels[1]]
    assert waiting(telling) == []


def test_the_next_contact_is_told_at_once_and_the_rest_of_the_unit_keeps_its_distance():
    contacts = tuple(people(HARDWARE, 3))
    telling = opened(directory=province(routes=REPAIRER_ONLY, contacts=contacts))
    for _ in range(2):
        telling.look()
        telling.post(state="dead")
    telling.look()
    assert waiting(telling) == [(SECOND, "sms")]
    telling.post()
    telling.passes(9)
    telling.look()
    assert waiting(telling) == []
    telling.passes(1)
    telling.look()
    assert waiting(telling) == [(HARDWARE * 10 + 3, "sms")]


def test_one_dead_contact_hurries_one_other_and_not_the_whole_chain():
    telling = opened(directory=province())
    team = [m for m in province().contacts if m.unit == TEAM]
    for _ in range(2):
        telling.look()
        telling.post(state="dead")
    telling.look()
    telling.post()
    for _ in range(5):
        telling.look()
    assert [m.contact for m in telling.told()] == [team[1].id]
    telling.passes(2)
    telling.look()
    assert waiting(telling) == []


def test_when_nobody_is_left_the_fallback_is_told_and_then_it_is_said_once():
    telling = opened(directory=province(routes=REPAIRER_ONLY, fallback=SOFTWARE))
    for _ in range(12):
        telling.look()
        telling.post(state="dead")
        telling.passes(0.2)
    telling.look()
    tried = [m.contact for m in telling.book.messages if m.kind == "problem"]
    assert tried == [FIRST, FIRST, SECOND, SECOND, 21, 21, 22, 22]
    assert telling.book.place is not None
    assert telling.book.place.unreached_at is not None
    assert said(telling).count("unreached") == 1
    telling.run(300)
    assert said(telling).count("unreached") == 1
    assert telling.told() == []


def test_the_lowest_severity_tells_another_contact_only_if_the_first_cannot_be_told():
    telling = opened(4)
    telling.run(600)
    assert [m.contact for m in telling.told()] == [FIRST]
    telling = opened(4)
    for _ in range(2):
        telling.look()
        telling.post(state="dead")
    telling.run(600)
    assert [m.contact for m in telling.told()] == [SECOND]


def lost(severity: int = 2, **changes: object) -> Telling:
    """Nobody was reached."""
    telling = opened(severity, **changes)
    for _ in range(10):
        telling.look()
        telling.post(state="dead")
    telling.look()
    assert said(telling).count("unreached") == 1
    return telling


def test_a_number_that_was_mended_is_told_at_once():
    telling = lost()
    first, second = people(HARDWARE)
    old = replace(first, ends="2026-03-02", successor=99)
    new = replace(first, id=99, begins="2026-03-02", channels=(("sms", "+84999"),))
    telling.directory = province(routes=REPAIRER_ONLY, contacts=(old, second, new))
    telling.look()
    telling.post()
    telling.look()
    assert telling.ways() == [("sms", "+84999")]
    assert telling.book.place is not None
    assert telling.book.place.unreached_at is None
    assert said(telling)[-1] == "reached"


def test_a_dead_letter_that_a_person_sends_again_ends_the_alarm():
    telling = lost()
    key = telling.book.messages[0].key
    telling.book = replace(
        telling.book,
        messages=tuple(
            replace(m, state="sent") if m.key == key else m for m in telling.book.messages
        ),
    )
    telling.look()
    assert said(telling)[-1] == "reached"
    telling.happens("restored")
    telling.look()
    telling.post()
    assert telling.ways("recovery") == [telling.book.messages[0].way]


def test_who_takes_it_on_needs_no_message():
    telling = opened()
    telling.look()
    telling.happens("acknowledged")
    telling.post(state="dead")
    telling.look()
    assert waiting(telling) == []
    telling = lost()
    telling.happens("acknowledged")
    telling.look()
    assert telling.book.place is not None
    assert telling.book.place.unreached_at is None
    assert said(telling)[-1] == "unreached"


def test_recovery_goes_to_whom_the_problem_really_reached():
    telling = opened()
    dies(telling, "sms")
    telling.post()
    telling.happens("restored")
    telling.look()
    telling.post()
    assert telling.ways("recovery") == telling.ways() == [people(HARDWARE)[0].channels[1]]


def test_nobody_hears_the_end_of_what_nobody_heard_of():
    telling = lost()
    telling.happens("restored")
    telling.run(5)
    assert [m for m in telling.book.messages if m.kind == "recovery"] == []


def test_a_recovery_that_dies_goes_on_by_the_contacts_other_channel():
    telling = opened()
    telling.run(1)
    telling.happens("restored")
    telling.look()
    telling.post(state="dead")
    telling.run(2)
    assert telling.ways("recovery") == [people(HARDWARE)[0].channels[1]]
    telling.run(5)
    assert len(telling.told("recovery")) == 1


def test_reminders_go_by_the_way_that_worked_to_whom_it_worked_for():
    telling = opened()
    dies(telling, "sms")
    telling.post()
    telling.happens("acknowledged")
    telling.run(130)
    assert set(telling.ways("reminder")) == {people(HARDWARE)[0].channels[1]}


@pytest.mark.parametrize(
    ("severity", "on_call", "told"), [(3, False, 0), (2, True, 1), (2, False, 0)]
)
def test_at_night_the_next_contact_is_only_woken_for_what_may_wake_them(
    severity: int, on_call: bool, told: int
):
    duty = Duty(unit=HARDWARE, day="2026-03-02", session="off", contact=SECOND)
    held = province(routes=REPAIRER_ONLY, duties=(duty,) if on_call else ())
    telling = opened(severity, directory=held, now=LATE)
    telling.look()
    telling.now = LATE + 20 * MINUTE
    for _ in range(2):
        telling.post(state="dead")
        telling.look()
    assert len(waiting(telling)) == told
    telling.now = LATE + (14 * 60 + 40) * MINUTE - 1
    telling.look()
    assert {m.contact for m in telling.book.messages} == ({FIRST, SECOND} if told else {FIRST})
    telling.passes(1)
    telling.look()
    assert {m.contact for m in telling.book.messages} == {FIRST, SECOND}


def test_whoever_stands_above_is_told_when_the_unit_cannot_be():
    routes = (REPAIRER_ONLY[0], next(r for r in province().routes if r.unit == BOSS))
    telling = opened(directory=province(routes=routes))
    for _ in range(4):
        telling.look()
        telling.post(state="dead")
    telling.look()
    assert waiting(telling) == [(BOSS * 10 + 1, "sms")]
