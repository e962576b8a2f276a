"""Storing a picture: JPEG, what is private blackened, nothing but the picture inside."""

import hashlib
import io
import os
from pathlib import Path
from typing import Final

from av.video.frame import VideoFrame
from PIL import Image

from motcua_edge.domain.camera.look import Box
from motcua_edge.drivers.camera.looker import pixels
from motcua_edge.drivers.camera.port import Picture

_ATTEMPTS: Final = ((1280, 75), (960, 70), (640, 65), (640, 40), (320, 40))
"""Widest picture and JPEG quality, tried until it is small enough."""
MOST_BYTES: Final = 100 * 1024
"""With the answer to a command a picture must fit into one message."""


def store(frame: VideoFrame, path: Path, privacy: tuple[Box, ...]) -> Picture:
    """Write the picture to a new file that only the agent's user can read.

    Raises:
        OSError: It cannot be written, or is there already.
    """
    data = _jpeg(frame, privacy)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Picture(sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _jpeg(frame: VideoFrame, privacy: tuple[Box, ...]) -> bytes:
    points = frame.to_ndarray(format="rgb24").copy()
    points[pixels.mask(privacy, *points.shape[:2])] = 0
    picture = Image.fromarray(points)
    tried = (_packed(picture, *attempt) for attempt in _ATTEMPTS)
    return next((data for data in tried if len(data) <= MOST_BYTES), b"") or _packed(
        picture, 160, 30
    )


def _packed(picture: Image.Image, widest: int, quality: int) -> bytes:
    if picture.width > widest:
        picture = picture.resize((widest, round(picture.height * widest / picture.width)))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
