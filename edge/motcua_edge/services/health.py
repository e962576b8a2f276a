"""What every component of the office says of itself, recorded when it changes."""

import asyncio
from itertools import count
from typing import Final

from motcua_contract.sentences import phrases_of, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.commands import RecordHealth
from motcua_edge.domain.model import Health
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.journal import Journal
from motcua_edge.services.office import OfficeService

JOURNAL: Final = "journal"
"""The component that speaks for the journal and its disk."""


class _Drill:
    """A rehearsed fault in force; `real` is what the device itself said last."""

    def __init__(self, real: RecordHealth) -> None:
        self.real = real

    def hides(self, said: RecordHealth) -> bool:
        """Whether the device says nothing new."""
        return (said.state, said.code) == (self.real.state, self.real.code)


class HealthBook:
    """Turns reports into transitions. Repeating a report is free: nothing is written.

    Only components that reported in this process are shown: what an earlier process said of a
    component is not known to hold any more.
    """

    def __init__(self, office: OfficeService) -> None:
        self._office = office
        self._reported: set[str] = set()
        self._drills: dict[str, _Drill] = {}
        self._version = 0
        self._changed = asyncio.Event()

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> bool:
        """Record a component's state; True if it is a transition.

        What a device says during its drill waits for the drill's end, unless it is news: a real
        change ends the rehearsal at once, so that no drill ever hides a fault.
        """
        said = _record(component, state, code, detail)
        drill = self._drills.get(component)
        if drill is not None and drill.hides(said):
            drill.real = said
            return False
        self._drills.pop(component, None)
        return await self._tell(said)

    async def drill(self, component: str, state: HealthState, code: str, detail: str) -> None:
        """Rehearse a fault of a component that has reported; `end_drill` ends it.

        Raises:
            LookupError: The component has not reported in this process.
        """
        real = self.current.get(component)
        if real is None:
            msg = f"{component!r} has not reported yet; see the device list for names"
            raise LookupError(msg)
        if component not in self._drills:
            self._drills[component] = _Drill(
                RecordHealth(
                    component=component,
                    state=HealthState(real.state),
                    code=real.code,
                    detail=real.detail,
                    said=real.said,
                )
            )
        await self._tell(_record(component, state, code, detail, drill=True))

    async def end_drill(self, component: str) -> bool:
        """Say again what the device itself says; False if there was no drill."""
        drill = self._drills.pop(component, None)
        if drill is not None:
            await self._tell(drill.real)
        return drill is not None

    @property
    def drilling(self) -> frozenset[str]:
        """The components whose fault is a rehearsal now."""
        return frozenset(self._drills)

    async def _tell(self, said: RecordHealth) -> bool:
        component = said.component
        changed = await self._record(said)
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


def _record(
    component: str, state: HealthState, code: str, detail: str, *, drill: bool = False
) -> RecordHealth:
    return RecordHealth(
        component=component,
        state=state,
        code=code,
        detail=str(detail),
        said=phrases_of(detail),
        drill=drill,
    )


class JournalWatch:
    """Keeps the journal in order and says how it is. Run it beside the others.

    Args:
        journal: Looked at, and after.
        health: Told of every change.
        every_s: Between looks; a full disk is looked after as often.
        purge_every: So many looks lie between two purges while there is room.
    """

    def __init__(
        self,
        journal: Journal,
        health: HealthBook,
        *,
        every_s: float = 5.0,
        purge_every: int = 12,
    ) -> None:
        self._journal = journal
        self._health = health
        self._every_s = every_s
        self._purge_every = purge_every

    async def run(self) -> None:
        """Purge what may go, look after the ballast and report, until cancelled."""
        for look in count():
            if look % self._purge_every == 0 or self._journal.condition().full:
                await self.report()
                await self._journal.maintain()
            await self.report()
            await asyncio.sleep(self._every_s)

    async def report(self) -> None:
        """One report of the component `journal`."""
        condition = self._journal.condition()
        if condition.full:
            detail = say("journal.full", free=condition.free_bytes)
            await self._say(HealthState.CRITICAL, "journal_full", detail)
        elif condition.recovered:
            detail = say("journal.recovered", aside=str(self._journal.opened.aside))
            await self._say(HealthState.PROBLEM, "journal_recovered", detail)
        else:
            await self._say(HealthState.OK, "", "")

    async def _say(self, state: HealthState, code: str, detail: str) -> None:
        before = self._health.current.get(JOURNAL)
        if before is None or (before.state, before.code) != (state, code):
            await self._health.report(JOURNAL, state, code, detail)
