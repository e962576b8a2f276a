"""Equipment that only answers pings: switches, PCs, scanners, desk printers, screens."""

import asyncio
from collections.abc import Mapping
from typing import Final

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Patience, Reading
from motcua_edge.drivers.net import Pinger, PingUnavailableError
from motcua_edge.services.devices import Component

PATIENCE: Final = Patience(worse_looks=3, better_looks=2)
_TIMEOUT_S: Final = 2.0
_AT_ONCE: Final = 8


class GearWatch:
    """Run it as a task, supervised.

    Args:
        gear: Components by the address that is pinged.
        pinger: Sends the pings.
        every_s: Between rounds.
    """

    def __init__(
        self, gear: Mapping[str, Component], pinger: Pinger, every_s: float = 30.0
    ) -> None:
        self._gear = gear
        self._pinger = pinger
        self._every_s = every_s
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._trips: dict[str, float] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def step(self) -> None:
        """One round over all of it."""
        await asyncio.gather(*(self._look(where, one) for where, one in self._gear.items()))

    async def _look(self, address: str, component: Component) -> None:
        try:
            async with self._limit:
                trip = await self._pinger.ping(address, _TIMEOUT_S)
        except PingUnavailableError as error:
            await component.saw(
                Reading(HealthState.UNKNOWN, "", say("gear.unasked", error=str(error)))
            )
            return
        if trip is None:
            self._trips.pop(component.name, None)
            detail = say("gear.silent", address=address)
            await component.saw(Reading(HealthState.PROBLEM, "unreachable", detail))
        else:
            self._trips[component.name] = trip
            await component.saw(OK)

    def numbers(self) -> Mapping[str, float]:
        """Round trips in ms by `gear-NAME.rtt_ms`; those that answered."""
        return {f"{name}.rtt_ms": trip for name, trip in self._trips.items()}
