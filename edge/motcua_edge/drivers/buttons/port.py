"""Port of the push buttons wired to the controller."""

from collections.abc import Callable, Iterable
from typing import Protocol

OnEdge = Callable[[int, bool], None]
"""Called in the event loop's thread with the BCM pin and whether it is pressed now."""


class ButtonsUnavailableError(Exception):
    """The pins cannot be used: no GPIO here, a pin is taken, or no permission."""


class ButtonBoard(Protocol):
    """Buttons between a pin and ground. Edges are raw: one press may bounce into many."""

    def open(self, pins: Iterable[int], on_edge: OnEdge) -> None:
        """Watch `pins` (BCM numbers); must be called inside the event loop.

        A button that is down already gives an edge at once.

        Raises:
            ButtonsUnavailableError: None of the pins is watched then.
        """
        ...

    def close(self) -> None:
        """Let the pins go; no edge comes afterwards. Harmless when repeated."""
        ...
