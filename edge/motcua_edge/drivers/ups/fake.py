"""A UPS in memory.

It cannot be slow, cannot lose its connection halfway through an answer, and says WAIT only when a
test writes it into the status; a real upsd does all three.
"""

import asyncio
from collections.abc import Mapping

from motcua_edge.drivers.ups.port import UpsError, UpsRefusedError


class FakeUps:
    """Answers with `variables`, or raises `error`; `ran` lists the commands it did."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables: dict[str, str] = dict(variables or {"ups.status": "OL"})
        self.offered: frozenset[str] = frozenset({"test.battery.start.quick"})
        self.error: UpsError | None = None
        self.ran: list[str] = []
        self.reads = 0

    async def read(self) -> Mapping[str, str]:
        """A copy of the variables."""
        self.reads += 1
        await self._answer()
        return dict(self.variables)

    async def commands(self) -> frozenset[str]:
        """What it offers."""
        await self._answer()
        return self.offered

    async def run(self, command: str) -> None:
        """Note the command, if it is offered."""
        await self._answer()
        if command not in self.offered:
            msg = "ERR CMD-NOT-SUPPORTED"
            raise UpsRefusedError(msg)
        self.ran.append(command)

    async def _answer(self) -> None:
        """Other tasks get a turn, as they would while upsd is asked."""
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
