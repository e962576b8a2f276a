"""Announcements by the clock, and the one after a power cut, in every zone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from motcua_edge.domain.localtime import local
from motcua_edge.domain.speech import Daily, due
from motcua_edge.services.announcing.service import AnnouncingService
from motcua_edge.services.office import OfficeService

_EVERY_S = 15.0
_OPENING: Final = "open"
_GAP_MS = 120_000
"""What was missed for longer than this (a halt, a clock that jumped) is not said any more."""


class DailyAnnouncements:
    """Says what the calendar asks for, when a trusted clock passes the moment.

    `at_opening` is awaited before the opening is said: a sound check, while the hall is still calm.
    `after_power_cut`: the program did not end cleanly; whoever is in line hears that it goes on.
    """

    def __init__(
        self,
        office: OfficeService,
        announcing: AnnouncingService,
        every_s: float = _EVERY_S,
        *,
        after_power_cut: bool = False,
        at_opening: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._at_opening = at_opening
        self._checked_on: date | None = None
        self._after_power_cut = after_power_cut
        self._office = office
        self._announcing = announcing
        self._every_s = every_s
        self._seen = office.now().wall

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        if self._after_power_cut and self._somebody_waits():
            await self._say(Daily(self._office.now().wall, "restored"))
        while True:
            await asyncio.sleep(self._every_s)
            for daily in self._passed():
                await self._say(daily)

    def _somebody_waits(self) -> bool:
        tickets = self._office.state.tickets.values()
        return any(not ticket.state.terminal and not ticket.test for ticket in tickets)

    def _passed(self) -> list[Daily]:
        now = self._office.now()
        after, self._seen = self._seen, now.wall
        if not now.clock.trusted or not 0 <= now.wall - after <= _GAP_MS:
            return []
        return due(self._office.site.calendar, after, now.wall)

    async def _say(self, daily: Daily) -> None:
        if daily.name == _OPENING:
            await self._check_once_a_day(daily.at)
        say = self._announcing.say
        zones = self._announcing.zones
        await asyncio.gather(*(say(daily.name, z, half_day=daily.half_day) for z in zones))

    async def _check_once_a_day(self, at: int) -> None:
        day = local(at).date()
        if self._at_opening is not None and day != self._checked_on:
            self._checked_on = day
            await self._at_opening()
