"""Writes the hub's acknowledgements into the journal, gathered, so that they cost few commits."""

import asyncio
from typing import Final

from motcua_edge.journal import Journal
from motcua_edge.services.uplink.sender import Progress

GATHER_S: Final = 0.2


class Ledger:
    """Acknowledgements may wait a moment: losing one costs a resend. A rewind does not wait."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: dict[str, Progress] = {}
        self._some = asyncio.Event()

    async def note(self, progress: Progress) -> None:
        """Remember progress; returns at once unless the hub has lost something."""
        if progress.rewound:
            self._waiting.pop(progress.jid, None)
            await self._journal.rewind(progress.jid, progress.upto, progress.safe)
            return
        self._waiting[progress.jid] = progress
        self._some.set()

    async def run(self) -> None:
        """Write what was noted, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_S)
            await self.flush()

    async def flush(self) -> None:
        """Write everything noted so far."""
        self._some.clear()
        waiting, self._waiting = self._waiting, {}
        await asyncio.gather(*(self._journal.ack(p.jid, p.upto, p.safe) for p in waiting.values()))
