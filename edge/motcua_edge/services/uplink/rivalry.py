"""Another machine uses our certificate: take turns slowly instead of throwing each other out.

A broker lets one connection of a client id live and ends the older one. Two clones of a card that
both come back at once would take over from each other every second, and neither would get its
journal through. So whoever was thrown out stays away for a while, longer each time; both streams
still arrive in turns, and the hub tells the operators of the two.
"""

import logging
from collections.abc import Callable
from typing import Final

_LOG: Final = logging.getLogger(__name__)
WAITS_S: Final = (3.0, 15.0, 30.0, 60.0)
"""The first is short: a broker that is restarted in good order looks like a rival."""
_CERTAIN: Final = 2
FORGOTTEN_MS: Final = 15 * 60 * 1000
"""After so long without a take-over the other machine is taken to be gone."""


class Rivalry:
    """Counts take-overs of our name. `rng` gives 0..1."""

    def __init__(self, rng: Callable[[], float]) -> None:
        self.count = 0
        """Take-overs since the process started."""
        self._rng = rng
        self._in_a_row = 0
        self._last: int | None = None
        self._just_now = False

    def ended(self, now_ms: int, *, taken_over: bool) -> None:
        """A connection has ended, at `now_ms` of the boot-time clock."""
        self._just_now = taken_over
        if not taken_over:
            return
        if self._last is None or now_ms - self._last > FORGOTTEN_MS:
            self._in_a_row = 0
        self._last = now_ms
        self._in_a_row += 1
        if self._in_a_row == _CERTAIN:
            _LOG.warning("another machine connects with our certificate; taking turns with it")
        self.count += 1

    def wait_s(self) -> float:
        """How long to stay away at least; 0 unless the last connection was taken over."""
        if not self._just_now:
            return 0.0
        shortest = WAITS_S[min(self._in_a_row, len(WAITS_S)) - 1]
        return shortest * (1 + self._rng())
