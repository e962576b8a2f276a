"""Time passing: expiries every second, and a record of every clock that jumps or gains trust."""

import asyncio
import logging
from typing import Final

from motcua_edge.domain.commands import Command, RecordClock, Tick
from motcua_edge.domain.model import Instant
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.office import OfficeService

JUMP_MS: Final = 2000
"""A wall clock that moved this much against the boot-time clock between two looks has jumped."""
_LOG: Final = logging.getLogger(__name__)


class Clockwork:
    """Ticks the office. `run` never returns: its end, like any core task's, ends the process."""

    def __init__(self, office: OfficeService, every_s: float = 1.0) -> None:
        self._office = office
        self._every_s = every_s
        self._seen = office.now()

    async def run(self) -> None:
        """Look and tick for ever."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look. The jump is recorded first, or the tick would end what has not run out."""
        await self._look()
        await self._execute(Tick())

    async def _look(self) -> None:
        before, now = self._seen, self._office.now()
        self._seen = now
        jump = _jump(before, now)
        if jump == 0 and before.clock is now.clock:
            return
        _LOG.warning("clock: %s to %s, jumped by %d ms", before.clock, now.clock, jump)
        await self._execute(RecordClock(before=before.clock.value, jump_ms=jump))

    async def _execute(self, command: Command) -> None:
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.NO_CHANGE:
                raise


def _jump(before: Instant, now: Instant) -> int:
    """How far the wall clock left the boot-time clock, in ms; 0 for the usual slewing."""
    moved = (now.wall - before.wall) - (now.mono - before.mono)
    return moved if abs(moved) > JUMP_MS else 0
