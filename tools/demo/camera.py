"""A camera for the demo: an invented hall, filmed, and shown by a small MJPEG server."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from demo.processes import free_port

NAME: Final = "sanh"
WIDTH, HEIGHT = 640, 360
_PROGRAM: Final = Path(__file__).with_name("mjpeg_camera.py")
_MOMENTS: Final = 7
_NOISE: Final = 3.0
Picture = npt.NDArray[np.float64]


def hall(moved: int = 0) -> Picture:
    """The hall: counters with their numbers, seats, notices; turned by `moved` points."""
    image = Image.new("L", (WIDTH, HEIGHT), 170)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    draw.rectangle((0, 215, WIDTH, HEIGHT), fill=120)
    for number in range(-2, 9):
        x = number * 96 + 12 - moved
        draw.rectangle((x, 160, x + 76, 222), fill=60)
        draw.rectangle((x + 10, 172, x + 40, 196), fill=210)
        draw.rectangle((x + 6, 40 + 7 * (number % 4), x + 58, 92), fill=60 + 23 * (number % 5))
        draw.text((x + 22, 118), str(number + 3), fill=25, font=font)
        for row in (262, 308):
            draw.rectangle((x, row, x + 30, row + 34), fill=70)
            draw.rectangle((x + 44, row + 4, x + 70, row + 36), fill=85)
    return np.asarray(image, np.float64)


def film(path: Path, picture: Picture, moments: int = _MOMENTS) -> Path:
    """Write a film of a still scene: each moment has the sensor's noise of its own."""
    draw = np.random.default_rng(7)
    frames = [picture + draw.normal(0, _NOISE, picture.shape) for _ in range(moments)]
    path.write_bytes(b"".join(f.clip(0, 255).astype(np.uint8).tobytes() for f in frames))
    return path


class DemoCamera:
    """The camera; `folder` keeps its films."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        cover = np.full((HEIGHT, WIDTH), 60.0)
        self._films = {
            "hall": film(folder / "hall.luma", hall()),
            "moved": film(folder / "moved.luma", hall(moved=64)),
            "covered": film(folder / "covered.luma", cover),
            "frozen": film(folder / "frozen.luma", hall(), moments=1),
        }
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where its pictures are."""
        return f"http://127.0.0.1:{self.port}/video"

    def start(self) -> None:
        """Switch it on; it shows the hall when this returns."""
        words = ("--port", str(self.port), "--show", str(self._films["hall"]))
        self._process = subprocess.Popen(
            [sys.executable, str(_PROGRAM), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._answer()

    def show(self, scene: str) -> None:
        """`hall`, `covered`, `moved` or `frozen`."""
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.write(f"show {self._films[scene]}\n")
            process.stdin.flush()
            self._answer()

    def _answer(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.readline()

    def close(self) -> None:
        """Switch it off; harmless when repeated."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
