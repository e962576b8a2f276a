"""Arithmetic on the picture: everything that a look measures."""

from typing import Final

import numpy as np
import numpy.typing as npt

from motcua_edge.domain.camera.look import BRIGHT_ABOVE, HEIGHT, WIDTH, Box

Luma = npt.NDArray[np.uint8]
"""(HEIGHT, WIDTH) points, 0 to 255, row by row from the top."""
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_BINS: Final = 32
_NEAR: Final = 2
"""The peak is gathered from so many points around the highest one: a shift is rarely whole."""
_WINDOW: Final[Floats] = np.outer(np.hanning(HEIGHT), np.hanning(WIDTH))
_TINY: Final = 1e-9


def mask(boxes: tuple[Box, ...], height: int = HEIGHT, width: int = WIDTH) -> Mask:
    """True inside any of the boxes; a point that a box touches belongs to it."""
    found = np.zeros((height, width), np.bool_)
    for box in boxes:
        top, bottom = _span(box.top, box.height, height)
        left, right = _span(box.left, box.width, width)
        found[top:bottom, left:right] = True
    return found


def _span(start: float, length: float, points: int) -> tuple[int, int]:
    end = min(start + length, 1.0)
    return int(max(start, 0.0) * points), int(np.ceil(end * points))


def laplacian(luma: Luma) -> float:
    """Variance of the Laplacian, edges left out."""
    points = luma.astype(np.int32)
    around = points[:-2, 1:-1] + points[2:, 1:-1] + points[1:-1, :-2] + points[1:-1, 2:]
    return float(np.var(around - 4 * points[1:-1, 1:-1]))


def bright(luma: Luma) -> float:
    """Share of points that are as good as white."""
    return float(np.mean(luma > BRIGHT_ABOVE))


def flat(luma: Luma) -> float:
    """Share of the fullest histogram bin."""
    counts = np.bincount(luma.ravel() // (256 // _BINS), minlength=_BINS)
    return float(counts.max() / luma.size)


def difference(one: Luma, other: Luma, where: Mask) -> float:
    """Mean absolute difference of the points in `where`; 0 if there are none."""
    apart = np.abs(one.astype(np.int16) - other.astype(np.int16))[where]
    return float(apart.mean()) if apart.size else 0.0


def spectrum(picture: npt.NDArray[np.number]) -> npt.NDArray[np.complex128]:
    """What `shift` compares: the windowed picture's spectrum."""
    points = np.asarray(picture, np.float64)
    return np.fft.rfft2((points - points.mean()) * _WINDOW)


def shift(
    reference: npt.NDArray[np.complex128], now: npt.NDArray[np.complex128]
) -> tuple[float, int, int]:
    """Peak (0 to 1) of the phase correlation, and by how many points (x, y) `now` has moved."""
    cross = now * np.conj(reference)
    size = np.abs(cross)
    surface = np.fft.irfft2(cross / np.maximum(size, _TINY), s=(HEIGHT, WIDTH))
    row, column = divmod(int(np.argmax(surface)), WIDTH)
    near = np.arange(-_NEAR, _NEAR + 1)
    peak = surface[np.ix_((row + near) % HEIGHT, (column + near) % WIDTH)].sum()
    return float(np.clip(peak, 0.0, 1.0)), _signed(column, WIDTH), _signed(row, HEIGHT)


def _signed(place: int, points: int) -> int:
    return place - points if place > points // 2 else place
