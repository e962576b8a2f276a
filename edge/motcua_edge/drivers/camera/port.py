"""Port of a camera: looks that are numbers, a reference picture, and pictures for the few."""

from pathlib import Path
from typing import Protocol

import msgspec

from motcua_edge.domain.camera.look import Box, Look, Profile


class CameraOfflineError(Exception):
    """No fresh picture: refused, silent, wrong password, broken stream.

    str() says which, in English, without address, user or password: it goes into the journal.
    """


class CameraDriverError(Exception):
    """Our own program that looks at the camera cannot be run; str() says why, as above."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to look at one camera.

    Attributes:
        source: `rtsp://`, `rtsps://`, `http://` or `https://` (MJPEG) address with user and
            password where needed, or a V4L2 device such as `/dev/video0`.
        login_file: File of one line, `user:password`, for the address; empty means none.
        folder: Where reference pictures are kept; empty keeps them in memory only.
        clock: Rectangles that the camera writes over (date, time), left out of comparisons.
        privacy: Rectangles that no stored picture shows.
        open_s: Patience with a connection.
        read_s: Patience with the next packet of a connection.
        fresh_s: Patience of one look with a picture newer than the last look's.
        answer_s: After so long without an answer the program is killed and started anew.
        memory_mb: Address space that the program may use.
    """

    source: str
    login_file: str = ""
    folder: str = ""
    clock: tuple[Box, ...] = ()
    privacy: tuple[Box, ...] = ()
    open_s: float = 5.0
    read_s: float = 5.0
    fresh_s: float = 8.0
    answer_s: float = 12.0
    memory_mb: int = 768

    def __repr__(self) -> str:
        """Without the source, which may hold a password."""
        return "Settings(source=…)"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A stored picture: JPEG, privacy rectangles blackened, no metadata."""

    sha256: str
    size: int


class Camera(Protocol):
    """One camera. Calls must not overlap; each ends within `Settings.answer_s` and a moment.

    All but `close` raise CameraOfflineError or CameraDriverError.
    """

    async def look(self, profile: Profile) -> Look:
        """Measure a picture that no earlier look has seen, against the profile's reference."""
        ...

    async def learn(self, profile: Profile) -> None:
        """Let the last look's picture flow into the profile's reference picture.

        The reference tends to the median of what it is given: who walks through it leaves no trace.
        """
        ...

    async def forget(self) -> None:
        """Drop the reference pictures of all profiles."""
        ...

    async def picture(self, path: Path) -> Picture:
        """Write the newest picture to `path` (mode 0600), which must not exist."""
        ...

    async def close(self) -> None:
        """Let go of the camera; harmless when repeated. The next call would open it again."""
        ...
