"""What one look at a camera's picture measures: numbers only, on a luma of 320 x 180 points."""

from enum import StrEnum
from typing import Final

import msgspec

WIDTH: Final = 320
HEIGHT: Final = 180
BRIGHT_ABOVE: Final = 245
"""Luma above which a point counts as overexposed."""


class Profile(StrEnum):
    """Cameras see differently by day and by night (infra-red): each has its own reference."""

    DAY = "day"
    NIGHT = "night"


class Box(msgspec.Struct, frozen=True):
    """A rectangle of the picture, in shares of its width and height (0 to 1)."""

    left: float
    top: float
    width: float
    height: float


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One picture as numbers.

    Attributes:
        mean: Mean luma, 0 to 255.
        std: Standard deviation of the luma.
        laplacian: Variance of the Laplacian: rises with sharpness and with contrast.
        bright: Share of points above `BRIGHT_ABOVE`, 0 to 1.
        flat: Share of the fullest of 32 histogram bins, 0 to 1.
        diff: Mean absolute difference to the look before, outside the clock that the camera
            writes into its picture; None at the first look.
        peak: Phase correlation with the reference picture, 0 to 1; None without a reference.
        dx: Shift against the reference in points of 320, right is positive; None as for `peak`.
        dy: The same, down is positive.
        captured_ms: The stream's own time of the picture, in ms from any origin.
    """

    mean: float
    std: float
    laplacian: float
    bright: float
    flat: float
    diff: float | None = None
    peak: float | None = None
    dx: int | None = None
    dy: int | None = None
    captured_ms: int = 0

    @property
    def sharpness(self) -> float:
        """Sharpness freed of contrast: half the light leaves it as it is, defocus does not."""
        return self.laplacian / self.std**2 if self.std > 0 else 0.0
