"""What pings an address."""

from typing import Protocol


class PingUnavailableError(RuntimeError):
    """This program may not send pings here; the message says what to change."""


class Pinger(Protocol):
    """Sends one echo request."""

    async def ping(self, address: str, timeout_s: float) -> float | None:
        """The round trip in ms, or None when there was no answer in time.

        Raises:
            PingUnavailableError: Pings cannot be sent at all, whatever the address.
        """
        ...
