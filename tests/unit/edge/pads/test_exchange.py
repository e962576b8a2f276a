"""The controller's side of the protocol, with pads whose sessions are the firmware's own."""

import asyncio
import hashlib

import pytest

from motcua_contract.facts import type_name
from motcua_contract.facts.office import PressRefused
from motcua_contract.facts.pads import PadPressed
from motcua_contract.facts.ratings import RatingGiven
from motcua_contract.facts.tickets import TicketCalled, TicketFinished
from motcua_edge.domain.pads.health import Seen, verdict
from motcua_edge.services.pads import (
    Presses,
    Unit,
)
from support.padroom import KEYS, Room
from support.padvoice import PadVoice
from support.waiting import until_async


async def test_a_link_that_appears_is_asked_who_is_there(room: Room) -> None:
    room.lines.plug("usb1")
    await room.settled()
    assert [body["t"] for body in room.pad.heard()] == ["ask"]


async def test_a_press_rates_and_is_acknowledged_after_its_commit(room: Room) -> None:
    await room.connect(room.pad)
    ticket = await room.served()
    room.pad.press("9f3a12c0.1.1", "2")
    await room.settled()
    assert room.acks(room.pad) == [("9f3a12c0.1.1", "rated")]
    (rating,) = room.hall.facts(RatingGiven)
    assert (rating.ticket, rating.level, rating.device) == (ticket, 2, "pad-1")
    assert hashlib.sha256(b"").hexdigest() not in repr(rating)


async def test_no_acknowledgement_without_a_commit(room: Room, monkeypatch) -> None:
    await room.connect(room.pad)
    reached, disk = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        reached.set()
        await disk.wait()

    monkeypatch.setattr(room.hall.journal, "append", slow)
    room.pad.press("9f3a12c0.1.1")
    await asyncio.wait_for(reached.wait(), 5)
    assert room.acks(room.pad) == []
    disk.set()
    await room.settled()
    assert room.acks(room.pad) == [("9f3a12c0.1.1", "refused")]


async def test_a_press_that_is_said_again_is_told_so_and_changes_nothing(room: Room) -> None:
    await room.connect(room.pad)
    for _ in range(3):
        room.pad.press("9f3a12c0.1.1")
    await room.settled()
    assert [result for _, result in room.acks(room.pad)] == ["refused", "again", "again"]
    assert len(room.hall.facts(PressRefused)) == len(room.hall.facts(PadPressed)) == 1


async def test_that_holds_for_another_program_on_the_same_journal(room: Room) -> None:
    await room.connect(room.pad)
    room.pad.press("9f3a12c0.1.7")
    await room.settled()
    second = Presses(room.hall.office, room.desk)
    frame = type("Frame", (), {"i": "9f3a12c0.1.7", "b": "3", "age": 0})
    assert await second.carry_out(Unit("pad-1", 1), frame) == "again"
    frame.i = "9f3a12c0.1.8"
    assert await second.carry_out(Unit("pad-1", 1), frame) == "refused"


@pytest.mark.parametrize(
    ("button", "age", "cause"),
    [
        ("3", 0, "nothing_to_rate"),
        ("3", -1, "unknown_age"),
        ("next", 0, "unknown_button"),
        ("0", 0, "unknown_button"),
        ("5", 0, "nothing_to_rate"),
    ],
)
async def test_what_rates_nothing_is_a_counted_refusal(
    room: Room, button: str, age: int, cause: str
) -> None:
    await room.connect(room.pad)
    room.pad.press("9f3a12c0.1.1", button, age)
    await room.settled()
    (fact,) = room.hall.facts(PressRefused)
    assert (fact.device, fact.counter, fact.cause) == ("pad-1", 1, cause)
    assert room.hall.facts(RatingGiven) == []
    assert room.presses.counts == {"refused": 1}


async def test_a_level_off_the_scale_is_refused_by_the_office(room: Room) -> None:
    await room.connect(room.pad)
    await room.served()
    room.pad.press("9f3a12c0.1.1", "5")
    await room.settled()
    assert room.hall.facts(PressRefused)[0].cause == "rating_level"


async def test_a_late_press_rates_whom_it_was_meant_for_and_never_the_next_one(
    room: Room,
) -> None:
    await room.connect(room.pad)
    first = await room.served()
    room.hall.clock.advance(10_000)
    await room.served()
    room.pad.press("9f3a12c0.1.1", "1", age=5_000)
    room.pad.press("9f3a12c0.1.2", "1", age=30_000)
    await room.settled()
    (rating,) = room.hall.facts(RatingGiven)
    assert rating.ticket == first
    assert [fact.cause for fact in room.hall.facts(PressRefused)] == ["nothing_to_rate"]


async def test_a_keypad_does_what_the_counters_page_does(room: Room) -> None:
    await room.connect(room.keypad)
    await room.hall.issue()
    for number, button in enumerate(["next", "recall", "start", "finish"], 1):
        room.keypad.press(f"9f3a12c0.1.{number}", button)
    await room.settled()
    assert [result for _, result in room.acks(room.keypad)] == ["done"] * 4
    (called,) = room.hall.facts(TicketCalled)
    assert (called.counter, called.officer) == (2, "officer-2")
    assert len(room.hall.facts(TicketFinished)) == 1
    assert room.desk.current(2) is not None


@pytest.mark.parametrize(
    ("button", "age", "cause"),
    [
        ("next", 0, "queue_empty"),
        ("recall", 0, "nobody_called"),
        ("dance", 0, "unknown_button"),
        ("next", 5_001, "too_late"),
        ("next", -1, "unknown_age"),
    ],
)
async def test_a_keypads_press_that_cannot_be_done_is_a_counted_refusal(
    room: Room, button: str, age: int, cause: str
) -> None:
    await room.connect(room.keypad)
    room.keypad.press("9f3a12c0.1.1", button, age)
    await room.settled()
    assert room.acks(room.keypad) == [("9f3a12c0.1.1", "refused")]
    assert room.hall.facts(PressRefused)[0].cause == cause


async def test_a_keypad_at_a_counter_without_an_officer_does_nothing() -> None:
    room = Room()
    task = asyncio.create_task(room.exchange.run())
    await room.settled()
    await room.connect(room.keypad)
    room.keypad.press("9f3a12c0.1.1", "next")
    await room.settled()
    assert room.hall.facts(PressRefused)[0].cause == "counter_not_open"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_every_keypad_button_is_a_command_or_a_refusal_of_the_office(room: Room) -> None:
    await room.connect(room.keypad)
    await room.hall.issue()
    buttons = ["next", "requeue", "pause", "resume", "next", "miss", "start"]
    for number, button in enumerate(buttons, 1):
        room.keypad.press(f"9f3a12c0.1.{number}", button)
        await room.settled()
    causes = [fact.cause for fact in room.hall.facts(PressRefused)]
    # too few calls yet to say that somebody is missing: the office's own rule
    assert len(causes) == 1
    assert "unknown_button" not in causes
    kinds = [type_name(fact) for fact in room.hall.journal.facts]
    assert {"ticket.called/1", "ticket.requeued/1", "counter.changed/1"} <= set(kinds)


async def test_a_pads_light_says_when_somebody_may_rate(room: Room) -> None:
    await room.connect(room.pad)
    await room.served()
    await room.settled()
    assert [body["open"] for body in room.pad.heard() if body["t"] == "rate"] == [1]
    room.pad.press("9f3a12c0.1.1")
    await room.settled()
    assert [body["open"] for body in room.pad.heard() if body["t"] == "rate"] == [0]


async def test_a_pad_that_comes_back_learns_its_light_anew(room: Room) -> None:
    await room.served()
    await room.connect(room.pad)
    voice = PadVoice(room.lines, "usb1", "pad-1", KEYS["pad-1"])
    voice.heard()
    voice.hello()
    await room.settled()
    voice.heard()
    voice.beat()
    await room.settled()
    assert [body["open"] for body in voice.heard() if body["t"] == "rate"] == [1]


async def test_strangers_noise_and_replays_are_counted_and_do_nothing(room: Room) -> None:
    await room.connect(room.pad)
    beat = room.pad.beat()
    stranger = PadVoice(room.lines, "usb1", "pad-1", b"x" * 32)
    unknown = PadVoice(room.lines, "usb1", "pad-9", KEYS["pad-1"])
    stranger.hello()
    unknown.hello()
    room.lines.say("usb1", beat)
    room.lines.say("usb1", b"MPY: soft reboot")
    room.pad.press("no press id")
    await room.settled()
    assert room.exchange.counts["forged"] == 3
    assert room.exchange.counts["damaged"] == 2
    assert room.hall.facts(PadPressed) == []
    assert room.acks(room.pad) == []


async def test_frames_that_no_session_explains_are_asked_back_once_a_second(room: Room) -> None:
    await room.connect(room.pad)
    fresh = room.made()
    task = asyncio.create_task(fresh.run())
    await room.settled()
    room.hall.clock.advance(2_000)
    for _ in range(5):
        room.pad.beat()
    for _ in range(20):
        await asyncio.sleep(0)  # a turn for every task
    asked = [line for _, line in room.lines.sent if b'"ask"' in line]
    assert len(asked) <= 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_more_lines_than_can_be_kept_are_dropped_and_counted(room: Room) -> None:
    room.lines.plug("usb1")
    for _ in range(1_500):
        room.lines.say("usb1", b"noise")
    assert room.exchange.counts["dropped"] >= 400
    await until_async(room.exchange._arrived.empty)


async def test_a_link_that_is_gone_costs_nothing_but_a_count(room: Room) -> None:
    await room.connect(room.pad)
    room.pad.press("9f3a12c0.1.1")
    room.lines.unplug("usb1")
    await room.settled()
    assert room.exchange.counts["unsent"] >= 1
    assert len(room.hall.facts(PadPressed)) == 1


# ---- health ----


async def test_a_pad_is_ok_when_it_is_heard_and_offline_when_it_is_silent(room: Room) -> None:
    await room.connect(room.pad)
    peer = room.peers["pad-1"]
    room.hall.clock.advance(30_001)
    await peer.time_passed()
    room.pad.beat()
    await room.settled()
    assert room.codes == [("pad-1", "ok", ""), ("pad-1", "problem", "offline")]
    room.pad.beat()
    await room.settled()
    assert room.codes[-1] == ("pad-1", "ok", "")


@pytest.mark.parametrize(("silent_ms", "code"), [(30_000, ""), (8_000, "offline")])
def test_an_office_says_how_long_a_pad_may_be_silent(silent_ms: int, code: str) -> None:
    seen = Seen(heard_at=1_000)
    assert verdict(seen, 9_001, shipped="", silent_ms=silent_ms).code == code
    assert verdict(seen, 9_000, shipped="", silent_ms=silent_ms).code == ""


async def test_a_pad_that_never_came_is_offline_after_its_time(room: Room) -> None:
    peer = room.peers["pad-1"]
    await peer.time_passed()
    assert room.codes == []
    room.hall.clock.advance(30_001)
    await peer.time_passed()
    await peer.time_passed()
    assert room.codes == [("pad-1", "problem", "offline")]


async def test_a_stuck_button_and_a_low_battery_are_told_and_end(room: Room) -> None:
    await room.connect(room.pad)
    for figures in (
        {"held": {"2": 29_999}},
        {"held": {"2": 30_000}},
        {"held": {}},
        {"bat": 14},
        {"bat": 20},
        {"bat": 26},
    ):
        room.pad.beat(**figures)
        await room.settled()
    assert [code for _, _, code in room.codes] == ["", "button_stuck", "", "low_battery", ""]


async def test_an_old_firmware_is_told_by_its_version() -> None:
    room = Room(shipped="26.11.2")
    task = asyncio.create_task(room.exchange.run())
    await room.settled()
    await room.connect(room.pad, fw="26.9.30")
    await room.connect(room.keypad, fw="26.11.10")
    assert room.codes == [("pad-1", "problem", "firmware_old"), ("keypad-2", "ok", "")]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_a_pad_could_not_keep_is_counted_over_its_starts(room: Room) -> None:
    await room.connect(room.pad)
    for lost in (2, 2, 3, 0, 1):
        room.pad.beat(lost=lost, q=lost)
        await room.settled()
    assert room.peers["pad-1"].lost == 4
    assert room.peers["pad-1"].waiting == 1


# ---- updates ----
