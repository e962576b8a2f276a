"""Sends away who takes too long to say what they want: a place is for requests, not for waiting."""

from collections.abc import Iterable
from typing import Final, Protocol

WHOLE_REQUEST_WITHIN_S: Final = 20.0


class Channel(Protocol):
    """A connection of waitress: its unfinished request, if any, and whether it shall end."""

    request: object
    will_close: bool


class SlowSenders:
    """Notes since when each connection has been in the middle of a request.

    Waitress drops a connection that is silent; one that trickles a byte now and then it would keep
    for ever.
    """

    def __init__(self, within_s: float = WHOLE_REQUEST_WITHIN_S) -> None:
        self._within_s = within_s
        self._since: dict[Channel, float] = {}

    def sweep(self, channels: Iterable[Channel], now: float) -> int:
        """Let go of whoever is too slow; `now` in seconds of any steady clock. Returns how many."""
        self._since = {c: self._since.get(c, now) for c in channels if c.request is not None}
        late = [c for c, since in self._since.items() if now - since >= self._within_s]
        for channel in late:
            channel.will_close = True
        return len(late)
