"""Voices that are not there, for tests: they remember, fail and hang when told to."""

import asyncio
import math
from array import array
from pathlib import Path

from motcua_edge.drivers.voice.port import (
    ClipMissingError,
    NoOutputError,
    PlayerHungError,
    SynthError,
)
from motcua_edge.drivers.voice.sound import RATE, Sound, SoundError, decode_wav


class FakePlayer:
    """Implements `Player`. Keeps what it played; it cannot say whether anybody could hear it.

    `started` counts the files that began to play. `failing` refuses every file; `hanging` lets the
    next ones run into the watchdog. `gate`, when set to an Event, holds every file until it is set.
    """

    def __init__(self, patience_s: float = 0.05) -> None:
        self.played: list[Sound] = []
        self.failing = False
        self.hanging = False
        self.gate: asyncio.Event | None = None
        self.started = 0
        self._patience_s = patience_s

    async def play(self, wav: Path) -> int:
        """Keep the sound and return its frames."""
        try:
            sound = decode_wav(await asyncio.to_thread(wav.read_bytes))
        except (OSError, SoundError) as error:
            raise NoOutputError(str(error)) from error
        if self.failing:
            msg = "fake player: told to fail"
            raise NoOutputError(msg)
        self.started += 1
        await self._wait()
        self.played.append(sound)
        return sound.frames

    async def _wait(self) -> None:
        if self.hanging:
            try:
                async with asyncio.timeout(self._patience_s):
                    await asyncio.Event().wait()
            except TimeoutError as error:
                msg = "fake player: told to hang"
                raise PlayerHungError(msg) from error
        if self.gate is not None:
            await self.gate.wait()


class FakeSynth:
    """Implements `Synth` with a tone of 20 ms a letter. Nobody could understand it.

    Each text has its own pitch, so that two texts never sound the same. `texts` lists what was
    asked of it; `failing` makes it raise SynthError.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.failing = False

    async def speak(self, text: str, *, voice: str, speed: int) -> Sound:
        """A tone as long as the text."""
        if self.failing:
            msg = f"fake synthesiser: told to fail ({voice}, {speed})"
            raise SynthError(msg)
        self.texts.append(text)
        turn = 2 * math.pi * (200 + sum(text.encode()) % 400) / RATE
        count = RATE // 50 * len(text)
        return Sound(array("h", [int(8000 * math.sin(turn * i)) for i in range(count)]).tobytes())


class FakeClips:
    """Implements `Clips` from a dict of sounds."""

    def __init__(self, clips: dict[str, Sound]) -> None:
        self.clips = clips

    @property
    def fingerprint(self) -> str:
        """The names it has."""
        return ",".join(sorted(self.clips))

    def clip(self, key: str) -> Sound:
        """The sound of that name."""
        if key not in self.clips:
            msg = f"fake pack: no clip {key!r}"
            raise ClipMissingError(msg)
        return self.clips[key]
