"""A channel that fails again and again rests, and is tried with one message at a time."""

from typing import Final

OPENS_AFTER: Final = 5
_FIRST_S: Final = 15.0
_LONGEST_S: Final = 300.0


class Circuit:
    """Closed, or open until a moment (monotonic seconds); then the next message is a trial."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def lets(self, now_s: float) -> bool:
        """Whether a message may be tried."""
        return now_s >= self._until

    @property
    def open(self) -> bool:
        """Whether it failed too often since it last worked."""
        return self._failures >= OPENS_AFTER

    def worked(self) -> bool:
        """It works; True when it did not before."""
        before, self._failures, self._until = self.open, 0, 0.0
        return before

    def failed(self, now_s: float) -> bool:
        """It failed; True when that opens it."""
        self._failures += 1
        beyond = self._failures - OPENS_AFTER
        if beyond >= 0:
            self._until = now_s + min(_FIRST_S * 2 ** min(beyond, 10), _LONGEST_S)
        return beyond == 0
