"""Was it heard? The same suite over a pretended ear and over arecord on real ALSA devices."""

import math
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.hearing import FAINTEST_DB, MARGIN_DB, heard
from motcua_edge.drivers.voice import ArecordEar, Ear, EarError, FakeEar, FakeSynth, loudest_db
from motcua_edge.services.announcing import SoundCheck
from support.hall import Hall, fake_players, running, voice

RATE = 16_000
CONF = """</usr/share/alsa/alsa.conf>
pcm.ear {{ type plug slave.pcm {{
  type file; slave.pcm null; file /dev/null; infile "{raw}"; format raw }} }}
"""


def tone(seconds: float, db: float) -> bytes:
    """A sine of 660 Hz whose power is `db` of full scale."""
    peak = 32_768 * 10 ** (db / 20) * math.sqrt(2)
    samples = [
        round(peak * math.sin(2 * math.pi * 660 * n / RATE)) for n in range(int(seconds * RATE))
    ]
    return struct.pack(f"<{len(samples)}h", *samples)


class TwoEars:
    """arecord, first on a file with the hall before, then on one with the announcement."""

    def __init__(self, quiet: float, loud: float, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._confs = []
        for name, db in (("quiet", quiet), ("loud", loud)):
            raw = folder / f"{name}.raw"
            raw.write_bytes(tone(8, db))
            conf = folder / f"{name}.conf"
            conf.write_text(CONF.format(raw=raw))
            self._confs.append(conf)

    async def loudest(self, seconds: int) -> float:
        self._patch.setenv("ALSA_CONFIG_PATH", str(self._confs.pop(0)))
        return await ArecordEar("ear").loudest(seconds)


@pytest.fixture(params=["fake", "arecord"])
def ear(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ear]:
    if request.param == "fake":
        return FakeEar
    return lambda quiet, loud: TwoEars(quiet, loud, tmp_path, monkeypatch)


async def checked(ear: Ear, tmp_path: Path) -> tuple[bool | None, list[tuple[str, str]]]:
    """The check's outcome, and the announcer's states and codes."""
    hall = Hall()
    announcing = voice(hall, tmp_path, fake_players(), FakeSynth())
    async with running(announcing):
        outcome = await SoundCheck(announcing, {"main": ear}).check("main")
    return outcome, [(state, code) for _, state, code in hall.health.notes]


async def test_a_loudspeaker_that_stands_out_of_the_hall_is_heard(ear, tmp_path: Path):
    outcome, notes = await checked(ear(-50.0, -20.0), tmp_path)
    assert outcome is True
    assert notes == [(HealthState.OK, "")]


async def test_a_muted_amplifier_is_found_by_one_check(ear, tmp_path: Path):
    outcome, notes = await checked(ear(-50.0, -49.0), tmp_path)
    assert outcome is False
    assert notes[-1] == (HealthState.CRITICAL, "muted")


async def test_a_noisy_hall_does_not_pass_for_the_loudspeaker(ear, tmp_path: Path):
    outcome, _ = await checked(ear(-12.0, -10.0), tmp_path)
    assert outcome is False


async def test_an_ear_that_cannot_listen_says_nothing_about_the_loudspeaker(tmp_path: Path):
    ear = FakeEar(-50.0)
    ear.broken = True
    outcome, notes = await checked(ear, tmp_path)
    assert outcome is None
    assert notes == []


async def test_a_microphone_that_is_not_there_is_an_error_with_a_reason():
    with pytest.raises(EarError, match="no-such-ear"):
        await ArecordEar("no-such-ear").loudest(1)
    with pytest.raises(EarError, match="install alsa-utils"):
        await ArecordEar("ear", program="/no/such/arecord").loudest(1)


async def test_played_calls_do_not_end_a_mute_but_a_person_who_heard_the_test_does(tmp_path: Path):
    hall = Hall()
    await hall.staff()
    announcing = voice(hall, tmp_path, fake_players(), FakeSynth())
    check = SoundCheck(announcing, {"main": FakeEar(-50.0, -50.0)})
    async with running(announcing):
        await check.check("main")
        await announcing.say("test", "main")
        assert hall.health.notes[-1] == ("announcer", HealthState.CRITICAL, "muted")
        await check.judged_by("hoa", heard=True)
        assert hall.health.notes[-1] == ("announcer", HealthState.OK, "")
        await check.judged_by("hoa", heard=False)
        assert hall.health.notes[-1] == ("announcer", HealthState.CRITICAL, "muted")


def test_the_loudest_tenth_of_a_second_is_measured():
    silence = bytes(2 * RATE)
    assert loudest_db(silence) < -90
    assert loudest_db(b"") < -90
    assert loudest_db(silence + tone(0.1, -20.0) + silence) == pytest.approx(-20.0, abs=0.2)


@given(st.floats(-96, 0), st.floats(-96, 0))
def test_heard_means_loud_enough_and_louder_than_before(quiet: float, loud: float):
    assert heard(quiet, loud) == (loud >= FAINTEST_DB and loud - quiet >= MARGIN_DB)
    if heard(quiet, loud):
        assert heard(quiet, min(0.0, loud + 1))
