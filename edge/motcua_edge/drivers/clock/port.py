"""Port of the clock."""

from typing import Protocol

from motcua_edge.domain.model import Instant


class Clock(Protocol):
    """Reads both clocks at once."""

    def now(self) -> Instant:
        """One reading, in ms; never raises: a clock that cannot be judged is `none`."""
        ...
