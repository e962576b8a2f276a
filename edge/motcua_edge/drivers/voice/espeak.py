"""The synthesiser espeak-ng: always there, never beautiful."""

import os

from motcua_edge.drivers.voice.port import SynthError
from motcua_edge.drivers.voice.process import Ended, run
from motcua_edge.drivers.voice.sound import Sound, SoundError, decode_wav, trimmed

_LANGUAGE_COLUMN = 1


class EspeakSynth:
    """Implements `Synth` with the program espeak-ng (`program` may be a path)."""

    def __init__(self, program: str = "espeak-ng", timeout_s: float = 5.0) -> None:
        self._program = program
        self._timeout_s = timeout_s
        self._known: frozenset[str] | None = None

    async def speak(self, text: str, *, voice: str, speed: int) -> Sound:
        """Say `text`, without the silence around it; raise SynthError."""
        await self._check_voice(voice)
        # the text goes through stdin: one that starts with a dash would be taken for an option
        ended = await self._run(
            "-v", voice, "-s", str(speed), "-b", "1", "--stdin", "--stdout", given=text.encode()
        )
        try:
            sound = trimmed(decode_wav(ended.out))
        except SoundError as error:
            msg = f"{self._program}: {error}; {ended.err}"
            raise SynthError(msg) from error
        if not sound.frames:
            msg = f"{self._program}: no sound for {text!r}"
            raise SynthError(msg)
        return sound

    async def _check_voice(self, voice: str) -> None:
        # an unknown voice is no error to espeak-ng: it exits 0 and reads with an English mouth
        if self._known is None:
            self._known = _languages((await self._run("--voices")).out)
        if voice not in self._known:
            msg = f"{self._program}: voice {voice!r} is not installed"
            raise SynthError(msg)

    async def _run(self, *options: str, given: bytes = b"") -> Ended:
        try:
            ended = await run(
                [self._program, *options], timeout_s=self._timeout_s, given=given, env=os.environ
            )
        except TimeoutError as error:
            msg = f"{self._program}: no answer within {self._timeout_s} s"
            raise SynthError(msg) from error
        except OSError as error:
            msg = f"{self._program}: {error}; install espeak-ng or name it in [voice] synth"
            raise SynthError(msg) from error
        if ended.code:
            msg = f"{self._program}: exit code {ended.code}: {ended.err}"
            raise SynthError(msg)
        return ended


def _languages(listing: bytes) -> frozenset[str]:
    """The language column of `espeak-ng --voices`."""
    rows = [line.split() for line in listing.decode("utf-8", "replace").splitlines()[1:]]
    return frozenset(row[_LANGUAGE_COLUMN] for row in rows if len(row) > _LANGUAGE_COLUMN)
