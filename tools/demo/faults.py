"""Pulling cables, one after the other, with a word before each."""

import asyncio
from collections.abc import Awaitable, Callable

from demo.stack import SiteStack, Stack

Say = Callable[[str], None]


class Faults:
    """Makes things fail and mends them. Citizens must be served all the while."""

    def __init__(self, stack: Stack, say: Say, every_s: float) -> None:
        self._stack = stack
        self._say = say
        self._every_s = every_s
        self._small, self._middle, self._large = tuple(stack.sites.values())

    async def run(self) -> None:
        """The whole round, again and again, until cancelled."""
        rounds: tuple[Callable[[], Awaitable[None]], ...] = (
            self.broker_down,
            self.paper_out,
            self.edge_killed,
            self.link_cut,
            self.lens_covered,
            self.mains_out,
            self.battery_empty,
        )
        while True:
            for fault in rounds:
                await asyncio.sleep(self._every_s)
                await fault()

    async def broker_down(self) -> None:
        """The broker dies and forgets everything it had acknowledged."""
        self._say("fault: broker killed (offices go on; the hub's page shows them leaving)")
        await asyncio.to_thread(self._stack.broker.kill)
        await asyncio.sleep(self._every_s)
        await asyncio.to_thread(self._stack.start_broker)
        self._say("mended: broker is back; offices send what they kept")

    async def paper_out(self) -> None:
        """The middle office's printer runs out of paper."""
        site = self._middle
        self._say(f"fault: {site.office.site} is out of paper (kiosk shows the number large)")
        site.set_printer(paper_out=True)
        await asyncio.sleep(self._every_s)
        site.set_printer()
        self._say(f"mended: {site.office.site} has paper; nothing old is printed by itself")

    async def edge_killed(self) -> None:
        """The power of the small office's Pi is cut."""
        site = self._small
        self._say(f"fault: {site.office.site} loses power (kill -9)")
        await asyncio.to_thread(site.edge.kill)
        await asyncio.sleep(self._every_s / 3)
        await asyncio.to_thread(site.start_edge)
        self._say(f"mended: {site.office.site} is back with its line as it was")

    async def link_cut(self) -> None:
        """The fibre of the large office is cut."""
        site = self._large
        self._say(f"fault: the link of {site.office.site} is cut (the hall notices nothing)")
        self._cable(site, plugged=False)
        await asyncio.sleep(self._every_s)
        self._cable(site, plugged=True)
        self._say(f"mended: the link of {site.office.site}")

    async def lens_covered(self) -> None:
        """Somebody hangs something over the large office's camera."""
        site = self._large
        if site.camera is None:
            return
        self._say(f"fault: the camera of {site.office.site} is covered (numbers are not affected)")
        await asyncio.to_thread(site.camera.show, "covered")
        await asyncio.sleep(self._every_s)
        await asyncio.to_thread(site.camera.show, "hall")
        self._say(f"mended: the camera of {site.office.site} sees the hall again")

    async def mains_out(self) -> None:
        """The middle office runs on its battery for a while."""
        site = self._middle
        if site.ups is None:
            return
        self._say(f"fault: {site.office.site} has no mains (battery; screens dim, voice low)")
        site.ups.say("OB DISCHRG", battery_charge="83")
        await asyncio.sleep(self._every_s)
        site.ups.say("OL CHRG", battery_charge="80")
        self._say(f"mended: {site.office.site} has mains again")

    async def battery_empty(self) -> None:
        """An outage that outlasts the battery: the office ends by itself, and comes back."""
        site = self._middle
        if site.ups is None:
            return
        self._say(f"fault: the battery of {site.office.site} ends (it switches itself off)")
        site.ups.say("OB DISCHRG LB", battery_charge="18")
        await asyncio.sleep(self._every_s)
        site.ups.say("OL CHRG", battery_charge="55")
        if not site.edge.running:
            await asyncio.to_thread(site.start_edge)
        self._say(f"mended: {site.office.site} is back; no number is lost")

    @staticmethod
    def _cable(site: SiteStack, *, plugged: bool) -> None:
        if site.cable is None:
            return
        if plugged:
            site.cable.plug()
        else:
            site.cable.pull()
