"""Keeping house: old rows go when they may, and a disk that fills up is told of in time."""

import asyncio
import logging
from typing import Final, Protocol

from motcua_contract.vocabulary import HealthState
from motcua_edge.journal import JournalBrokenError, JournalFullError
from motcua_edge.services.health import HealthBook

COMPONENT: Final = "controller"
LOW_BYTES: Final = 256 * 1024 * 1024
"""Less room than this is a problem: about a month of a busy office's events and sound."""
_LOG: Final = logging.getLogger(__name__)


class Keepable(Protocol):
    """What housekeeping needs of the journal."""

    async def maintain(self) -> int:
        """Purge what may go and lay the ballast again; returns the rows deleted."""
        ...

    def free_bytes(self) -> int:
        """Room on the journal's file system."""
        ...


class Housekeeping:
    """Run it as a task. A full disk is health; a broken one has already ended the process."""

    def __init__(self, journal: Keepable, health: HealthBook, every_s: float = 60.0) -> None:
        self._journal = journal
        self._health = health
        self._every_s = every_s

    async def run(self) -> None:
        """Keep house until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One round."""
        try:
            deleted = await self._journal.maintain()
        except JournalFullError:
            await self._say(HealthState.CRITICAL, "the disk is full; numbers cannot be recorded")
            return
        if deleted:
            _LOG.info("journal: %d rows older than their keep were purged", deleted)
        free = self._journal.free_bytes()
        if free < LOW_BYTES:
            await self._say(HealthState.PROBLEM, f"{free // 2**20} MiB free")
        else:
            await self._health.report(COMPONENT, HealthState.OK)

    async def _say(self, state: HealthState, detail: str) -> None:
        try:
            await self._health.report(COMPONENT, state, "disk_low", detail)
        except (JournalFullError, JournalBrokenError):
            # a disk that takes no row takes no row about itself either
            _LOG.critical("controller: %s", detail)
