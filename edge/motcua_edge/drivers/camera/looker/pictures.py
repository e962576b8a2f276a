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

_WIDEST: Final = 1280
_QUALITY: Final = 75


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
    if picture.width > _WIDEST:
        picture = picture.resize((_WIDEST, round(picture.height * _WIDEST / picture.width)))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
