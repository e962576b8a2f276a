"""A service field that was decided and not switched on is told of, until it is."""

import asyncio
from typing import Final

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.catalogue import overdue
from motcua_edge.domain.localtime import local
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService

COMPONENT: Final = "catalogue"
CODE: Final = "pending_overdue"


class CatalogueWatch:
    """Reports the component `catalogue`; run it as a task."""

    def __init__(self, office: OfficeService, health: HealthBook, every_s: float = 600.0) -> None:
        self._office = office
        self._health = health
        self._every_s = every_s

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One look; a clock that cannot be believed says nothing about dates."""
        now = self._office.now()
        if not now.clock.trusted:
            return
        late = overdue(self._office.site, local(now.wall).date())
        if late:
            detail = say("catalogue.overdue", services=", ".join(late))
            await self._health.report(COMPONENT, HealthState.PROBLEM, CODE, detail)
        else:
            await self._health.report(COMPONENT, HealthState.OK)
