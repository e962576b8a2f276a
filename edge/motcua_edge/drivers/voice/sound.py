"""Sound in memory: 22,050 Hz, 16-bit, mono, and the few things done to it.

Frames are kept as little-endian bytes, as in a WAV file. Arithmetic goes through `array`, which
uses the machine's own byte order: the machines this runs on (x86-64, ARM) are little-endian.
"""

import io
import math
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

import msgspec

RATE = 22_050
WIDTH = 2
PEAK = 32_767
_QUIET = 330
"""About -40 dB: softer than this before the first or after the last word is room, not speech."""
_BLOCK = RATE // 100


class SoundError(ValueError):
    """Bytes that are not a WAV of the one form used here; the message says what is wrong."""


class Sound(msgspec.Struct, frozen=True):
    """Mono frames of 16 bits at 22,050 Hz."""

    data: bytes

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return len(self.data) // WIDTH

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / RATE

    @property
    def peak(self) -> int:
        """The largest absolute sample, 0..32768."""
        return _loudest(array("h", self.data))


def _loudest(samples: "array[int]") -> int:
    if not samples:
        return 0
    lowest, highest = min(samples), max(samples)
    return max(-lowest, highest)


def silence(ms: int) -> Sound:
    """Nothing, for `ms` milliseconds."""
    return Sound(bytes(RATE * ms // 1000 * WIDTH))


def join(parts: Iterable[Sound]) -> Sound:
    """One after the other."""
    return Sound(b"".join(part.data for part in parts))


def normalised(sound: Sound, peak_db: float) -> Sound:
    """The same with its peak at `peak_db` below full scale; silence stays silence."""
    peak = sound.peak
    if not peak:
        return sound
    gain = PEAK * math.pow(10, peak_db / 20) / peak
    return Sound(array("h", [int(s * gain) for s in array("h", sound.data)]).tobytes())


def trimmed(sound: Sound) -> Sound:
    """Without the quiet blocks (10 ms) before the first and after the last loud one."""
    samples = array("h", sound.data)
    blocks = [samples[i : i + _BLOCK] for i in range(0, len(samples), _BLOCK)]
    loud = [i for i, block in enumerate(blocks) if _loudest(block) > _QUIET]
    if not loud:
        return Sound(b"")
    return Sound(samples[loud[0] * _BLOCK : (loud[-1] + 1) * _BLOCK].tobytes())


def decode_wav(data: bytes) -> Sound:
    """Read a WAV; the sizes in its header may be those of a stream that never ends.

    Raises:
        SoundError: Not a WAV, or not 22,050 Hz, 16-bit, mono.
    """
    try:
        with wave.open(io.BytesIO(data)) as reader:
            form = (reader.getframerate(), reader.getsampwidth(), reader.getnchannels())
            frames = reader.readframes(reader.getnframes())
    except (wave.Error, EOFError) as error:
        msg = f"not a WAV: {error}"
        raise SoundError(msg) from error
    if form != (RATE, WIDTH, 1):
        msg = f"{form[0]} Hz, {form[1] * 8}-bit, {form[2]} channels; {RATE} Hz, 16-bit, 1 is needed"
        raise SoundError(msg)
    return Sound(frames[: len(frames) // WIDTH * WIDTH])


def write_wav(path: Path, sound: Sound) -> Path:
    """Write a WAV file; returns its path. Raises OSError.

    An old file of that name is written over, not emptied first: giving its room back and taking it
    again costs most of the time that a call waits for its file.
    """
    with path.open("r+b" if path.exists() else "wb") as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(WIDTH)
            writer.setframerate(RATE)
            writer.setnframes(sound.frames)
            writer.writeframesraw(sound.data)
        file.truncate()
    return path


def wav_frames(path: Path) -> int:
    """Frames of a WAV file; raises SoundError when it is none."""
    try:
        with wave.open(str(path), "rb") as reader:
            return reader.getnframes()
    except (wave.Error, EOFError, OSError) as error:
        msg = f"{path.name}: not a WAV: {error}"
        raise SoundError(msg) from error
