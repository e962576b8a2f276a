"""Buttons that tests press. Edges come in the caller's own thread, never from another one."""

from collections.abc import Iterable

from motcua_edge.drivers.buttons.port import ButtonsUnavailableError, OnEdge


class FakeButtons:
    """Implements `ButtonBoard`. `missing` makes the next `open` fail."""

    def __init__(self) -> None:
        self.missing = False
        self._down: set[int] = set()
        self._watched: frozenset[int] = frozenset()
        self._on_edge: OnEdge | None = None

    def open(self, pins: Iterable[int], on_edge: OnEdge) -> None:
        """Watch the pins."""
        if self.missing:
            msg = "fake buttons: told to be missing"
            raise ButtonsUnavailableError(msg)
        self._watched = frozenset(pins)
        self._on_edge = on_edge
        for pin in sorted(self._down & self._watched):
            on_edge(pin, True)

    def close(self) -> None:
        """Let them go."""
        self._on_edge = None
        self._watched = frozenset()

    def press(self, pin: int) -> None:
        """The contact closes."""
        self._move(pin, pressed=True)

    def release(self, pin: int) -> None:
        """The contact opens."""
        self._move(pin, pressed=False)

    def _move(self, pin: int, *, pressed: bool) -> None:
        changed = pressed != (pin in self._down)
        self._down = self._down | {pin} if pressed else self._down - {pin}
        if changed and self._on_edge is not None and pin in self._watched:
            self._on_edge(pin, pressed)
