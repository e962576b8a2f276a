"""Reference pictures: what the empty scene looks like, learnt from many pictures.

Each learnt picture moves every point by at most one step towards itself, so that the reference
tends to the median: people who walk through, or sit there for half an hour, fade out of it.
"""

import os
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from motcua_edge.domain.camera.look import HEIGHT, WIDTH, Profile
from motcua_edge.drivers.camera.looker import pixels
from motcua_edge.drivers.camera.looker.pixels import Luma, Mask

_KEEP_EVERY: Final = 60
"""Learnt pictures between two writes: the disk is a memory card."""
Spectrum = npt.NDArray[np.complex128]


class Reference:
    """The reference of one profile. `path` of None keeps it in memory only."""

    def __init__(self, path: Path | None, hidden: Mask) -> None:
        self._path = path
        self._hidden = hidden
        self._luma = _read(path)
        self._spectrum: Spectrum | None = None
        self._learnt = 0

    def spectrum(self) -> Spectrum | None:
        """What a look is compared with; None before the first picture."""
        if self._spectrum is None and self._luma is not None:
            self._spectrum = pixels.spectrum(self._luma)
        return self._spectrum

    def learn(self, luma: Luma) -> None:
        """Take one picture in; what is private never enters."""
        seen = luma.copy()
        seen[self._hidden] = int(luma.mean())
        if self._luma is None:
            self._luma = seen
        else:
            step = np.sign(seen.astype(np.int16) - self._luma)
            self._luma = (self._luma + step).astype(np.uint8)
        self._spectrum = None
        if self._path is not None and self._learnt % _KEEP_EVERY == 0:
            _write(self._path, self._luma)
        self._learnt += 1

    def forget(self) -> None:
        """Begin anew."""
        self._luma = self._spectrum = None
        self._learnt = 0
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def references(folder: str, hidden: Mask) -> dict[Profile, Reference]:
    """One per profile, read from `folder` where they are there."""
    base = Path(folder) if folder else None
    return {
        profile: Reference(base and base / f"reference-{profile}.luma", hidden)
        for profile in Profile
    }


def _read(path: Path | None) -> Luma | None:
    try:
        raw = path.read_bytes() if path else b""
    except OSError:
        return None
    # a torn file has another length; one that rotted inside only costs a false alarm
    if len(raw) != WIDTH * HEIGHT:
        return None
    return np.frombuffer(raw, np.uint8).reshape(HEIGHT, WIDTH)


def _write(path: Path, luma: Luma) -> None:
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(luma.tobytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
