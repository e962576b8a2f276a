"""One office's agent: every part built here, by arguments, and run in one task group."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path

import aiohttp.web
from prometheus_client import CollectorRegistry

from motcua_contract.messages import About
from motcua_contract.topics import Down
from motcua_edge.app.controls import OfficeControls
from motcua_edge.app.core import open_core
from motcua_edge.app.devices import (
    build_buttons,
    build_clock,
    build_connector,
)
from motcua_edge.app.ending import cancel, die, wait
from motcua_edge.app.hub_line import HubLine
from motcua_edge.app.identity import (
    hardware_model,
    kept_secret,
)
from motcua_edge.app.metrics import AgentCollector
from motcua_edge.app.recent_log import RecentLog
from motcua_edge.app.with_cameras import build_cameras
from motcua_edge.app.with_commands import Abilities, Diagnostics
from motcua_edge.app.with_evidence import Evidence, Seen, build_evidence
from motcua_edge.app.with_pads import build_pads
from motcua_edge.app.with_ups import LAST_WORD_S, STOP_REASON, build_ups, mains_was_lost
from motcua_edge.app.with_watches import Builder, Watches
from motcua_edge.config import AgentConfig, Loaded, MqttSection
from motcua_edge.domain.commands import RecordStop
from motcua_edge.drivers.buttons import Rules
from motcua_edge.drivers.printer import build_printer
from motcua_edge.drivers.systemd import Notifier, SystemdJobs
from motcua_edge.drivers.voice import (
    EspeakSynth,
    SoundCache,
    build_clips,
    build_ears,
    build_players,
)
from motcua_edge.services.announcing import AnnouncingService, DailyAnnouncements, SoundCheck
from motcua_edge.services.buttons import ButtonsService, button_map
from motcua_edge.services.catalogue_watch import CatalogueWatch
from motcua_edge.services.clockwork import Clockwork
from motcua_edge.services.health import HealthBook, JournalWatch
from motcua_edge.services.leftovers import Leftovers
from motcua_edge.services.life_sign import LifeSign
from motcua_edge.services.printing.paper import PaperMeter
from motcua_edge.services.printing.service import PrintingService
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.watch import Retry
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.remote import RemoteCommands
from motcua_edge.services.sessions import Sessions
from motcua_edge.services.uplink import (
    FloorRaiser,
    Surroundings,
    Uplink,
    UplinkSettings,
    numbers,
)
from motcua_edge.web.deps import Deps
from motcua_edge.web.server import build_app, build_runner, listen

_LOG = logging.getLogger(__name__)
_APPEND_MS = 20_000
"""No disk that works takes so long for a commit."""


class Agent:
    """Builds the parts in its constructor; `run` works until `stop` is set."""

    def __init__(self, loaded: Loaded) -> None:
        agent = loaded.agent
        core = open_core(loaded, build_clock(agent.clock), on_fatal=die)
        state_dir = core.state_dir
        self._config = agent
        self._origin = core.origin
        self._journal = core.journal
        self._first_numbers = core.first_numbers
        self._office = core.office
        self._clockwork = Clockwork(self._office)
        self._health = HealthBook(self._office)
        self._journal_watch = JournalWatch(self._journal, self._health)
        desk = RatingDesk(self._office, kept_secret(state_dir / "rating-secret"))
        self._paper = PaperMeter(state_dir / "paper.json", agent.printer.roll_slips, self._health)
        self._printing = self._build_printing(agent, loaded)
        self._announcing = self._build_announcing(agent, state_dir)
        opened = self._journal.opened
        ears = build_ears(agent.voice)
        self._sound_check = SoundCheck(self._announcing, ears)
        self._daily = DailyAnnouncements(
            self._office,
            self._announcing,
            after_power_cut=mains_was_lost(opened, self._office),
            at_opening=self._sound_check.check_all if ears else None,
        )
        self._buttons = self._build_buttons(agent, desk)
        self._skew_ms: int | None = None
        self._line = HubLine()
        self._watches = self._build_watches()
        self._drivers = self._watches.drivers
        self._power = build_ups(agent.ups, self._office, self._health, opened)
        self._cameras = build_cameras(agent, self._office, self._health)
        self._drivers |= self._cameras.drivers
        self._pads = build_pads(agent, self._office, self._health, desk)
        if self._pads is not None:
            self._drivers |= self._pads.drivers
        self._evidence = self._build_evidence()
        self._log = RecentLog()
        self._controls = OfficeControls(
            office=self._office,
            journal=self._journal,
            announcing=self._announcing,
            sound_check=self._sound_check,
            uplink=lambda: self._line.uplink,
            present=self._screens.present,
        )
        self._remote = self._build_remote()
        self._uplink = self._build_uplink(agent, agent.mqtt) if agent.mqtt else None
        self._line.uplink = self._uplink
        self._runner = self._build_web(agent, desk)

    # ---- parts ----

    def _build_printing(self, agent: AgentConfig, loaded: Loaded) -> PrintingService:
        return PrintingService(
            office=self._office,
            printer=build_printer(agent.printer),
            slips=SlipMaker(loaded.site, agent.printer),
            health=self._paper,
            retry=Retry(stale_after_ms=agent.printer.stale_after_s * 1000),
            on_paper=self._paper.printed,
        )

    def _build_announcing(self, agent: AgentConfig, state_dir: Path) -> AnnouncingService:
        spool = state_dir / "spool"
        spool.mkdir(exist_ok=True)
        return AnnouncingService(
            office=self._office,
            players=build_players(agent.voice),
            synth=EspeakSynth(agent.voice.synth),
            clips=build_clips(agent.voice),
            cache=SoundCache(state_dir / "voice-cache"),
            health=self._health,
            spool=spool,
        )

    def _build_buttons(self, agent: AgentConfig, desk: RatingDesk) -> ButtonsService:
        return ButtonsService(
            office=self._office,
            board=build_buttons(agent.buttons),
            buttons=button_map(agent.buttons, self._office.site),
            rules=Rules(debounce_ms=agent.buttons.debounce_ms),
            desk=desk,
            health=self._health,
        )

    def _build_uplink(self, agent: AgentConfig, mqtt: MqttSection) -> Uplink:
        return Uplink(
            settings=UplinkSettings(
                site=agent.site,
                device=agent.device,
                hardware=self._origin.hardware,
                hello_every_s=agent.hello_every_s,
                health_every_s=agent.health_every_s,
                reconnect_cap_s=mqtt.reconnect_cap_s,
            ),
            around=Surroundings(
                about=self._about,
                numbers=lambda: numbers(self._office.state),
                metrics=self._minute,
                health=self._health,
                on_floor=FloorRaiser(self._office),
                on_resumed=self._resumed,
                on_skew=self._learn_skew,
                on_met=self._evidence.vigil.met,
                handlers={Down.COMMAND: self._remote.take, Down.CONFIG: self._evidence.take},
            ),
            journal=self._journal,
            connector=build_connector(mqtt, agent.device),
            clock=build_clock(agent.clock),
        )

    def _build_remote(self) -> RemoteCommands:
        abilities = Abilities(
            controls=self._controls.as_struct(),
            health=self._health,
            diagnostics=Diagnostics(
                about=self._about, figures=self._controls.figures, lines=self._log.lines
            ),
            drivers=self._drivers,
            cameras=self._cameras.cameras if self._config.cameras else None,
            self_test=self._power.self_test if self._power else None,
        )
        doers = abilities.doers() | (self._pads.doers if self._pads else {})
        return RemoteCommands(self._office, doers, self._line.tell)

    def _build_watches(self) -> Watches:
        builder = Builder(self._config, self._office, self._health)
        self._screens, screens = builder.screens()
        self._link, link = builder.link(self._line.online)
        return Watches(
            [
                builder.controller(lambda: self._skew_ms),
                *([link] if self._config.mqtt else []),
                screens,
                *builder.gear(),
                *builder.contacts(),
            ]
        )

    def _build_evidence(self) -> Evidence:
        seen = Seen(
            office=self._office,
            health=self._health,
            link=self._link if self._config.mqtt else None,
            online=self._line.online,
            ups=self._power is not None,
            began=self._office.now().mono,
        )
        return build_evidence(self._config, self._journal, seen, SystemdJobs(), self._line.say)

    def _resumed(self) -> None:
        self._first_numbers.open()
        self._evidence.resumed()

    def _learn_skew(self, skew_ms: int) -> None:
        self._skew_ms = skew_ms

    def _build_web(self, agent: AgentConfig, desk: RatingDesk) -> aiohttp.web.AppRunner:
        return build_runner(
            build_app(
                Deps(
                    office=self._office,
                    sessions=Sessions(self._office),
                    desk=desk,
                    controls=self._controls.as_struct(),
                    registry=self._registry(),
                    lan=agent.web.lan,
                    software=self._origin.version,
                    photos=Path(agent.site_file).parent / "photos",
                    cameras=self._cameras.cameras if agent.cameras else None,
                    pads=self._pads.bench if self._pads else None,
                )
            )
        )

    def _registry(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(
            AgentCollector(
                facts=lambda: self._office.counts,
                slips=lambda: self._printing.counts,
                announcements=lambda: self._announcing.counts,
                buttons=lambda: self._buttons.counts,
                pads=lambda: self._pads.counts() if self._pads else {},
                journal=lambda: {
                    "events": self._journal.last_seq,
                    "free_bytes": self._journal.free_bytes(),
                },
                uplink=lambda: self._uplink.figures() if self._uplink else {},
                devices=self._device_numbers,
                cameras=self._cameras.cameras.counts,
                views=self._cameras.cameras.numbers,
                inside=lambda: self._office.load() | {"tasks": len(asyncio.all_tasks())},
                ups=lambda: self._power.counts() if self._power else {},
                vigil=self._evidence.counts,
            )
        )
        return registry

    def _about(self) -> About:
        site = self._office.site
        return About(
            device=self._config.device,
            model=hardware_model(),
            serial=self._origin.hardware,
            name=site.name,
            versions={"motcua-edge": self._origin.version},
            config_version=site.version,
            components={
                name: health.code or health.state for name, health in self._health.current.items()
            },
        )

    def _minute(self) -> dict[str, float]:
        counts = self._printing.counts
        printed = {f"print_{name}": float(count) for name, count in counts.items()}
        calls = self._announcing.counts
        spoken = {f"announcement_{name}": float(n) for name, n in calls.items()}
        return printed | spoken | self._device_numbers()

    def _device_numbers(self) -> dict[str, float]:
        """The newest numbers of every device, by `COMPONENT.QUANTITY`."""
        power = self._power.numbers() if self._power else {}
        ups = {f"ups.{name}": value for name, value in power.items()}
        cameras = self._cameras.cameras.numbers()
        return ups | dict(cameras) | self._watches.numbers() | dict(self._paper.numbers())

    # ---- life ----

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; a part that ends by itself ends the whole with its error."""
        logging.getLogger().addHandler(self._log)
        try:
            await self._serve(stop)
        finally:
            logging.getLogger().removeHandler(self._log)
            try:
                await self._runner.cleanup()
                self._journal.close()
            finally:
                if self._power is not None and self._power.ends():
                    await self._power.switch_off(stop)

    async def _serve(self, stop: asyncio.Event) -> None:
        parts: dict[str, Callable[[], Coroutine[None, None, None]]] = {
            "clockwork": self._clockwork.run,
            "journal watch": self._journal_watch.run,
            "catalogue watch": CatalogueWatch(self._office, self._health).run,
            "leftovers": Leftovers(self._office, self._health).run,
            "printing": self._printing.run,
            "announcing": self._announcing.run,
            "daily": self._daily.run,
            "buttons": self._buttons.run,
            **self._cameras.parts,
            **self._evidence.parts,
        }
        if self._pads is not None:
            parts |= self._pads.parts
        if self._uplink is not None:
            parts["uplink"] = self._uplink.run
            parts["remote commands"] = self._remote.run
            if not self._journal.opened.same_boot:
                self._first_numbers.arm()
        if self._power is not None:
            parts["power"] = self._power.driver.run
        parts |= self._watches.parts
        tasks = [asyncio.create_task(part(), name=name) for name, part in parts.items()]
        await self._listen()
        _LOG.info("office %s is open on port %s", self._config.site, self._config.web.port)
        sign = LifeSign(Notifier(os.environ), self._hangs)
        tasks.append(asyncio.create_task(sign.run(), name="life sign"))
        enders: list[asyncio.Task[bool]] = [asyncio.create_task(stop.wait(), name="stop")]
        if self._power is not None:
            enders.append(asyncio.create_task(wait(self._power.battery_ends), name="battery"))
        await asyncio.wait([*tasks, *enders], return_when=asyncio.FIRST_COMPLETED)
        for ender in enders:
            ender.cancel()
        await self._end(tasks, self._reason(stop))

    def _hangs(self) -> str:
        """Why this process must be started again; empty while it works."""
        since = self._journal.appending_since
        waited = 0 if since is None else self._office.now().mono - since
        if waited > _APPEND_MS:
            return f"the journal has not taken a commit for {waited // 1000} s"
        return ""

    def _reason(self, stop: asyncio.Event) -> str:
        """Why the end is a clean one; empty when a part failed."""
        if self._power is not None and self._power.ends():
            return STOP_REASON
        return "asked to stop" if stop.is_set() else ""

    async def _listen(self) -> None:
        await self._runner.setup()
        web = self._config.web
        await listen(self._runner, web.host, web.port)

    async def _end(self, tasks: list[asyncio.Task[None]], reason: str) -> None:
        """Goodbye in order: no new requests, nobody writes, the reason on record, then to the hub.

        What comes after the reason is only what the hub acknowledges of it.
        """
        if reason == STOP_REASON:
            await asyncio.sleep(LAST_WORD_S)
        if reason:
            await self._runner.cleanup()
            uplink = [task for task in tasks if task.get_name() == "uplink"]
            await cancel([task for task in tasks if task not in uplink])
            await self._evidence.vigil.end()
            cause = await self._evidence.cause(reason)
            await self._office.execute(RecordStop(reason=reason, cause=cause))
            if self._uplink is not None:
                await self._uplink.stop(reason)
        await cancel(tasks)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()
