"""Displays and kiosks speak for themselves: a heartbeat with their last paint and touch."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.faults import device_kind
from motcua_contract.vocabulary import Channel
from motcua_edge.domain.screens import (
    GONE,
    SET_ASIDE,
    SILENT_MS,
    Beat,
    connected,
    touched,
    visiting,
)
from motcua_edge.domain.steady import OK, Patience, Reading
from motcua_edge.services.devices import Component
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService, Outcome, Subscription

MOST: Final = 32
"""Screens beyond this number are not kept: a browser may call itself anything."""
_BACK_SHARE: Final = 3
"""A screen is there again once it was heard for this part of the silence that made it missed."""
_KEPT: Final = 500
_SOON: Final = Patience()
_AS_USUAL: Final[Mapping[str, int]] = MappingProxyType({})


class Screens:
    """Run it as a task; the web layer calls `present`.

    Args:
        office: Tells of tickets that were issued elsewhere than at a kiosk.
        health: Told of lasting changes.
        expected: Components that must be there, such as `display-hall`. A screen that nobody
            expects is shown while it is there; when it goes, that is no fault.
        silent_ms: How long each of them may be silent; half a minute for those not named.
        every_s: Between looks.
    """

    def __init__(
        self,
        office: OfficeService,
        health: HealthBook,
        expected: Sequence[str] = (),
        silent_ms: Mapping[str, int] = _AS_USUAL,
        every_s: float = 2.0,
    ) -> None:
        self._office = office
        self._health = health
        self._silent_ms = silent_ms
        self._every_s = every_s
        self._started = self._mono()
        self._expected = frozenset(expected)
        self._beats: dict[str, Beat] = {}
        self._components: dict[str, Component] = {}
        self._untouched_since: dict[str, int] = {}
        self._elsewhere: deque[int] = deque(maxlen=_KEPT)
        for name in expected:
            self._component(name)

    def _mono(self) -> int:
        return self._office.now().mono

    def _component(self, name: str) -> Component | None:
        known = self._components.get(name)
        if known is None and len(self._components) < MOST:
            back = Patience(better_ms=self._silence(name) // _BACK_SHARE)
            known = self._components[name] = Component(name, self._health, self._mono, back)
        return known

    def _silence(self, name: str) -> int:
        return self._silent_ms.get(name, SILENT_MS)

    def present(self, name: str, painted_ms: int, touched_ms: int | None) -> None:
        """One heartbeat: how long ago (ms) the screen painted fresh data and was touched."""
        if self._component(name) is None:
            return
        now = self._mono()
        last = None if touched_ms is None else now - touched_ms
        self._beats[name] = Beat(now, now - painted_ms, last)
        since = self._untouched_since.setdefault(name, now)
        self._untouched_since[name] = max(since, last or since)

    async def run(self) -> None:
        """Look until cancelled."""
        subscription = self._office.subscribe()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow(subscription))
                tasks.create_task(self._look())
        finally:
            self._office.unsubscribe(subscription)

    async def _look(self) -> None:
        while True:
            await self.step()
            await asyncio.sleep(self._every_s)

    async def _follow(self, subscription: Subscription) -> None:
        """At once: every commit that waits holds a whole state in memory."""
        while True:
            self.note(await subscription.next())

    def note(self, committed: Outcome) -> None:
        """Remember when tickets were issued elsewhere than at a kiosk."""
        for fact in committed.facts:
            if isinstance(fact, TicketIssued) and fact.channel is not Channel.KIOSK:
                self._elsewhere.append(self._mono())

    async def step(self) -> None:
        """One look at every screen."""
        aside = self._office.state.office.screens_aside
        for name in aside:
            self._component(name)
        for name, component in list(self._components.items()):
            if name in aside:
                await component.saw(SET_ASIDE, _SOON)
                continue
            reading = self._reading(name, self._mono())
            if reading is not None:
                await component.saw(reading, _SOON if component.told == SET_ASIDE else None)

    def _reading(self, name: str, now: int) -> Reading | None:
        beat = self._beats.get(name)
        if name not in self._expected:
            return GONE if beat is None else visiting(beat, now)
        reading = connected(beat, self._started, now, self._silence(name))
        if reading == OK and device_kind(name) == "kiosk":
            since = self._untouched_since[name]
            missed = sum(1 for at in self._elsewhere if at > since)
            reading = touched(since, missed, now)
        return reading

    def numbers(self) -> Mapping[str, float]:
        """Age in seconds of each screen's last heartbeat and paint."""
        now = self._mono()
        ages = {f"{name}.silent_s": (now - b.at) / 1000 for name, b in self._beats.items()}
        paints = {f"{n}.paint_age_s": (now - b.painted_at) / 1000 for n, b in self._beats.items()}
        return ages | paints
