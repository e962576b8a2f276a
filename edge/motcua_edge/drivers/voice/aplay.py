"""The player aplay (ALSA), one process for each file, under a watchdog."""

import os
from pathlib import Path

from motcua_edge.drivers.voice.port import NoOutputError, PlayerHungError
from motcua_edge.drivers.voice.process import Ended, run
from motcua_edge.drivers.voice.sound import RATE, SoundError, wav_frames


class AplayPlayer:
    """Implements `Player`. `patience_s` is what it may take beyond the clip's own length."""

    def __init__(
        self, device: str = "default", *, program: str = "aplay", patience_s: float = 5.0
    ) -> None:
        self._device = device
        self._program = program
        self._patience_s = patience_s

    async def play(self, wav: Path) -> int:
        """Play and return the frames; NoOutputError and PlayerHungError as the port says.

        The frames are those of the file: aplay exits 0 only when the device took all of them.
        """
        try:
            frames = wav_frames(wav)
        except SoundError as error:
            raise NoOutputError(str(error)) from error
        ended = await self._run(wav, frames / RATE + self._patience_s)
        if ended.code:
            msg = f"{self._program} on {self._device}: exit code {ended.code}: {ended.err}"
            raise NoOutputError(msg)
        return frames

    async def _run(self, wav: Path, limit_s: float) -> Ended:
        argv = [self._program, "-q", "-D", self._device, str(wav)]
        try:
            # messages in English whatever the machine's language, for the operator's log
            return await run(argv, timeout_s=limit_s, env={**os.environ, "LC_ALL": "C"})
        except TimeoutError as error:
            msg = f"{self._program} on {self._device}: not done after {limit_s:.1f} s; killed"
            raise PlayerHungError(msg) from error
        except OSError as error:
            msg = f"{self._program}: {error}; install alsa-utils or name it in [voice] player"
            raise NoOutputError(msg) from error
