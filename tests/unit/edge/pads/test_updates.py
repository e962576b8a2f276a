"""Pads get their firmware over their own line, for the hub or for a technician of the office."""

import asyncio

import pytest

from motcua_contract.facts.remote import CommandDone, CommandTaken
from motcua_contract.sentences import phrases_of, vietnamese
from motcua_edge.domain.pads.release import Release
from motcua_edge.services.pads import (
    BusyError,
    PadBench,
    PadCard,
    Progress,
    UpdateFailedError,
    Updates,
)
from support.padroom import Room
from support.waiting import until_async


async def follow(room: Room, *, size: int, refuse: str = "", deaf: int = 0) -> None:
    """The pad's end of an update, as far as it agrees."""
    at = 0
    while True:
        for body in room.pad.heard():
            if body["t"] not in ("begin", "part", "end"):
                continue
            if deaf:
                deaf -= 1
                continue
            if body["t"] == "part" and body["at"] == at:
                at = min(size, at + 384)
            ok = int(body["t"] != refuse)
            room.pad.says(t="took", of=body["t"], ok=ok, at=at, why="" if ok else "signature")
        await asyncio.sleep(0.001)  # the pad's own loop


@pytest.mark.parametrize("deaf", [0, 1])
async def test_an_update_is_handed_over_in_parts(room: Room, monkeypatch, deaf: int) -> None:
    monkeypatch.setattr("motcua_edge.services.pads.updates._ANSWER_S", 0.1)
    await room.connect(room.pad)
    updates = Updates(room.exchange, room.peers, Release("26.12.1", bytes(1000)))
    pad = asyncio.create_task(follow(room, size=1000, deaf=deaf))
    assert await updates.update("pad-1") == "26.12.1"
    pad.cancel()


async def test_a_pad_that_refuses_or_is_silent_ends_the_update(room: Room, monkeypatch) -> None:
    monkeypatch.setattr("motcua_edge.services.pads.updates._ANSWER_S", 0.02)
    await room.connect(room.pad)
    updates = Updates(room.exchange, room.peers, Release("26.12.1", bytes(1000)))
    with pytest.raises(UpdateFailedError, match="no answer"):
        await updates.update("pad-1")
    pad = asyncio.create_task(follow(room, size=1000, refuse="end"))
    with pytest.raises(UpdateFailedError, match="signature"):
        await updates.update("pad-1")
    pad.cancel()


async def test_without_a_release_or_a_pad_there_is_no_update(room: Room) -> None:
    with pytest.raises(UpdateFailedError, match="shipped"):
        await Updates(room.exchange, room.peers, None).update("pad-1")
    with pytest.raises(LookupError):
        await Updates(room.exchange, room.peers, None).update("pad-9")


async def finished(bench: PadBench, name: str = "pad-1") -> PadCard:
    """The pad's card when its update has ended."""

    def card() -> PadCard:
        return next(each for each in bench.cards() if each.name == name)

    await until_async(lambda: (now := card().update) is not None and now.state != "running")
    return card()


async def test_a_technicians_update_is_on_record_and_its_progress_is_seen(
    room: Room, monkeypatch
) -> None:
    monkeypatch.setattr("motcua_edge.services.pads.updates._ANSWER_S", 0.1)
    await room.connect(room.pad)
    updates = Updates(room.exchange, room.peers, Release("99.12.1", bytes(1000)))
    bench = PadBench(room.hall.office, room.peers, updates)
    assert {card.name: card.old for card in bench.cards()} == {"pad-1": True, "keypad-2": False}
    pad = asyncio.create_task(follow(room, size=1000))
    await bench.update("pad-1", "tuan")
    with pytest.raises(BusyError, match="pad-1"):
        await bench.update("pad-1", "tuan")
    update = (await finished(bench)).update
    pad.cancel()
    assert update == Progress(state="done", firmware="99.12.1", size=1000, sent=1000)
    await until_async(lambda: any(isinstance(f, CommandDone) for f in room.hall.journal.facts))
    taken = next(f for f in room.hall.journal.facts if isinstance(f, CommandTaken))
    done = next(f for f in room.hall.journal.facts if isinstance(f, CommandDone))
    assert (taken.name, taken.arguments, taken.actor) == (
        "pad.update",
        {"component": "pad-1"},
        "tuan",
    )
    assert (done.correlation, done.ok) == (taken.correlation, True)


async def test_an_update_that_fails_says_why_and_can_be_tried_again(
    room: Room, monkeypatch
) -> None:
    monkeypatch.setattr("motcua_edge.services.pads.updates._ANSWER_S", 0.02)
    await room.connect(room.pad)
    updates = Updates(room.exchange, room.peers, Release("99.12.1", bytes(1000)))
    bench = PadBench(room.hall.office, room.peers, updates)
    with pytest.raises(LookupError):
        await bench.update("pad-9", "tuan")
    await bench.update("pad-1", "tuan")
    update = (await finished(bench)).update
    assert update is not None
    assert (update.state, vietnamese(phrases_of(update.why))) == (
        "failed",
        "Thiết bị pad-1 không trả lời",
    )
    await until_async(lambda: any(isinstance(f, CommandDone) for f in room.hall.journal.facts))
    pad = asyncio.create_task(follow(room, size=1000, refuse="end"))
    await bench.update("pad-1", "tuan")
    update = (await finished(bench)).update
    pad.cancel()
    assert update is not None
    assert "signature" in update.why
