"""Announcements by the clock, in every zone."""

import asyncio

from motcua_edge.domain.speech import Daily, due
from motcua_edge.services.announcing.service import AnnouncingService
from motcua_edge.services.office import OfficeService

_EVERY_S = 15.0
_GAP_MS = 120_000
"""What was missed for longer than this (a halt, a clock that jumped) is not said any more."""


class DailyAnnouncements:
    """Says what the calendar asks for, when a trusted clock passes the moment."""

    def __init__(
        self, office: OfficeService, announcing: AnnouncingService, every_s: float = _EVERY_S
    ) -> None:
        self._office = office
        self._announcing = announcing
        self._every_s = every_s
        self._seen = office.now().wall

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(self._every_s)
            for daily in self._passed():
                await self._say(daily)

    def _passed(self) -> list[Daily]:
        now = self._office.now()
        after, self._seen = self._seen, now.wall
        if not now.clock.trusted or not 0 <= now.wall - after <= _GAP_MS:
            return []
        return due(self._office.site.calendar, after, now.wall)

    async def _say(self, daily: Daily) -> None:
        say = self._announcing.say
        zones = self._announcing.zones
        await asyncio.gather(*(say(daily.name, z, half_day=daily.half_day) for z in zones))
