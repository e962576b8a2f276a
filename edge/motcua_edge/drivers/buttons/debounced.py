"""A board whose edges have been debounced, in the event loop."""

import asyncio
import math
from collections.abc import Callable, Iterable

from motcua_edge.drivers.buttons.debounce import Contact, Event, Rules, due, edge, settle
from motcua_edge.drivers.buttons.port import ButtonBoard

OnEvent = Callable[[int, Event], None]
"""Called with the BCM pin and what its button did."""


class DebouncedBoard:
    """Runs one `Contact` and one timer for each pin of a board."""

    def __init__(self, board: ButtonBoard, rules: Rules, on_event: OnEvent) -> None:
        self._board = board
        self._rules = rules
        self._on_event = on_event
        self._contacts: dict[int, Contact] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def open(self, pins: Iterable[int]) -> None:
        """Start; raises ButtonsUnavailableError. Must be called inside the event loop."""
        self._contacts = {pin: Contact() for pin in pins}
        self._board.open(self._contacts, self._edge)

    def close(self) -> None:
        """Stop; no event comes afterwards."""
        self._board.close()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._contacts = {}

    def _edge(self, pin: int, pressed: bool) -> None:
        contact = self._contacts.get(pin)
        if contact is None:
            return
        self._contacts[pin] = edge(contact, pressed, _now_ms())
        self._schedule(pin)

    def _schedule(self, pin: int) -> None:
        timer = self._timers.pop(pin, None)
        if timer is not None:
            timer.cancel()
        when = due(self._contacts[pin], self._rules)
        if when is not None:
            loop = asyncio.get_running_loop()
            self._timers[pin] = loop.call_at(when / 1000, self._settle, pin)

    def _settle(self, pin: int) -> None:
        self._contacts[pin], event = settle(self._contacts[pin], _now_ms(), self._rules)
        self._schedule(pin)
        if event is not None:
            self._on_event(pin, event)


def _now_ms() -> int:
    # rounded up: a timer may fire a fraction of a millisecond before the time it was set for
    return math.ceil(asyncio.get_running_loop().time() * 1000)
