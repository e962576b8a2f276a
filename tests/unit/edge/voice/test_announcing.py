"""Calls become sound: order, merging, expiry, the ladder, and what is recorded of each."""

import asyncio

import pytest

from motcua_contract.facts.voice import AnnouncementFailed, AnnouncementPlayed
from motcua_contract.siteconfig import VoicePolicy
from motcua_contract.vocabulary import AnnouncementState, HealthState, Rung
from motcua_edge.domain.commands import Miss
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.speech import SpeechError, clip_texts, word_clips
from motcua_edge.drivers.voice import FakeClips, FakePlayer, FakeSynth, Sound
from motcua_edge.services.announcing import NoSuchZoneError
from support.hall import COUNTERS, Hall, fake_players, hall_site, running, voice
from support.waiting import until_async

OK = ("announcer", HealthState.OK, "")


@pytest.fixture
async def hall():
    hall = Hall()
    await hall.staff()
    return hall


@pytest.fixture
def players():
    return fake_players()


def tone(length):
    """A sound of a length of its own, so that it can be told from others."""
    return Sound(b"\x00\x10\x00\xf0" * (500 + 10 * length))


def all_clips(without=()):
    keys = [key for key in (*word_clips(), *clip_texts()) if key not in without]
    return FakeClips({key: tone(index) for index, key in enumerate(keys)})


async def recorded(hall, count):
    await until_async(lambda: len(hall.outcomes()) >= count)
    outcomes = hall.outcomes()
    if any(kind in ("played", "failed") for kind, _, _ in outcomes):
        # the announcer's health follows the record
        await until_async(lambda: hall.health.notes)
    return outcomes


async def test_a_call_is_spoken_twice_and_its_frames_are_recorded(hall, players, tmp_path):
    async with running(voice(hall, tmp_path, players)):
        ticket = await hall.issue()
        await hall.call(1)
        assert await recorded(hall, 1) == [("played", ticket.label, 1)]
    first, second = players["main"].played
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.rung is Rung.SYNTH
    assert fact.zone == "main"
    assert fact.frames == first.frames + second.frames
    assert first.frames > second.frames
    assert hall.health.notes == [OK]
    call = hall.office.state.tickets[ticket.id].call
    assert (call.announcement, call.played) == (AnnouncementState.PLAYED, 1)


async def test_a_site_may_have_its_calls_spoken_once(players, tmp_path):
    hall = Hall(hall_site(VoicePolicy(repeat=1)))
    await hall.staff()
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        await hall.call(1)
        await recorded(hall, 1)
    assert len(players["main"].played) == 1


async def test_calls_of_a_zone_are_spoken_in_call_order_one_at_a_time(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        labels = [(await hall.issue()).label for _ in range(3)]
        for counter in (2, 1, 3):
            await hall.call(counter)
        await until_async(lambda: players["main"].started == 1)
        assert hall.outcomes() == []
        players["main"].gate.set()
        assert await recorded(hall, 3) == [("played", label, 1) for label in labels]
    assert players["main"].started == 6


async def test_zones_do_not_wait_for_each_other(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        upstairs = await hall.issue()
        await hall.call(1)
        await hall.call(4)
        assert await recorded(hall, 1) == [("played", upstairs.label, 1)]
        (fact,) = hall.facts(AnnouncementPlayed)
        assert fact.zone == "upstairs"


async def test_a_recall_of_a_call_still_in_line_takes_its_place(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        labels = [(await hall.issue()).label for _ in range(3)]
        await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        waiting = await hall.call(2)
        await hall.call(3)
        await hall.recall(waiting)
        assert await recorded(hall, 1) == [("superseded", labels[1], 1)]
        players["main"].gate.set()
        assert (await recorded(hall, 4))[1:] == [
            ("played", labels[0], 1),
            ("played", labels[1], 2),
            ("played", labels[2], 1),
        ]


async def test_a_recall_of_a_spoken_call_is_spoken_with_another_chime(hall, players, tmp_path):
    synth = FakeSynth()
    async with running(voice(hall, tmp_path, players, synth)):
        await hall.issue()
        ticket = await hall.call(1)
        await recorded(hall, 1)
        await hall.recall(ticket)
        assert await recorded(hall, 2) == [
            ("played", ticket.label, 1),
            ("played", ticket.label, 2),
        ]
    assert "Đây là lần gọi thứ hai." in synth.texts
    call, recall = players["main"].played[0], players["main"].played[2]
    assert call.data[:2000] != recall.data[:2000]
    assert hall.office.state.tickets[ticket.id].call.played == 2


async def test_a_recall_during_its_own_call_follows_at_once(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        ticket = await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        await hall.recall(ticket)
        players["main"].gate.set()
        assert await recorded(hall, 2) == [
            ("played", ticket.label, 1),
            ("played", ticket.label, 2),
        ]
    assert players["main"].started == 3


@pytest.mark.parametrize("step", ["requeue", "start"])
async def test_a_call_whose_ticket_moved_on_is_not_spoken(hall, players, tmp_path, step):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        first, second = [await hall.issue() for _ in range(2)]
        await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        waiting = await hall.call(2)
        await getattr(hall, step)(waiting)
        assert await recorded(hall, 1) == [("superseded", second.label, 1)]
        players["main"].gate.set()
        assert (await recorded(hall, 2))[1] == ("played", first.label, 1)
    assert len(players["main"].played) == 2


async def test_a_requeued_ticket_that_is_called_again_is_spoken_once(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        first, second = [await hall.issue() for _ in range(2)]
        await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        await hall.requeue(await hall.call(2))
        await hall.call(3)
        players["main"].gate.set()
        assert await recorded(hall, 3) == [
            ("superseded", second.label, 1),
            ("played", first.label, 1),
            ("played", second.label, 1),
        ]


async def test_the_repetition_is_left_out_when_the_citizen_is_at_the_counter(
    hall, players, tmp_path
):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        ticket = await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        await hall.start(ticket)
        players["main"].gate.set()
        assert await recorded(hall, 1) == [("played", ticket.label, 1)]
    assert len(players["main"].played) == 1


async def test_a_call_that_waited_too_long_is_not_spoken(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        first, second = [await hall.issue() for _ in range(2)]
        await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        await hall.call(2)
        hall.clock.advance(90_000)
        players["main"].gate.set()
        assert await recorded(hall, 2) == [("played", first.label, 1), ("expired", second.label, 1)]
    call = hall.office.state.tickets[second.id].call
    assert (call.announcement, call.played) == (AnnouncementState.EXPIRED, 0)


async def test_a_wall_clock_that_jumps_does_not_expire_a_call(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        labels = [(await hall.issue()).label for _ in range(2)]
        await hall.call(1)
        await hall.call(2)
        await until_async(lambda: players["main"].started == 1)
        hall.clock.jump(7_200_000)
        players["main"].gate.set()
        assert await recorded(hall, 2) == [("played", label, 1) for label in labels]


# ---- the ladder ----


async def test_recorded_words_come_first(hall, players, tmp_path):
    synth = FakeSynth()
    async with running(voice(hall, tmp_path, players, synth, all_clips())):
        await hall.issue()
        await hall.call(1)
        await recorded(hall, 1)
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.rung is Rung.CLIPS
    assert synth.texts == []
    assert hall.health.notes == [OK]


async def test_one_missing_recording_sends_the_whole_sentence_to_the_synthesiser(
    hall, players, tmp_path
):
    synth = FakeSynth()
    clips = all_clips(without=("digit-1",))
    async with running(voice(hall, tmp_path, players, synth, clips)):
        await hall.issue()
        await hall.call(2)
        await recorded(hall, 1)
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.rung is Rung.SYNTH
    assert "Mời công dân có số a, không, không, một," in synth.texts
    assert "đến quầy số hai." in synth.texts
    assert hall.health.notes == [("announcer", HealthState.PROBLEM, "clip_missing")]


async def test_without_a_voice_the_chime_alone_is_no_call(hall, players, tmp_path):
    synth = FakeSynth()
    synth.failing = True
    async with running(voice(hall, tmp_path, players, synth)):
        await hall.issue()
        ticket = await hall.call(1)
        assert await recorded(hall, 1) == [("failed", ticket.label, 1)]
    (fact,) = hall.facts(AnnouncementFailed)
    assert (fact.rung, fact.cause) == (Rung.CHIME, "no_output")
    assert len(players["main"].played) == 1
    assert hall.health.notes == [("announcer", HealthState.CRITICAL, "no_output")]
    assert hall.office.state.tickets[ticket.id].call.played == 0


@pytest.mark.parametrize(("how", "code"), [("failing", "no_output"), ("hanging", "player_hung")])
async def test_a_player_that_fails_leaves_the_flash_and_the_line_goes_on(
    hall, players, tmp_path, how, code
):
    setattr(players["main"], how, True)
    async with running(voice(hall, tmp_path, players)):
        first, second = [await hall.issue() for _ in range(2)]
        await hall.call(1)
        assert await recorded(hall, 1) == [("failed", first.label, 1)]
        setattr(players["main"], how, False)
        await hall.call(2)
        assert (await recorded(hall, 2))[1] == ("played", second.label, 1)
        await until_async(lambda: len(hall.health.notes) == 2)
    (fact,) = hall.facts(AnnouncementFailed)
    assert (fact.rung, fact.cause) == (Rung.FLASH, code)
    assert hall.health.notes == [("announcer", HealthState.CRITICAL, code), OK]


async def test_a_failed_repetition_does_not_unsay_the_call(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        ticket = await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        players["main"].failing = True
        players["main"].gate.set()
        assert await recorded(hall, 1) == [("played", ticket.label, 1)]
        await until_async(lambda: hall.health.notes != [])
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.frames == players["main"].played[0].frames
    assert hall.health.notes == [("announcer", HealthState.CRITICAL, "no_output")]


async def test_an_unheard_call_can_never_become_a_no_show(hall, players, tmp_path):
    players["main"].failing = True
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        ticket = await hall.call(1)
        await hall.recall(ticket)
        await recorded(hall, 2)
        hall.clock.advance(600_000)
        miss = Miss(ticket=ticket.id, counter=1, officer="officer-1")
        with pytest.raises(Refusal) as refused:
            await hall.office.execute(miss)
        assert refused.value.code is RefusalCode.NOT_ANNOUNCED
        players["main"].failing = False
        await hall.recall(ticket)
        await recorded(hall, 3)
        hall.clock.advance(600_000)
        await hall.office.execute(miss)
    assert hall.office.state.tickets[ticket.id].state.value == "missed"


async def test_a_zone_without_a_loudspeaker_is_a_fault_and_its_calls_failed(hall, tmp_path):
    async with running(voice(hall, tmp_path, {"main": FakePlayer()})):
        await hall.issue()
        ticket = await hall.call(4)
        assert await recorded(hall, 1) == [("failed", ticket.label, 1)]
        await until_async(lambda: hall.health.notes != [])
    assert hall.health.notes == [("announcer", HealthState.CRITICAL, "no_output")]


async def test_an_office_without_sound_says_so_once_and_records_every_call(hall, tmp_path):
    async with running(voice(hall, tmp_path, {})):
        await hall.issue()
        ticket = await hall.call(1)
        await hall.recall(ticket)
        await recorded(hall, 2)
    assert [fact.cause for fact in hall.facts(AnnouncementFailed)] == ["switched_off"] * 2
    assert hall.health.notes == [("announcer", HealthState.DEACTIVATED, "")]


# ---- after a crash ----


async def test_fresh_calls_are_spoken_after_a_restart_and_late_ones_are_not(
    hall, players, tmp_path
):
    labels = [(await hall.issue()).label for _ in range(3)]
    late = await hall.call(3)
    hall.clock.advance(80_000)
    await hall.call(2)
    await hall.call(1)
    hall.clock.advance(10_000)
    async with running(voice(hall, tmp_path, players)):
        assert await recorded(hall, 3) == [
            ("expired", late.label, 1),
            ("played", labels[1], 1),
            ("played", labels[2], 1),
        ]


async def test_a_call_from_the_future_is_not_spoken_after_a_restart(hall, players, tmp_path):
    await hall.issue()
    ticket = await hall.call(1)
    hall.clock.jump(-3_600_000)
    async with running(voice(hall, tmp_path, players)):
        assert await recorded(hall, 1) == [("expired", ticket.label, 1)]


async def test_a_call_whose_fate_is_known_is_not_spoken_again(hall, players, tmp_path):
    async with running(voice(hall, tmp_path, players)):
        await hall.issue()
        await hall.call(1)
        await recorded(hall, 1)
    async with running(voice(hall, tmp_path, players)):
        upstairs = await hall.issue()
        await hall.call(4)
        assert (await recorded(hall, 2))[1] == ("played", upstairs.label, 1)
    assert len(players["main"].played) == 2


# ---- announcements about no ticket ----


async def test_an_announcement_takes_its_turn_between_calls(hall, players, tmp_path):
    synth = FakeSynth()
    players["main"].gate = asyncio.Event()
    service = voice(hall, tmp_path, players, synth)
    async with running(service):
        await hall.issue()
        await hall.call(1)
        await until_async(lambda: players["main"].started == 1)
        said = asyncio.create_task(service.say("closing", half_day="chiều"))
        await asyncio.sleep(0)
        assert not said.done()
        players["main"].gate.set()
        uttered = await said
    assert uttered.rung is Rung.SYNTH
    assert uttered.frames == players["main"].played[-1].frames
    assert synth.texts[-1] == "Kính thưa Quý công dân, Trung tâm sắp hết giờ làm việc buổi chiều."
    assert hall.outcomes()[0][0] == "played"


async def test_a_test_sound_tells_the_technician_that_nothing_was_heard(hall, players, tmp_path):
    players["upstairs"].failing = True
    service = voice(hall, tmp_path, players)
    async with running(service):
        uttered = await service.say("test", "upstairs")
    assert not uttered.spoken
    assert uttered.fault.code == "no_output"


async def test_a_screen_is_read_aloud_without_a_chime_and_never_from_clips(hall, players, tmp_path):
    synth = FakeSynth()
    service = voice(hall, tmp_path, players, synth, all_clips())
    async with running(service):
        uttered = await service.say_text("Số của bạn là a, không. Trước bạn còn 3 người.")
    assert uttered.rung is Rung.SYNTH
    assert uttered.fault is None
    assert synth.texts[-2:] == ["Số của bạn là a, không.", "Trước bạn còn 3 người."]
    (sound,) = players["main"].played
    assert sound.frames == uttered.frames
    assert hall.health.notes == [OK]


async def test_one_screen_is_read_at_a_time(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    service = voice(hall, tmp_path, players)
    async with running(service):
        first = asyncio.create_task(service.say_text("Xin chào."))
        await until_async(lambda: players["main"].started == 1)
        again = await service.say_text("Xin chào.")
        assert (again.spoken, again.fault.code) == (False, "busy")
        players["main"].gate.set()
        assert (await first).spoken
        assert (await service.say_text("Xin chào.")).spoken
    assert players["main"].started == 2


async def test_a_screen_that_cannot_be_read_is_silent(hall, players, tmp_path):
    synth = FakeSynth()
    synth.failing = True
    service = voice(hall, tmp_path, players, synth)
    async with running(service):
        uttered = await service.say_text("Xin chào.")
    assert (uttered.rung, uttered.frames, uttered.fault.code) == (Rung.FLASH, 0, "no_output")
    assert players["main"].played == []


@pytest.mark.parametrize("text", ["", "  \n ", "a" * 601])
async def test_nothing_and_too_much_are_not_read_aloud(hall, players, tmp_path, text):
    service = voice(hall, tmp_path, players)
    async with running(service):
        with pytest.raises(SpeechError, match="1 to 600 characters"):
            await service.say_text(text)


async def test_announcements_that_do_not_exist_are_refused(hall, players, tmp_path):
    service = voice(hall, tmp_path, players)
    async with running(service):
        with pytest.raises(SpeechError, match="unknown"):
            await service.say("hello")
        with pytest.raises(NoSuchZoneError, match="'garden' has no loudspeaker"):
            await service.say("test", "garden")


async def test_an_announcement_in_line_is_given_up_when_the_office_stops(hall, players, tmp_path):
    players["main"].gate = asyncio.Event()
    service = voice(hall, tmp_path, players)
    async with running(service):
        waiting = [asyncio.create_task(service.say("test")) for _ in range(2)]
        await until_async(lambda: players["main"].started == 1)
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in done)


# ---- rendering ahead ----


async def test_the_words_of_a_call_are_rendered_when_its_ticket_is_issued(hall, players, tmp_path):
    synth = FakeSynth()
    async with running(voice(hall, tmp_path, players, synth)):
        await hall.issue()
        kept = tmp_path / "cache"
        await until_async(lambda: len(list(kept.glob("*.pcm"))) == 1 + len(COUNTERS))
        synth.failing = True
        await hall.call(3)
        assert (await recorded(hall, 1))[0][0] == "played"
    assert "Mời công dân có số a, không, không, một," in synth.texts
    assert "đến quầy số ba." in synth.texts


async def test_another_volume_is_rendered_anew(tmp_path):
    quiet, loud = fake_players(), fake_players()
    for players, level in ((quiet, -20), (loud, 0)):
        hall = Hall(hall_site(VoicePolicy(volume_db=level)))
        await hall.staff()
        async with running(voice(hall, tmp_path, players)):
            await hall.issue()
            await hall.call(1)
            await recorded(hall, 1)
    assert quiet["main"].played[0].peak == pytest.approx(3276, abs=2)
    assert loud["main"].played[0].peak == pytest.approx(32767, abs=2)
