"""Dry contacts on the controller's own pins, through gpiozero."""

from collections.abc import Iterable
from typing import Any, Literal

from motcua_edge.drivers.contacts.port import ContactsUnavailableError


class GpioContacts:
    """Implements `Contacts`: between a pin and ground, with the pin's own pull-up.

    Args:
        factory: `auto` for the pins of this machine, `mock` for pins that only tests move.
        pins: A gpiozero pin factory to use instead, for tests that drive the pins.
    """

    def __init__(self, factory: Literal["auto", "mock"] = "auto", pins: Any = None) -> None:  # noqa: ANN401  gpiozero has no types
        self._kind = factory
        self._factory = pins
        self._inputs: dict[int, Any] = {}

    def open(self, pins: Iterable[int]) -> None:
        """Take the pins; the library is loaded here, since most offices have no contacts."""
        from gpiozero import DigitalInputDevice, GPIOZeroError  # noqa: PLC0415

        try:
            factory = self._factory or _factory(self._kind)
            for pin in pins:
                self._inputs[pin] = DigitalInputDevice(pin, pull_up=True, pin_factory=factory)
        except (GPIOZeroError, OSError, ImportError) as error:
            self.close()
            msg = f"GPIO pins cannot be used: {error}"
            raise ContactsUnavailableError(msg) from error

    def closed(self, pin: int) -> bool:
        """Whether the pin is pulled to ground."""
        return bool(self._inputs[pin].is_active)

    def close(self) -> None:
        """Let the pins go."""
        for one in self._inputs.values():
            one.close()
        self._inputs = {}


def _factory(kind: str) -> Any:  # noqa: ANN401  gpiozero has no types
    if kind == "mock":
        from gpiozero.pins.mock import MockFactory  # noqa: PLC0415

        return MockFactory()
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415

    return LGPIOFactory()
