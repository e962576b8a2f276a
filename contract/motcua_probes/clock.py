"""Times of samples: the monotonic clock and one wall anchor per run (R5)."""

import time
import uuid
from typing import Final, Protocol

import msgspec

TOLERANCE_MS: Final = 2_000


class Clock(Protocol):
    """Both clocks, in ms."""

    def mono(self) -> int:
        """CLOCK_MONOTONIC: never steps, stands still while the machine sleeps."""

    def wall(self) -> int:
        """UTC."""


class SystemClock:
    """The machine's."""

    def mono(self) -> int:
        """CLOCK_MONOTONIC in ms."""
        return time.monotonic_ns() // 1_000_000

    def wall(self) -> int:
        """UTC ms."""
        return time.time_ns() // 1_000_000


class ClockStep(msgspec.Struct, frozen=True, kw_only=True):
    """The wall clock left the anchor's reckoning: a new run begins.

    Attributes:
        before: The moment as the old anchor reckons it, UTC ms.
        at: The same moment by the wall clock, the new anchor.
        run: The new run's id.
    """

    before: int
    at: int
    run: str

    @property
    def by(self) -> int:
        """How far it stepped, in ms; negative is backwards."""
        return self.at - self.before


class Anchor:
    """Reckons UTC by the monotonic clock.

    The wall clock is compared with the anchor, not with the reading before: many small steps
    cannot add up unseen.
    """

    def __init__(self, clock: Clock, tolerance: int = TOLERANCE_MS) -> None:
        self._clock = clock
        self._tolerance = tolerance
        self._mono, self._wall = clock.mono(), clock.wall()
        self.run = uuid.uuid4().hex

    def at(self, mono: int) -> int:
        """UTC ms of a reading of the monotonic clock."""
        return self._wall + mono - self._mono

    def now(self) -> int:
        """UTC ms now."""
        return self.at(self._clock.mono())

    def checked(self) -> ClockStep | None:
        """Anchor anew where the wall clock has stepped; the step is to be recorded."""
        mono, wall = self._clock.mono(), self._clock.wall()
        reckoned = self.at(mono)
        if abs(wall - reckoned) <= self._tolerance:
            return None
        self._mono, self._wall = mono, wall
        self.run = uuid.uuid4().hex
        return ClockStep(before=reckoned, at=wall, run=self.run)
