"""Sound in memory, chimes, cache and voice packs."""

import logging
import os
import wave

import pytest

from motcua_edge.drivers.voice import (
    CALL,
    RATE,
    RECALL,
    ClipMissingError,
    ClipPack,
    PackError,
    Sound,
    SoundCache,
    SoundError,
    chime,
    join,
    normalised,
    silence,
    write_wav,
)
from motcua_edge.drivers.voice.sound import decode_wav, trimmed, wav_frames
from support.sound import listen, samples_of


def beep(frames=2205, level=8000):
    return Sound(
        b"".join(
            (level if i % 50 < 25 else -level).to_bytes(2, "little", signed=True)
            for i in range(frames)
        )
    )


def test_a_wav_comes_back_as_it_was_written(tmp_path):
    path = write_wav(tmp_path / "a.wav", beep())
    assert decode_wav(path.read_bytes()) == beep()
    assert wav_frames(path) == 2205


def test_a_shorter_sound_over_a_longer_one_leaves_nothing_of_it(tmp_path):
    path = write_wav(tmp_path / "a.wav", join([beep(), beep()]))
    write_wav(path, beep())
    assert decode_wav(path.read_bytes()) == beep()
    assert path.read_bytes() == write_wav(tmp_path / "b.wav", beep()).read_bytes()


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(44_100, 2, 1), (RATE, 1, 1), (RATE, 2, 2)]
)
def test_a_wav_of_another_form_is_refused_with_its_form(tmp_path, rate, width, channels):
    path = tmp_path / "b.wav"
    with wave.open(str(path), "wb") as writer:
        writer.setparams((channels, width, rate, 0, "NONE", "none"))
        writer.writeframes(bytes(400))
    with pytest.raises(SoundError, match=f"{rate} Hz, {width * 8}-bit, {channels} channels"):
        decode_wav(path.read_bytes())


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a sound at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_bytes_that_are_no_wav_are_refused(data):
    with pytest.raises(SoundError, match="not a WAV"):
        decode_wav(data)


def test_normalising_moves_the_peak_and_leaves_silence_alone():
    assert listen(normalised(beep(), -6)).peak == pytest.approx(10 ** (-6 / 20), abs=0.001)
    assert normalised(silence(10), -3) == silence(10)
    assert normalised(Sound(b""), -3) == Sound(b"")


def test_the_loudest_negative_sample_is_normalised_without_overflow():
    lowest = Sound((-32768).to_bytes(2, "little", signed=True) * 100)
    assert samples_of(normalised(lowest, 0)).min() == -32767


def test_joining_adds_frames():
    assert join([beep(), silence(100), beep()]).frames == 2205 * 3


def test_trimming_takes_the_room_and_leaves_the_word():
    padded = join([silence(500), beep(), silence(300), beep(), silence(700)])
    assert trimmed(padded).seconds == pytest.approx(0.1 + 0.3 + 0.1, abs=0.025)
    assert trimmed(silence(200)) == Sound(b"")


def test_chimes_are_tones_and_differ():
    call, recall = chime(CALL, -3), chime(RECALL, -3)
    for sound in (call, recall):
        ear = listen(sound)
        assert ear.sound
        assert ear.voiced == 1.0
        assert not ear.speech
        assert ear.peak == pytest.approx(10 ** (-3 / 20), abs=0.001)
    assert call.frames != recall.frames


class TestCache:
    def test_what_was_put_comes_back(self, tmp_path):
        SoundCache(tmp_path / "deep" / "cache").put("a", beep())
        assert SoundCache(tmp_path / "deep" / "cache").get("a") == beep()
        assert SoundCache(tmp_path / "deep" / "cache").get("b") is None

    def test_a_torn_file_is_thrown_away(self, tmp_path):
        cache = SoundCache(tmp_path)
        cache.put("a", beep())
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:-2] + b"\0\0")
        assert cache.get("a") is None
        assert list(tmp_path.iterdir()) == []

    def test_the_least_recently_used_go_first(self, tmp_path):
        size = len(beep().data) + 4
        cache = SoundCache(tmp_path, max_bytes=4 * size)
        for index, key in enumerate("abcd"):
            cache.put(key, beep())
            newest = max(tmp_path.iterdir(), key=lambda f: f.stat().st_mtime_ns)
            os.utime(newest, ns=(index, index))
        assert cache.get("a") is not None
        cache.put("e", beep())
        assert [key for key in "abcde" if cache.get(key)] == ["a", "d", "e"]

    def test_it_never_grows_above_its_bound(self, tmp_path):
        cache = SoundCache(tmp_path, max_bytes=20_000)
        for index in range(30):
            cache.put(str(index), beep())
            assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= 20_000

    def test_a_disk_that_refuses_is_said_once_and_does_no_harm(self, tmp_path, caplog):
        (tmp_path / "file").write_text("no folder")
        cache = SoundCache(tmp_path / "file" / "cache")
        with caplog.at_level(logging.WARNING):
            cache.put("a", beep())
            cache.put("b", beep())
        assert cache.get("a") is None
        assert len(caplog.records) == 1


class TestPack:
    def make(self, folder, manifest='name = "Giọng An"\n[clips]\ndigit-0 = "khong.wav"\n'):
        folder.mkdir(exist_ok=True)
        (folder / "pack.toml").write_text(manifest, encoding="utf-8")
        write_wav(folder / "khong.wav", join([silence(200), beep(), silence(100)]))
        return folder

    def test_a_clip_is_read_without_the_room_around_it(self, tmp_path):
        assert ClipPack(self.make(tmp_path / "p")).clip("digit-0").seconds == pytest.approx(
            0.1, abs=0.02
        )

    def test_a_word_that_was_not_recorded_is_missing(self, tmp_path):
        with pytest.raises(ClipMissingError, match=r"Giọng An.*no clip 'digit-1'") as caught:
            ClipPack(self.make(tmp_path / "p")).clip("digit-1")
        assert caught.value.code == "clip_missing"

    @pytest.mark.parametrize("body", [None, b"", b"noise", b"RIFF"])
    def test_a_recording_that_cannot_be_read_is_missing(self, tmp_path, body):
        folder = self.make(tmp_path / "p")
        if body is None:
            (folder / "khong.wav").unlink()
        else:
            (folder / "khong.wav").write_bytes(body)
        with pytest.raises(ClipMissingError, match=r"khong\.wav"):
            ClipPack(folder).clip("digit-0")

    def test_a_silent_recording_is_missing(self, tmp_path):
        folder = self.make(tmp_path / "p")
        write_wav(folder / "khong.wav", silence(300))
        with pytest.raises(ClipMissingError, match="silent"):
            ClipPack(folder).clip("digit-0")

    @pytest.mark.parametrize(
        "manifest",
        [
            "",
            'name = "x"',
            'name = "x"\n[clips]\ndigit-0 = "../secret.wav"\n',
            'name = "x"\n[clips]\ndigit-0 = "/etc/a.wav"\n',
            'name = "x"\n[clips]\nDIGIT = "a.wav"\n',
            'name = "x"\nspeed = 3\n[clips]\ndigit-0 = "a.wav"\n',
            "name = ",
        ],
    )
    def test_a_wrong_manifest_is_refused_by_its_path(self, tmp_path, manifest):
        with pytest.raises(PackError, match=r"pack\.toml"):
            ClipPack(self.make(tmp_path / "p", manifest))

    def test_a_folder_without_manifest_is_no_pack(self, tmp_path):
        with pytest.raises(PackError, match=r"pack\.toml"):
            ClipPack(tmp_path)

    def test_a_new_recording_changes_the_fingerprint(self, tmp_path):
        folder = self.make(tmp_path / "p")
        before = ClipPack(folder).fingerprint
        assert ClipPack(folder).fingerprint == before
        write_wav(folder / "khong.wav", beep(9000))
        assert ClipPack(folder).fingerprint != before
