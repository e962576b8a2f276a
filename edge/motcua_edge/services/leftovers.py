"""Components that an earlier start knew and this one does not: nobody speaks for them any more."""

import asyncio
from typing import Final

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService

GRACE_S: Final = 600.0
"""The slowest device has said something by then."""


class Leftovers:
    """Says that what was taken out of the configuration is not used. Run it beside the others.

    Without it the last word of a camera that was removed would stand for ever, here and at the
    hub: a fault that nobody can mend.

    Args:
        office: Knows every component that ever reported.
        health: Knows those that reported in this process.
        after_s: What has not reported by then is not there.
        every_s: Between looks.
    """

    def __init__(
        self,
        office: OfficeService,
        health: HealthBook,
        *,
        after_s: float = GRACE_S,
        every_s: float = 60.0,
    ) -> None:
        self._office = office
        self._health = health
        self._after_s = after_s
        self._every_s = every_s

    async def run(self) -> None:
        """Wait until everything had time to report, then look until cancelled."""
        await asyncio.sleep(self._after_s)
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look."""
        for name in sorted(self._office.state.health.keys() - self._health.current.keys()):
            await self._health.report(name, HealthState.DEACTIVATED, "", say("left_over"))
