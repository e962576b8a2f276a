"""The first numbers after a start: not before the hub could say which ones it knows of.

A card that was wiped, or put back from an old image, believes that numbers are free which are on
paper already. The hub's answer to the first hello tells the highest ones (its `floor`). So a start
that may follow such a thing keeps whoever asks for a number waiting until that answer has come, for
a short time at most: an office without a hub must work, too.
"""

import asyncio
from typing import Final

WAIT_S: Final = 3.0
"""Longer than a slow line takes to answer; short for a citizen at a kiosk that just woke up."""


class FirstNumbers:
    """Closed until `open`, or until `within_s` after `arm`; never armed, it holds nobody."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def arm(self, within_s: float = WAIT_S) -> None:
        """Hold the first numbers from now on."""
        self._open.clear()
        asyncio.get_running_loop().call_later(within_s, self._open.set)

    def open(self) -> None:
        """The numbers are known as well as they can be."""
        self._open.set()

    async def wait(self) -> None:
        """Return when a number may be given out."""
        await self._open.wait()
