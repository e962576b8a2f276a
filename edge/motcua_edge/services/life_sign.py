"""A sign of life to the service manager, as long as the office can really work."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from motcua_edge.drivers.systemd import Manager

_LOG: Final = logging.getLogger(__name__)
_SHARE: Final = 3
"""Signs go three times as often as they must."""


class LifeSign:
    """Run it as a task. A loop that hangs, or an office that cannot work, sends no sign.

    Args:
        manager: The service manager.
        works: Whether what must work works: a reason why not, or an empty text.
    """

    def __init__(self, manager: Manager, works: Callable[[], str]) -> None:
        self._manager = manager
        self._works = works
        self._why = ""

    async def run(self) -> None:
        """Say ready, then give signs until cancelled, then say that the end has begun."""
        self._manager.tell("READY=1")
        try:
            while True:
                self.step()
                await asyncio.sleep((self._manager.watchdog_s or 30.0) / _SHARE)
        finally:
            self._manager.tell("STOPPING=1")

    def step(self) -> None:
        """One sign, or the reason why there is none; said once."""
        why = self._works()
        if why and why != self._why:
            _LOG.error("no sign of life to the service manager: %s", why)
        self._why = why
        if not why:
            self._manager.tell("WATCHDOG=1", "STATUS=the office is open")
