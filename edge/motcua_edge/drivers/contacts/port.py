"""What tells whether a dry contact is closed."""

from collections.abc import Iterable
from typing import Protocol


class ContactsUnavailableError(RuntimeError):
    """The pins cannot be used; the message says why."""


class Contacts(Protocol):
    """Contacts between a pin and ground, read when asked."""

    def open(self, pins: Iterable[int]) -> None:
        """Take the pins (BCM numbers); raises ContactsUnavailableError."""
        ...

    def closed(self, pin: int) -> bool:
        """Whether the contact on this pin is closed now."""
        ...

    def close(self) -> None:
        """Let the pins go; harmless when repeated."""
        ...
