"""A player without a sound card: keeps the newest files that would have been heard."""

import asyncio
import shutil
from pathlib import Path

from motcua_edge.drivers.voice.port import NoOutputError
from motcua_edge.drivers.voice.sound import SoundError, wav_frames


class FilePlayer:
    """Implements `Player` by copying into `folder`, numbered from 000001; the newest `keep` stay.

    It does not take the time that sound takes: a call is over as soon as its file is written.
    """

    def __init__(self, folder: Path, keep: int = 40) -> None:
        self._folder = folder
        self._keep = keep
        self._number: int | None = None

    async def play(self, wav: Path) -> int:
        """Copy the file and return its frames; raise NoOutputError."""
        try:
            frames = wav_frames(wav)
            await asyncio.to_thread(self._copy, wav)
        except (SoundError, OSError) as error:
            msg = f"{self._folder}: {error}"
            raise NoOutputError(msg) from error
        return frames

    def _copy(self, wav: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number = (self._last() if self._number is None else self._number) + 1
        unfinished = self._folder / "unfinished"
        shutil.copyfile(wav, unfinished)
        unfinished.replace(self._folder / f"{self._number:06d}.wav")
        (self._folder / f"{self._number - self._keep:06d}.wav").unlink(missing_ok=True)

    def _last(self) -> int:
        numbers = [int(f.stem) for f in self._folder.glob("*.wav") if f.stem.isdecimal()]
        return max(numbers, default=0)
