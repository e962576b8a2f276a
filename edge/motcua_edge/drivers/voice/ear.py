"""What listens whether a loudspeaker is heard: a microphone in the hall, or a loop-back."""

import array
import math
import os
import sys
from typing import Final, Protocol

from motcua_edge.drivers.voice.process import run

_RATE: Final = 16_000
_WINDOW: Final = _RATE // 10
_FULL: Final = 32_768
_SILENCE_DB: Final = -96.0
_PATIENCE_S: Final = 3.0


class EarError(RuntimeError):
    """Nothing can be listened to; the message says why and what to look at."""


class Ear(Protocol):
    """Listens for a while. Only a level leaves it: nothing that was said is kept."""

    async def loudest(self, seconds: int) -> float:
        """The loudest tenth of a second within `seconds`, in dB of full scale (0 is the most).

        Raises:
            EarError: Nothing could be recorded.
        """
        ...


class FakeEar:
    """Implements `Ear`: hears what it was told to, in turn, then the last of it for ever."""

    def __init__(self, *levels: float) -> None:
        self._levels = list(levels)
        self.broken = False

    async def loudest(self, seconds: int) -> float:
        """The next level."""
        del seconds
        if self.broken:
            msg = "no microphone here"
            raise EarError(msg)
        return self._levels.pop(0) if len(self._levels) > 1 else self._levels[0]


class ArecordEar:
    """Implements `Ear` with ALSA's arecord, under a watchdog. The sound stays in memory."""

    def __init__(self, device: str, program: str = "arecord") -> None:
        self._device = device
        self._program = program

    async def loudest(self, seconds: int) -> float:
        """Record and measure."""
        told = ("-f", "S16_LE", "-r", str(_RATE), "-c", "1", "-t", "raw", "-d", str(seconds))
        argv = [self._program, "-q", "-D", self._device, *told]
        try:
            ended = await run(
                argv, timeout_s=seconds + _PATIENCE_S, env={**os.environ, "LC_ALL": "C"}
            )
        except TimeoutError as error:
            msg = f"{self._program} on {self._device}: not done in time; killed"
            raise EarError(msg) from error
        except OSError as error:
            msg = f"{self._program}: {error}; install alsa-utils"
            raise EarError(msg) from error
        if ended.code or len(ended.out) < _WINDOW:
            msg = f"{self._program} on {self._device}: exit code {ended.code}: {ended.err}"
            raise EarError(msg)
        return loudest_db(ended.out)


def loudest_db(raw: bytes) -> float:
    """The loudest tenth of a second of 16-bit little-endian mono samples, in dB of full scale."""
    samples = array.array("h", raw[: len(raw) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    windows = (samples[i : i + _WINDOW] for i in range(0, len(samples), _WINDOW))
    power = max((sum(s * s for s in w) / len(w) for w in windows), default=0.0)
    return 10 * math.log10(power / _FULL**2) if power else _SILENCE_DB
