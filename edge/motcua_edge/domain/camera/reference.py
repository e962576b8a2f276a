"""How sharp a camera's good picture is: learnt over 24 hours of good looks, then it stands."""

from statistics import median
from typing import Final

import msgspec

FIRST: Final = 6
"""Looks that are all taken; with them the reference can be used."""
EVERY: Final = 30
"""After those, one look in so many is taken: every five minutes."""
FULL: Final = 288
"""Samples of 24 hours of good looks: the reference is learnt."""


class Sample(msgspec.Struct, frozen=True):
    """One good look: its sharpness, and its standard deviation."""

    sharpness: float
    std: float


class Reference(msgspec.Struct, frozen=True):
    """The sharpness of one profile. `looks` counts the good looks it was offered."""

    samples: tuple[Sample, ...] = ()
    looks: int = 0

    @property
    def learning(self) -> bool:
        """Whether good looks still flow in; afterwards only a technician's wish begins anew."""
        return len(self.samples) < FULL

    @property
    def sharpness(self) -> float | None:
        """The median of the samples; None while there are too few."""
        known = len(self.samples) >= FIRST
        return median(sample.sharpness for sample in self.samples) if known else None

    @property
    def std(self) -> float | None:
        """The median contrast; None as for `sharpness`."""
        known = len(self.samples) >= FIRST
        return median(sample.std for sample in self.samples) if known else None

    def offered(self, sample: Sample) -> "Reference":
        """The reference after one more good look."""
        if not self.learning:
            return self
        take = self.looks < FIRST or self.looks % EVERY == 0
        return Reference((*self.samples, sample) if take else self.samples, self.looks + 1)


class References(msgspec.Struct, frozen=True):
    """Both profiles of a camera, as they are kept on the disk."""

    day: Reference = Reference()
    night: Reference = Reference()
