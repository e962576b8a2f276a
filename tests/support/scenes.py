"""A hall as a camera sees it, drawn: furniture, people, light, lens, sensor. Luma, 1280 x 720."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
WIDE, HIGH = 1280, 720
_MARGIN: Final = 300
"""Points drawn beyond each edge, so that a turned camera sees more of the hall."""


def hall(seed: int = 7) -> npt.NDArray[np.float32]:
    """The empty hall: walls, counters, seats, notices, (HIGH, WIDE + 2 margins)."""
    draw = np.random.default_rng(seed)
    wide = WIDE + 2 * _MARGIN
    picture = np.full((HIGH, wide), 168, np.uint8)
    picture[430:] = 118
    for x in range(40, wide - 140, 190):
        cv2.rectangle(picture, (x, 330), (x + 150, 450), float(draw.integers(40, 100)), -1)
        cv2.rectangle(picture, (x + 20, 350), (x + 70, 390), float(draw.integers(180, 235)), -1)
        cv2.putText(
            picture, str(draw.integers(1, 99)), (x + 40, 310), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 30, 4
        )
    for x in range(10, wide - 60, 74):
        shade = float(draw.integers(50, 90))
        for y in (520, 610):
            top = y + int(draw.integers(-6, 6))
            cv2.rectangle(picture, (x, top), (x + 52, top + 62), shade, -1)
            cv2.line(picture, (x, top + 20), (x + 52, top + 20), 205, 2)
    for _ in range(60):
        x, y = int(draw.integers(0, wide)), int(draw.integers(20, 230))
        w, h = int(draw.integers(12, 90)), int(draw.integers(12, 70))
        cv2.rectangle(picture, (x, y), (x + w, y + h), float(draw.integers(30, 240)), -1)
    return picture + np.linspace(-14, 14, wide, dtype=np.float32)[None, :]


_HALL: Final = hall()


def view(turned: int = 0) -> npt.NDArray[np.float32]:
    """What the lens sees; `turned` points to the right moves everything to the left."""
    return _HALL[:, _MARGIN + turned : _MARGIN + turned + WIDE].copy()


def with_people(picture: npt.NDArray[np.float32], count: int, seed: int) -> npt.NDArray[np.float32]:
    """The same with people standing about; another seed is another moment."""
    draw = np.random.default_rng(seed)
    busy = picture.copy()
    for _ in range(count):
        x, y = int(draw.integers(30, WIDE - 60)), int(draw.integers(300, 480))
        shade = float(draw.integers(20, 230))
        cv2.ellipse(busy, (x, y + 110), (34, 105), 0, 0, 360, shade, -1)
        cv2.circle(busy, (x, y), 24, float(draw.integers(120, 200)), -1)
    return busy


def sensed(
    picture: npt.NDArray[np.float32],
    seed: int,
    *,
    gain: float = 1.0,
    lift: float = 0.0,
    noise: float = 3.0,
) -> Picture:
    """What the sensor and its JPEG (quality 80) make of the light."""
    draw = np.random.default_rng(seed)
    light = picture * gain + lift + draw.normal(0, noise, picture.shape)
    coded = cv2.imencode(".jpg", light.clip(0, 255).astype(np.uint8), [1, 80])[1]
    return cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)


def defocused(picture: npt.NDArray[np.float32], radius: int) -> npt.NDArray[np.float32]:
    """Through a lens that spreads each point over `radius` points."""
    return cv2.GaussianBlur(picture, (0, 0), radius).astype(np.float32)


def flat_cover(level: float = 60.0) -> npt.NDArray[np.float32]:
    """A hand or a sheet right before the lens."""
    return np.full((HIGH, WIDE), level, np.float32)


def small(picture: Picture) -> Picture:
    """As it is analysed: 320 x 180."""
    return cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)


SCENES: Final = {
    "normal": lambda n: sensed(view(), n),
    "people": lambda n: sensed(with_people(view(), 12, n), n),
    "half light": lambda n: sensed(view(), n, gain=0.5),
    "night": lambda n: sensed(view(), n, gain=0.25, noise=8),
    "lights off": lambda n: sensed(view(), n, gain=0.04, noise=1.5),
    "lens cap": lambda n: sensed(flat_cover(0), n, noise=1.2),
    "covered": lambda n: sensed(flat_cover(), n),
    "overexposed": lambda n: sensed(view(), n, gain=1.9, lift=70),
    "defocus 2": lambda n: sensed(defocused(view(), 2), n),
    "defocus 4": lambda n: sensed(defocused(view(), 4), n),
    "defocus 8": lambda n: sensed(defocused(view(), 8), n),
    "moved 1 %": lambda n: sensed(view(13), n),
    "moved 5 %": lambda n: sensed(view(64), n),
    "moved 20 %": lambda n: sensed(view(256), n),
}
"""Every row of the separation table; the argument is the moment, for noise and people."""
