"""A camera without a lens, for tests and drills."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.drivers.camera.port import CameraDriverError, CameraOfflineError, Picture

GOOD: Final = Look(mean=130.0, std=44.0, laplacian=1400.0, bright=0.01, flat=0.15)
"""A sharp, living picture of an ordinary hall."""
_LIVING: Final = 0.9
_ANOTHER: Final = 60.0
"""Differences to the look before: of sensor noise, and of another scene."""
_JPEG: Final = b"\xff\xd8\xff\xd9"


class FakeCamera:
    """Looks are what the test puts into `scene`; each sees another moment of it.

    It cannot measure: shift and likeness to the reference are those of `scene` once something was
    learnt. It keeps no rectangles, no deadlines and no process, and its pictures are empty JPEGs.
    """

    def __init__(self, scene: Look = GOOD) -> None:
        self.scene = scene
        self._before = scene
        self.frozen = False
        self.offline = ""
        self.broken = ""
        self.learnt: set[Profile] = set()
        self.closed = 0
        self._seen = 0

    async def look(self, profile: Profile) -> Look:
        """See `Camera.look`."""
        self._check()
        self._seen += 1
        scene = self.scene
        diff = _ANOTHER if scene is not self._before else 0.0 if self.frozen else _LIVING
        self._before = scene
        known = profile in self.learnt
        return msgspec.structs.replace(
            scene,
            diff=None if self._seen == 1 else diff if scene.diff is None else scene.diff,
            peak=(0.95 if scene.peak is None else scene.peak) if known else None,
            dx=(scene.dx or 0) if known else None,
            dy=(scene.dy or 0) if known else None,
            captured_ms=self._seen * 10_000,
        )

    async def learn(self, profile: Profile) -> None:
        """See `Camera.learn`."""
        self._check(offline=False)
        if self._seen:
            self.learnt.add(profile)

    async def forget(self) -> None:
        """See `Camera.forget`."""
        self._check(offline=False)
        self.learnt.clear()

    async def picture(self, path: Path) -> Picture:
        """See `Camera.picture`."""
        self._check()
        await asyncio.to_thread(_write, path)
        return Picture(sha256=hashlib.sha256(_JPEG).hexdigest(), size=len(_JPEG))

    async def close(self) -> None:
        """See `Camera.close`."""
        self.closed += 1

    def _check(self, *, offline: bool = True) -> None:
        if self.broken:
            raise CameraDriverError(self.broken)
        if offline and self.offline:
            raise CameraOfflineError(self.offline)


def _write(path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        msg = f"the picture cannot be stored: {error.strerror}"
        raise CameraOfflineError(msg) from error
    with os.fdopen(handle, "wb") as file:
        file.write(_JPEG)
