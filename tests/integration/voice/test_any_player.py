"""Every player keeps the same promises: aplay (into a file, into nothing), a folder, the fake."""

import asyncio
import wave
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path

import pytest

from motcua_edge.drivers.voice import (
    CALL,
    AplayPlayer,
    FakePlayer,
    FilePlayer,
    NoOutputError,
    Player,
    PlayerHungError,
    Sound,
    chime,
    write_wav,
)
from motcua_edge.drivers.voice.sound import decode_wav
from support.sound import alive, alsa_to_file, program
from support.waiting import until, until_async


class Kit(ABC):
    """A player, how to break it, and what came out of it."""

    player: Player

    @abstractmethod
    def break_it(self) -> None:
        """Let the next file be refused."""

    def heard(self) -> list[Sound] | None:
        """What was played, file by file; None when it cannot be known."""
        return None


class OnAlsaFile(Kit):
    """aplay into ALSA's file plugin: every frame that the device took is in a raw file."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        conf, self.raw = alsa_to_file(folder)
        patch.setenv("ALSA_CONFIG_PATH", str(conf))
        self.patch = patch
        self.player = AplayPlayer()

    def break_it(self) -> None:
        self.patch.setenv("ALSA_CONFIG_PATH", "/nowhere.conf")

    def heard(self) -> list[Sound]:
        return [Sound(self.raw.read_bytes())] if self.raw.exists() else []


class OnAlsaNull(Kit):
    """aplay into nothing."""

    def __init__(self, _folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.player = AplayPlayer("null")

    def break_it(self) -> None:
        self.patch.setenv("ALSA_CONFIG_PATH", "/nowhere.conf")


class OnFolder(Kit):
    """Files in a folder."""

    def __init__(self, folder: Path, _patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "main"
        self.player = FilePlayer(self.folder)

    def break_it(self) -> None:
        self.folder.parent.mkdir(exist_ok=True)
        self.folder.write_text("not a folder")

    def heard(self) -> list[Sound]:
        return [decode_wav(file.read_bytes()) for file in sorted(self.folder.glob("*.wav"))]


class OnFake(Kit):
    """The fake."""

    def __init__(self, _folder: Path, _patch: pytest.MonkeyPatch) -> None:
        self.fake = self.player = FakePlayer()

    def break_it(self) -> None:
        self.fake.failing = True

    def heard(self) -> list[Sound]:
        return self.fake.played


@pytest.fixture(params=[OnAlsaFile, OnAlsaNull, OnFolder, OnFake])
def kit(request, tmp_path, monkeypatch):
    return request.param(tmp_path, monkeypatch)


@pytest.fixture
def wav(tmp_path):
    return write_wav(tmp_path / "chime.wav", chime(CALL, -3))


async def test_every_frame_is_played_and_counted(kit, wav):
    sound = decode_wav(wav.read_bytes())
    assert await kit.player.play(wav) == sound.frames
    heard = kit.heard()
    if heard is not None:
        (played,) = heard
        assert played.data[: len(sound.data)] == sound.data


async def test_one_file_after_the_other(kit, tmp_path):
    for index in range(3):
        wav = write_wav(tmp_path / "same.wav", chime((440.0 * (index + 1),), -3))
        assert await kit.player.play(wav) > 0


async def test_a_refused_file_is_typed(kit, wav):
    kit.break_it()
    with pytest.raises(NoOutputError) as caught:
        await kit.player.play(wav)
    assert caught.value.code == "no_output"


@pytest.mark.parametrize("body", [None, b"", b"no sound"])
async def test_a_file_that_is_no_sound_is_refused(kit, tmp_path, body):
    path = tmp_path / "bad.wav"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(NoOutputError):
        await kit.player.play(path)


async def test_after_a_refusal_the_next_file_is_played(kit, tmp_path, wav):
    with pytest.raises(NoOutputError):
        await kit.player.play(tmp_path / "missing.wav")
    assert await kit.player.play(wav) > 0


# ---- the watchdog ----


@contextmanager
def hanging(kind, folder):
    """A player that hangs, and a check that nothing of it is left."""
    pids = folder / "pids"
    if kind == "fake":
        player = FakePlayer(patience_s=0.2)
        player.hanging = True
        yield player
    else:
        # the sleep is a child of the shell: only killing the whole group ends it
        script = program(
            folder / "aplay", f"echo $$ >> {pids}\nsleep 600 &\necho $! >> {pids}\nwait"
        )
        yield AplayPlayer(program=script, patience_s=0.2)
        started = [int(line) for line in pids.read_text().split()]
        assert len(started) == 2
        for pid in started:
            until(lambda pid=pid: not alive(pid))


@pytest.mark.parametrize("kind", ["aplay", "fake"])
async def test_a_hung_player_is_killed_with_all_it_started(kind, tmp_path, wav):
    began = asyncio.get_running_loop().time()
    with hanging(kind, tmp_path) as player, pytest.raises(PlayerHungError) as caught:
        await player.play(wav)
    assert caught.value.code == "player_hung"
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_player_is_killed_when_the_office_stops(tmp_path, wav):
    pid_file = tmp_path / "pid"
    script = program(tmp_path / "aplay", f"echo $$ > {pid_file}\nexec sleep 600")
    task = asyncio.create_task(AplayPlayer(program=script, patience_s=600).play(wav))
    await until_async(lambda: pid_file.exists() and pid_file.read_text().strip())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    until(lambda: not alive(int(pid_file.read_text())))


async def test_a_player_gets_the_time_that_its_clip_takes(tmp_path):
    with wave.open(str(tmp_path / "long.wav"), "wb") as writer:
        writer.setparams((1, 2, 22_050, 0, "NONE", "none"))
        writer.writeframes(bytes(22_050 * 2))
    slow = program(tmp_path / "aplay", "sleep 1")
    player = AplayPlayer(program=slow, patience_s=1.0)
    assert await player.play(tmp_path / "long.wav") == 22_050


# ---- what only aplay can do wrong ----


async def test_a_missing_program_is_named_with_the_remedy(tmp_path, wav):
    player = AplayPlayer(program=str(tmp_path / "nowhere"))
    with pytest.raises(NoOutputError, match="install alsa-utils"):
        await player.play(wav)


async def test_a_missing_device_is_named(wav):
    with pytest.raises(NoOutputError, match="aplay on hw:77,0: exit code 1"):
        await AplayPlayer("hw:77,0").play(wav)


async def test_a_folder_keeps_the_newest_files_only(tmp_path, wav):
    for _ in range(2):
        player = FilePlayer(tmp_path / "zone", keep=3)
        for _ in range(4):
            await player.play(wav)
    assert [f.name for f in sorted((tmp_path / "zone").iterdir())] == [
        "000006.wav",
        "000007.wav",
        "000008.wav",
    ]
