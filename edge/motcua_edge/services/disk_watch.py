"""A disk that fills up is told of in time, before the journal needs its ballast."""

import asyncio
from collections.abc import Callable
from typing import Final

from motcua_contract.vocabulary import HealthState
from motcua_edge.services.health import HealthBook

COMPONENT: Final = "controller"
LOW_BYTES: Final = 256 * 1024 * 1024
"""Less room than this is a problem: about a month of a busy office's events and sound."""


class DiskWatch:
    """Reports the component `controller`; run it as a task.

    Args:
        free_bytes: Room on the file system of the state directory.
        health: Told of every look; only changes are recorded.
        every_s: Between looks.
    """

    def __init__(
        self, free_bytes: Callable[[], int], health: HealthBook, every_s: float = 5.0
    ) -> None:
        self._free_bytes = free_bytes
        self._health = health
        self._every_s = every_s

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look."""
        free = self._free_bytes()
        if free < LOW_BYTES:
            detail = f"less than {LOW_BYTES // 2**20} MiB free; delete files or use a larger disk"
            await self._health.report(COMPONENT, HealthState.PROBLEM, "disk_low", detail)
        else:
            await self._health.report(COMPONENT, HealthState.OK)
