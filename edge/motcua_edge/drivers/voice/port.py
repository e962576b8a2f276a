"""Ports of the voice: what makes sound, what keeps recorded words, what plays."""

from pathlib import Path
from typing import ClassVar, Protocol

from motcua_edge.drivers.voice.sound import Sound


class VoiceError(Exception):
    """A rung of the voice that did not hold. `code` is the announcer's fault code."""

    code: ClassVar[str] = "no_output"


class SynthError(VoiceError):
    """The synthesiser is not there, has no such voice, gave no sound or did not end."""


class ClipMissingError(VoiceError):
    """The voice pack has no usable recording of a word."""

    code = "clip_missing"


class PlayerError(VoiceError):
    """The player could not give the sound to its device."""


class NoOutputError(PlayerError):
    """No such player or device, or the device refused."""


class PlayerHungError(PlayerError):
    """The player did not end in time and was killed."""

    code = "player_hung"


class Synth(Protocol):
    """Turns written Vietnamese into sound."""

    async def speak(self, text: str, *, voice: str, speed: int) -> Sound:
        """Say `text` (NFC) with `voice` at `speed` words a minute; raise SynthError."""
        ...


class Clips(Protocol):
    """Recorded words by key."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a recording changes; part of the name of what is kept in the cache."""
        ...

    def clip(self, key: str) -> Sound:
        """The recording of a word; raise ClipMissingError."""
        ...


class Player(Protocol):
    """Plays one file at a time into one zone."""

    async def play(self, wav: Path) -> int:
        """Play a WAV file to its end and return its frames.

        Raises:
            NoOutputError: Nothing could be played.
            PlayerHungError: It did not end; nothing is known of what was heard.
        """
        ...
