"""Listening without ears: ALSA that writes to a file, and whether a sound is speech."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from motcua_edge.drivers.voice import RATE, Sound

ALSA_CONF = """\
</usr/share/alsa/alsa.conf>
pcm.!default {{ type plug; slave.pcm "tofile" }}
pcm.tofile {{ type file; slave.pcm "null"; file "|cat >> {raw}"; format "raw" }}
ctl.!default {{ type null }}
"""
_FRAME = RATE * 30 // 1000


def alsa_to_file(folder: Path) -> tuple[Path, Path]:
    """Write an ALSA configuration whose default device is a file: (configuration, raw file).

    The file grows with every process that plays; each one's frames are padded to a period.
    """
    raw, conf = folder / "played.raw", folder / "asound.conf"
    conf.write_text(ALSA_CONF.format(raw=raw), encoding="utf-8")
    return conf, raw


def program(path: Path, body: str) -> str:
    """Write an executable shell script and return its path."""
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@dataclass(frozen=True)
class Ear:
    """What a sound is like.

    Attributes:
        voiced: Share of the loud frames that have a pitch.
        spread: Standard deviation of the spectral centroid of the loud frames, in Hz.
        gaps: How many times loud turns into quiet.
        peak: Largest sample, 0 to 1.
        active: Share of frames that are loud.
    """

    voiced: float
    spread: float
    gaps: int
    peak: float
    active: float

    @property
    def speech(self) -> bool:
        """Speech has pitch most of the time, changes its colour, pauses, and does not clip."""
        return 0.5 < self.voiced < 0.97 and self.spread > 600 and self.gaps >= 3 and self.sound

    @property
    def sound(self) -> bool:
        """Loud enough to be heard and not clipped."""
        return 0.05 < self.peak < 0.99


def listen(sound: Sound) -> Ear:
    """Analyse a sound in frames of 30 ms."""
    samples = samples_of(sound).astype(np.float64) / 32768
    count = len(samples) // _FRAME
    frames = samples[: count * _FRAME].reshape(count, _FRAME)
    rms = np.sqrt((frames**2).mean(axis=1))
    loud = rms > max(rms.max(initial=0.0) * 0.05, 1e-4)
    heard = frames[loud]
    return Ear(
        voiced=float(np.mean([_pitched(f) for f in heard])) if len(heard) else 0.0,
        spread=float(np.std([_centroid(f) for f in heard])) if len(heard) else 0.0,
        gaps=int(((loud[:-1]) & (~loud[1:])).sum()),
        peak=float(np.abs(samples).max(initial=0.0)),
        active=float(loud.mean()) if count else 0.0,
    )


def samples_of(sound: Sound) -> npt.NDArray[np.int16]:
    """The frames as numbers."""
    return np.frombuffer(sound.data, dtype="<i2")


def _pitched(frame: npt.NDArray[np.float64]) -> bool:
    """Whether a frame repeats itself at some pitch of 70 to 400 Hz (autocorrelation)."""
    centred = frame - frame.mean()
    spectrum = np.fft.rfft(centred, 2 * len(centred))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: len(centred)]
    if correlation[0] <= 0:
        return False
    lags = correlation[RATE // 400 : RATE // 70] / correlation[0]
    return bool(lags.max(initial=0.0) > 0.3)


def _centroid(frame: npt.NDArray[np.float64]) -> float:
    spectrum = np.abs(np.fft.rfft(frame * np.hanning(len(frame))))
    total = spectrum.sum()
    return float((np.fft.rfftfreq(len(frame), 1 / RATE) * spectrum).sum() / total) if total else 0.0
