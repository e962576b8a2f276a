"""Buttons on the controller's own pins, through gpiozero.

The library is loaded by `open`: most offices have no buttons, and it holds three megabytes.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

from motcua_edge.drivers.buttons.port import ButtonsUnavailableError, OnEdge


class GpioButtons:
    """Implements `ButtonBoard`. A button connects its pin to ground; the pull-up is internal.

    Args:
        factory: `auto` for the pins of this machine, `mock` for pins that only tests move.
        pins: A gpiozero pin factory to use instead, for tests that drive the pins.
    """

    def __init__(self, factory: Literal["auto", "mock"] = "auto", pins: Any = None) -> None:  # noqa: ANN401  gpiozero has no types
        self._kind = factory
        self._factory = pins
        self._buttons: list[Any] = []
        self._on_edge: OnEdge | None = None

    def open(self, pins: Iterable[int], on_edge: OnEdge) -> None:
        """Watch the pins; raises ButtonsUnavailableError."""
        from gpiozero import GPIOZeroError  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        self._on_edge = on_edge
        try:
            if self._factory is None:
                self._factory = _factory(self._kind)
            for pin in pins:
                self._watch(pin, loop)
        except (GPIOZeroError, OSError, ImportError) as error:
            self.close()
            msg = f"GPIO pins cannot be used: {error}"
            raise ButtonsUnavailableError(msg) from error

    def close(self) -> None:
        """Let the pins go."""
        self._on_edge = None
        for button in self._buttons:
            button.when_activated = button.when_deactivated = None
            button.close()
        self._buttons = []

    def _watch(self, pin: int, loop: asyncio.AbstractEventLoop) -> None:
        from gpiozero import DigitalInputDevice  # noqa: PLC0415

        # gpiozero's own bounce_time is ignored by its mock pins; debouncing is done in one place.
        # Its Button has a thread for holding, which makes closing wait up to a second: not needed.
        button = DigitalInputDevice(pin, pull_up=True, bounce_time=None, pin_factory=self._factory)
        # kept in a list: a button that is garbage collected lets its pin go without a word
        self._buttons.append(button)
        button.when_activated = partial(self._edge, loop, pin, True)
        button.when_deactivated = partial(self._edge, loop, pin, False)
        if button.is_active:
            self._edge(loop, pin, True)

    def _edge(self, loop: asyncio.AbstractEventLoop, pin: int, pressed: bool, *_: object) -> None:
        """Runs in gpiozero's thread."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, pin, pressed)

    def _tell(self, pin: int, pressed: bool) -> None:
        if self._on_edge is not None:
            self._on_edge(pin, pressed)


def _factory(kind: str) -> Any:  # noqa: ANN401  gpiozero has no types
    if kind == "mock":
        from gpiozero.pins.mock import MockFactory  # noqa: PLC0415

        return MockFactory()
    # importing lgpio makes a FIFO in the working directory (or in LG_WD): only when it is needed
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415

    return LGPIOFactory()
