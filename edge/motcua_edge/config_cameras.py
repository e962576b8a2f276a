"""The cameras' part of the agent's configuration."""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Span = Annotated[
    str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]\Z")
]
CameraName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,23}\Z")]


class CameraBox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rectangle of the picture, in shares of its width and height."""

    left: Share
    top: Share
    width: Share
    height: Share


class CameraSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera; its component is `camera-NAME`.

    `source` is an RTSP address, an HTTP address of MJPEG, or a V4L2 device. `login_file` holds one
    line, `user:password`, and keeps it out of this file.
    """

    name: CameraName
    source: Annotated[
        str, msgspec.Meta(pattern=r"^(rtsps?://|https?://|/dev/)[^\s]+\Z", max_length=500)
    ]
    login_file: str = ""
    lighting: tuple[Span, ...] = ()
    clock: tuple[CameraBox, ...] = ()
    privacy: tuple[CameraBox, ...] = ()
    every_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 10.0
    keep_hours: Annotated[int, msgspec.Meta(ge=1, le=2160)] = 72
    memory_mb: Annotated[int, msgspec.Meta(ge=256, le=4096)] = 768

    def __repr__(self) -> str:
        """Without the source, which may hold a password."""
        return f"CameraSection(name={self.name!r})"

    def __post_init__(self) -> None:
        """A login belongs into an address, and into one place only."""
        if not self.login_file:
            return
        if "://" not in self.source:
            msg = "login_file: a device has no login"
            raise ValueError(msg)
        if "@" in urlsplit(self.source).netloc:
            msg = "login_file: the source names a user already; name it in one place"
            raise ValueError(msg)
