"""An office without services around an uplink: journal, health map, and a hub behind a broker."""

import asyncio
from pathlib import Path

from motcua_contract import topics
from motcua_contract.facts.office import HelpCalled
from motcua_contract.messages import About, Floor, encode
from motcua_contract.topics import Down, Up
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Health, Instant
from motcua_edge.drivers.clock import SystemClock
from motcua_edge.drivers.mqtt import Connector, MqttError, Session
from motcua_edge.journal import Journal, Origin
from motcua_edge.services.uplink import Numbers, Surroundings, Uplink, UplinkSettings
from support.reference_hub import ReferenceHub

ORIGIN = Origin(hardware="pi-1", version="1.0")
DAY = "2026-11-23"
WALL = 1_795_400_000_000


def instant(n: int = 0) -> Instant:
    return Instant(wall=WALL + n, mono=5_000 + n, clock=ClockState.NTP, boot="boot-1")


class Healths:
    """Implements `HealthSource`."""

    def __init__(self) -> None:
        self.current: dict[str, Health] = {}
        self.version = 0
        self._changed = asyncio.Event()

    def report(self, component: str, state: str, code: str = "") -> None:
        health = Health(component=component, state=state, code=code, since=WALL)
        self.current = {**self.current, component: health}
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_newer(self, version: int) -> int:
        while self.version <= version:
            await self._changed.wait()
        return self.version


class Office:
    """A journal and an uplink of `site`; `start` and `stop` it."""

    def __init__(self, folder: Path, connector: Connector, site: str, device: str) -> None:
        self.journal = Journal.open(folder / "journal.db", ORIGIN, instant())
        self.healths = Healths()
        self.floors: list[Floor] = []
        self._device = device
        settings = UplinkSettings(
            site=site,
            device=device,
            hardware="pi-1",
            reconnect_cap_s=0.2,
            linger_s=0.01,
            will_delay_s=0,
        )
        around = Surroundings(
            about=lambda: About(device=device),
            numbers=lambda: Numbers(DAY, {"A": 7}),
            metrics=lambda: {"tickets": 1.0},
            health=self.healths,
            on_floor=self._on_floor,
        )
        self.uplink = Uplink(
            settings=settings,
            around=around,
            journal=self.journal,
            connector=connector,
            clock=SystemClock(),
        )
        self._task: asyncio.Task[None] | None = None

    async def _on_floor(self, floor: Floor) -> None:
        self.floors.append(floor)

    async def write(self, count: int = 1, note: str = "k") -> None:
        facts = [HelpCalled(device=f"{note}{n}") for n in range(count)]
        await self.journal.append(facts, [], business_day=DAY, now=instant())

    def start(self) -> "Office":
        self._task = asyncio.create_task(self.uplink.run())
        return self

    @property
    def task(self) -> asyncio.Task[None]:
        assert self._task is not None
        return self._task

    async def stop(self, reason: str = "test ends") -> None:
        if self._task is not None:
            await self.uplink.stop(reason)
            await self._task
        self.journal.close()

    def digests(self) -> dict[tuple[str, int], bytes]:
        return {(e.jid, e.seq): e.digest for e in self.journal.reader.export()}

    def acked(self) -> int:
        return sum(stream.acked for stream in self.journal.reader.streams())


class HubBehindBroker:
    """Runs a `ReferenceHub` on a connection of its own until closed; `deaf` loses everything."""

    def __init__(self, connector: Connector, site: str) -> None:
        self.hub = ReferenceHub()
        self.deaf = False
        self.heard: list[tuple[str, bytes]] = []
        self._connector = connector
        self._site = site
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> "HubBehindBroker":
        self._task = asyncio.create_task(self._run())
        await self._ready.wait()
        return self

    async def _run(self) -> None:
        while True:
            try:
                async with self._connector.connect() as session:
                    await session.subscribe(f"mc/1/{self._site}/up/#")
                    self._ready.set()
                    async for message in session.messages():
                        await self._on(session, message.topic, message.payload)
            except MqttError:
                await asyncio.sleep(0.05)

    async def _on(self, session: Session, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))
        if self.deaf:
            return
        if topic.endswith("/up/hello"):
            answers, kind = self.hub.on_hello(payload), Down.RESUME
        elif topic.endswith("/up/batch"):
            answers, kind = self.hub.on_batch(payload), None
        else:
            return
        for answer in answers:
            down = kind or (Down.ACK if type(answer).__name__ == "Ack" else Down.NAK)
            await session.publish(topics.down(self._site, down), encode(answer))

    def payloads(self, kind: Up) -> list[bytes]:
        return [payload for topic, payload in self.heard if topic.endswith(f"/up/{kind.value}")]

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
