"""Contacts that are moved by hand."""

from collections.abc import Iterable

from motcua_edge.drivers.contacts.port import ContactsUnavailableError


class FakeContacts:
    """Implements `Contacts`. It never bounces. `broken` makes `open` fail."""

    def __init__(self) -> None:
        self.is_closed: dict[int, bool] = {}
        self.broken = False

    def open(self, pins: Iterable[int]) -> None:
        """Take the pins; they are open until moved."""
        if self.broken:
            msg = "no pins here"
            raise ContactsUnavailableError(msg)
        self.is_closed = {pin: self.is_closed.get(pin, False) for pin in pins}

    def closed(self, pin: int) -> bool:
        """As it was moved."""
        return self.is_closed[pin]

    def move(self, pin: int, *, closed: bool) -> None:
        """Close or open a contact."""
        self.is_closed[pin] = closed

    def close(self) -> None:
        """Let the pins go."""
        self.is_closed = {}
