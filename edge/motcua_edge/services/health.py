"""What every component of the office says of itself, recorded when it changes."""

import asyncio

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.commands import RecordHealth
from motcua_edge.domain.model import Health
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.office import OfficeService


class HealthBook:
    """Turns reports into transitions. Repeating a report is free: nothing is written.

    Only components that reported in this process are shown: what an earlier process said of a
    component is not known to hold any more.
    """

    def __init__(self, office: OfficeService) -> None:
        self._office = office
        self._reported: set[str] = set()
        self._version = 0
        self._changed = asyncio.Event()

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> bool:
        """Record a component's state; True if it is a transition."""
        changed = await self._record(
            RecordHealth(component=component, state=state, code=code, detail=detail)
        )
        if changed or component not in self._reported:
            self._reported.add(component)
            self._notify()
        return changed

    async def _record(self, command: RecordHealth) -> bool:
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            if refusal.code is RefusalCode.NO_CHANGE:
                return False
            raise
        return True

    @property
    def current(self) -> dict[str, Health]:
        """The newest report of each component, by its name."""
        health = self._office.state.health
        return {name: health[name] for name in sorted(self._reported) if name in health}

    @property
    def version(self) -> int:
        """Rises with every change of `current`."""
        return self._version

    async def wait_newer(self, version: int) -> int:
        """Return the version as soon as it is above `version`."""
        while self._version <= version:
            await self._changed.wait()
        return self._version

    def _notify(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()
