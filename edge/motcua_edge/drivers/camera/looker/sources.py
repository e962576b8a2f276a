"""Opening a camera's stream, and what its failures are called."""

from typing import Final

import av
import av.error
from av.container import InputContainer

from motcua_edge.drivers.camera.port import Settings

_ANALYSE: Final = {"analyzeduration": "500000"}
"""Microseconds of stream that FFmpeg looks at before it begins; it would take five seconds."""
_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (av.error.HTTPUnauthorizedError, "the camera refuses user and password"),
    (av.error.HTTPForbiddenError, "the camera refuses this user"),
    (av.error.HTTPNotFoundError, "the camera knows no such stream"),
    (av.error.HTTPClientError, "the camera refuses the request"),
    (av.error.HTTPServerError, "the camera has an error of its own"),
    (av.error.ExitError, "no answer in time"),
    (av.error.TimeoutError, "no answer in time"),
    (av.error.ConnectionRefusedError, "connection refused"),
    (av.error.ConnectionResetError, "connection broken"),
    (av.error.BrokenPipeError, "connection broken"),
    (av.error.EOFError, "the stream ended"),
    (av.error.InvalidDataError, "no picture that can be read"),
    (av.error.FileNotFoundError, "no such device"),
    (av.error.PermissionError, "no permission to use the device"),
    (MemoryError, "the picture is too large for this controller"),
)


def said(error: Exception) -> str:
    """The failure in our own words: FFmpeg's would name the address with its password."""
    found = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
    return found or f"no picture ({type(error).__name__})"


def open_stream(settings: Settings) -> InputContainer:
    """Connect; raises av.error.FFmpegError."""
    scheme, mark, _ = settings.source.partition("://")
    form, options = _ways(scheme if mark else "")
    return av.open(
        settings.source,
        mode="r",
        format=form,
        options=options,
        timeout=(settings.open_s, settings.read_s),
    )


def _ways(scheme: str) -> tuple[str | None, dict[str, str]]:
    """FFmpeg's name of the format (None lets it find out) and its options."""
    if scheme in ("rtsp", "rtsps"):
        # TCP: what UDP loses looks like a broken camera
        return "rtsp", {"rtsp_transport": "tcp", "allowed_media_types": "video", **_ANALYSE}
    if scheme in ("http", "https"):
        # parts carry no time of their own: the time of arrival stands for it
        return "mpjpeg", {"use_wallclock_as_timestamps": "1", **_ANALYSE}
    return "v4l2", {}
