"""The link to the hub as a component: told to staff, never to citizens, who need not care."""

import asyncio
from collections.abc import Callable
from typing import Final

from motcua_contract.vocabulary import HealthState
from motcua_edge.services.health import HealthBook

COMPONENT: Final = "link"
DOWN: Final = "down"


class LinkWatch:
    """Reports the component `link`; run it as a task.

    Args:
        online: Whether the uplink is connected to the hub's broker now.
        mono: Boot-time clock in ms.
        health: Told of transitions.
        settle_ms: A state must last this long before it is told, both ways: a connection that
            comes back at once was no outage, and one that holds for a moment is none yet.
        every_s: Between looks.
    """

    def __init__(
        self,
        *,
        online: Callable[[], bool],
        mono: Callable[[], int],
        health: HealthBook,
        settle_ms: int = 15_000,
        every_s: float = 1.0,
    ) -> None:
        self._online = online
        self._mono = mono
        self._health = health
        self._settle_ms = settle_ms
        self._every_s = every_s
        self._seen: bool | None = None
        self._since = mono()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look."""
        online, now = self._online(), self._mono()
        if online is not self._seen:
            self._seen, self._since = online, now
        if now - self._since >= self._settle_ms:
            await self._report(online=online)

    async def _report(self, *, online: bool) -> None:
        if online:
            await self._health.report(COMPONENT, HealthState.OK)
        else:
            detail = "no connection to the hub's broker; the office goes on and keeps its events"
            await self._health.report(COMPONENT, HealthState.PROBLEM, DOWN, detail)
