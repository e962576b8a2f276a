"""One office's agent: every part built here, by arguments, and run in one task group."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from motcua_edge.app.controls import OfficeControls
from motcua_edge.app.core import open_core
from motcua_edge.app.devices import build_clock
from motcua_edge.app.ending import die
from motcua_edge.app.hub_line import HubLine
from motcua_edge.app.life import Life
from motcua_edge.app.recent_log import RecentLog
from motcua_edge.app.with_devices import build_devices
from motcua_edge.app.with_evidence import Evidence, Seen, build_evidence
from motcua_edge.app.with_hall import build_hall
from motcua_edge.app.with_hub import Asked, Introduction, build_hub
from motcua_edge.app.with_web import Pages, build_registry, build_web
from motcua_edge.config import Loaded
from motcua_edge.drivers.systemd import SystemdJobs
from motcua_edge.services.catalogue_watch import CatalogueWatch
from motcua_edge.services.clockwork import Clockwork
from motcua_edge.services.health import HealthBook, JournalWatch
from motcua_edge.services.leftovers import Leftovers


class Agent:
    """Builds the parts in its constructor, from the journal outwards; `run` works until `stop`."""

    def __init__(self, loaded: Loaded) -> None:
        agent = loaded.agent
        self._core = open_core(loaded, build_clock(agent.clock), on_fatal=die)
        self._health = HealthBook(self._core.office)
        self._line = HubLine()
        self._hall = build_hall(loaded, self._core, self._health)
        self._devices = build_devices(agent, self._core, self._hall.desk, self._health, self._line)
        evidence = self._build_evidence(loaded)
        self._log = RecentLog()
        controls = self._build_controls().as_struct()
        self._hub = build_hub(
            Introduction(agent, self._core, self._health),
            self._line,
            Asked(controls=controls, devices=self._devices, lines=self._log.lines),
            evidence,
            minute=lambda: self._hall.counts() | self._numbers(),
        )
        pages = Pages(agent, self._core, self._hall, self._devices)
        registry = build_registry(pages, evidence, self._hub.uplink, self._numbers)
        self._life = Life(
            agent=agent,
            core=self._core,
            parts=lambda: self._parts(evidence),
            runner=build_web(pages, controls, registry),
            evidence=evidence,
            power=self._devices.power,
            uplink=self._hub.uplink,
        )

    def _build_evidence(self, loaded: Loaded) -> Evidence:
        seen = Seen(
            office=self._core.office,
            health=self._health,
            link=self._devices.link,
            online=self._line.online,
            ups=self._devices.power is not None,
            began=self._core.office.now().mono,
        )
        jobs, say = SystemdJobs(), self._line.say
        return build_evidence(loaded.agent, self._core.journal, seen, jobs, say)

    def _build_controls(self) -> OfficeControls:
        return OfficeControls(
            office=self._core.office,
            journal=self._core.journal,
            announcing=self._hall.announcing,
            sound_check=self._hall.sound_check,
            uplink=lambda: self._line.uplink,
            present=self._devices.screens.present,
        )

    def _parts(self, evidence: Evidence) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Everything that runs for as long as the agent does, by a name for its task."""
        office, health = self._core.office, self._health
        return {
            "clockwork": Clockwork(office).run,
            "journal watch": JournalWatch(self._core.journal, health).run,
            "catalogue watch": CatalogueWatch(office, health).run,
            "leftovers": Leftovers(office, health).run,
            **self._hall.parts,
            **self._devices.parts,
            **evidence.parts,
            **self._hub.parts,
        }

    def _numbers(self) -> dict[str, float]:
        """The newest numbers of every device, by `COMPONENT.QUANTITY`."""
        return self._devices.numbers() | dict(self._hall.paper.numbers())

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; a part that ends by itself ends the whole with its error."""
        logging.getLogger().addHandler(self._log)
        try:
            await self._life.run(stop)
        finally:
            logging.getLogger().removeHandler(self._log)
