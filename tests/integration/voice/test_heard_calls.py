"""A call with the real synthesiser, the real player and ALSA: every frame arrives, as speech."""

import pytest

from motcua_contract.facts.voice import AnnouncementPlayed
from motcua_contract.vocabulary import HealthState, Rung
from motcua_edge.domain.speech import clip_texts, word_clips
from motcua_edge.drivers.voice import (
    RATE,
    AplayPlayer,
    ClipPack,
    EspeakSynth,
    FilePlayer,
    Sound,
    write_wav,
)
from motcua_edge.drivers.voice.sound import decode_wav
from support.hall import Hall, running, voice
from support.sound import alsa_to_file, listen, program
from support.waiting import until_async

VOICE = "vi-vn-x-south"


@pytest.fixture
async def hall():
    hall = Hall()
    await hall.staff()
    return hall


async def test_a_call_is_heard_as_speech_frame_by_frame(hall, tmp_path, monkeypatch):
    conf, raw = alsa_to_file(tmp_path)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    players = {"main": AplayPlayer()}
    async with running(voice(hall, tmp_path, players, EspeakSynth())):
        await hall.issue()
        await hall.call(1)
        await until_async(lambda: hall.outcomes() and hall.health.notes)
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.rung is Rung.SYNTH
    heard = Sound(raw.read_bytes())
    assert heard.frames >= fact.frames > 5 * RATE
    ear = listen(heard)
    assert ear.speech, ear
    assert hall.health.notes == [("announcer", HealthState.OK, "")]


async def test_the_same_frames_come_out_of_alsa_and_into_a_folder(tmp_path, monkeypatch):
    conf, raw = alsa_to_file(tmp_path)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    for players in ({"main": AplayPlayer()}, {"main": FilePlayer(tmp_path / "main")}):
        hall = Hall()
        await hall.staff()
        async with running(voice(hall, tmp_path, players, EspeakSynth())):
            await hall.issue()
            await hall.call(1)
            await until_async(lambda hall=hall: hall.outcomes() != [])
    files = [decode_wav(f.read_bytes()) for f in sorted((tmp_path / "main").glob("*.wav"))]
    assert len(files) == 2
    heard = raw.read_bytes()
    assert heard.startswith(files[0].data)
    # each clip is padded to a period by the player
    second = heard.index(files[1].data[:40_000], len(files[0].data))
    assert heard[second : second + len(files[1].data)] == files[1].data


async def test_a_recorded_pack_is_played_from_its_clips(hall, tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    synth = EspeakSynth()
    clips = word_clips() | clip_texts()
    for key, text in clips.items():
        write_wav(folder / f"{key}.wav", await synth.speak(text, voice=VOICE, speed=130))
    lines = "".join(f'{key} = "{key}.wav"\n' for key in clips)
    (folder / "pack.toml").write_text(f'name = "thử"\n[clips]\n{lines}', encoding="utf-8")
    players = {"main": FilePlayer(tmp_path / "main")}
    broken = EspeakSynth(str(tmp_path / "nowhere"))
    async with running(voice(hall, tmp_path, players, broken, ClipPack(folder))):
        await hall.issue()
        await hall.call(1)
        await until_async(lambda: hall.outcomes() != [])
    (fact,) = hall.facts(AnnouncementPlayed)
    assert fact.rung is Rung.CLIPS
    first = decode_wav((tmp_path / "main" / "000001.wav").read_bytes())
    assert listen(first).speech


async def test_a_hung_aplay_is_killed_and_the_next_call_is_heard(hall, tmp_path):
    flag = tmp_path / "hang"
    flag.touch()
    script = program(
        tmp_path / "aplay", f'[ -e {flag} ] && exec sleep 600\nexec aplay -q -D null "$4"'
    )
    players = {"main": AplayPlayer(program=script, patience_s=0.2)}
    service = voice(hall, tmp_path, players, EspeakSynth())
    async with running(service):
        first, second = [await hall.issue() for _ in range(2)]
        await hall.call(1)
        await hall.call(2)
        await until_async(lambda: hall.outcomes() != [], within=20)
        flag.unlink()
        await until_async(lambda: len(hall.outcomes()) == 2 and len(hall.health.notes) == 2)
    assert hall.outcomes() == [("failed", first.label, 1), ("played", second.label, 1)]
    assert hall.health.notes == [
        ("announcer", HealthState.CRITICAL, "player_hung"),
        ("announcer", HealthState.OK, ""),
    ]
