"""How big a batch may be, so that on a slow line nothing waits long behind one."""

from typing import Final

from motcua_edge.services.uplink.batches import BODY_BYTES

SLOW_MS: Final = 1_000
QUICK_MS: Final = 250
SMALLEST: Final = 8 * 1024


class Pace:
    """Halves the size when a batch took the line for a second, doubles it when it is quick."""

    def __init__(self) -> None:
        self.max_bytes = BODY_BYTES

    def took(self, ms: int) -> None:
        """The broker answered a batch after `ms`."""
        if ms > SLOW_MS:
            self.slow()
        elif ms < QUICK_MS:
            self.max_bytes = min(BODY_BYTES, self.max_bytes * 2)

    def slow(self) -> None:
        """A batch was too much for the line."""
        self.max_bytes = max(SMALLEST, self.max_bytes // 2)
