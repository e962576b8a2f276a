"""What a printer needs of its cable, and the two ways in which a cable fails."""

from typing import Protocol


class LinkDownError(Exception):
    """The connection cannot be opened or is gone."""


class LinkStalledError(Exception):
    """The other side takes no more bytes within the write timeout."""


class Link(Protocol):
    """A connection in both directions, blocking with timeouts; used by one thread only.

    Attributes:
        reports: Whether anything ever comes back on it.
        keep_open: Whether it stays open between jobs.
    """

    @property
    def reports(self) -> bool:
        """Whether anything ever comes back."""
        ...

    @property
    def keep_open(self) -> bool:
        """Whether it stays open between jobs."""
        ...

    def open(self) -> None:
        """Connect; does nothing when open. Raises LinkDownError."""
        ...

    def write(self, data: bytes) -> None:
        """Hand over all bytes; raises LinkStalledError without progress, LinkDownError when cut."""
        ...

    def read(self, timeout: float) -> bytes:
        """Whatever comes within `timeout` seconds, b"" for silence; raises LinkDownError."""
        ...

    def drop_unsent(self) -> None:
        """Forget bytes that still wait on this side; never raises."""
        ...

    def close(self) -> None:
        """Disconnect; never raises, harmless when repeated."""
        ...
