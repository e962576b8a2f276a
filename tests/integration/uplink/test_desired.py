"""Desired configurations over a real Mosquitto with its access rules: hub and site end to end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from motcua_contract import topics
from motcua_contract.desired import Frame, Seal, sha256_of, write_frame
from motcua_contract.messages import About, ConfigDesired, Floor, Message, encode
from motcua_contract.topics import Down, Up
from motcua_edge.drivers.clock import SystemClock
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress, PublishRefusedError, TlsFiles
from motcua_edge.drivers.seal import AuthorityVerifier
from motcua_edge.journal import Journal
from motcua_edge.services.desired import DesiredConfig, Keeper
from motcua_edge.services.uplink import Numbers, Surroundings, Uplink, UplinkSettings
from motcua_hub.config import HubConfig, MqttSection
from motcua_hub.ingest.service import Ingest
from motcua_hub.metrics import IngestMetrics
from motcua_hub.store import desired, schema
from motcua_hub.store.desired import Reported
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import upgrade
from support.broker import DEVICE, OTHER_DEVICE, SITE, Broker, Login
from support.uplink_office import ORIGIN, Healths, instant
from support.waiting import until_async

NOW = 1_795_400_000_000


def connector(login: Login) -> AiomqttConnector:
    tls = TlsFiles(ca=str(login.ca), cert=str(login.cert), key=str(login.key))
    return AiomqttConnector(
        BrokerAddress(host=login.host, port=login.port, client_id=login.name, tls=tls)
    )


class Shelf:
    """A part that takes any section and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[bytes | None] = []

    def check(self, section: bytes) -> None:
        """Anything goes."""

    def apply(self, section: bytes | None) -> None:
        self.given.append(section)


class Site:
    """One program of a site: journal, uplink and its configuration."""

    def __init__(self, folder: Path, login: Login) -> None:
        self.shelf = Shelf()
        self.journal = Journal.open(folder / "journal.db", ORIGIN, instant())
        self.config = DesiredConfig(
            site=SITE,
            keeper=Keeper(folder / "desired.json"),
            verifier=AuthorityVerifier(login.ca),
            parts={"shelf": self.shelf},
            say=self.say,
            now=SystemClock().now,
        )
        around = Surroundings(
            about=lambda: About(device=DEVICE),
            numbers=Numbers,
            metrics=dict,
            health=Healths(),
            on_floor=self.floor,
            on_resumed=self.config.report,
            handlers={Down.CONFIG: self.config.take},
        )
        self.uplink = Uplink(
            settings=UplinkSettings(site=SITE, device=DEVICE, reconnect_cap_s=0.2, linger_s=0.01),
            around=around,
            journal=self.journal,
            connector=connector(login),
            clock=SystemClock(),
        )
        self.config.begin()
        self.tasks = [
            asyncio.create_task(self.uplink.run()),
            asyncio.create_task(self.config.run()),
        ]

    async def say(self, kind: Up, message: Message) -> None:
        await self.uplink.say(kind, message)

    async def floor(self, floor: Floor) -> None:
        """Nobody has numbers here."""

    async def stop(self) -> None:
        await self.uplink.stop("test ends")
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.journal.close()


class Hub:
    """Ingest on one database; `start` and `stop` are its restarts."""

    def __init__(self, engine: Engine, folder: Path, login: Login) -> None:
        self.engine = engine
        files = {"ca": str(login.ca), "cert": str(login.cert), "key": str(login.key)}
        self._mqtt = MqttSection(host=login.host, port=login.port, **files)
        self._config = HubConfig(state_dir=str(folder), mqtt=self._mqtt)
        self.start()

    def start(self) -> None:
        metrics = IngestMetrics(CollectorRegistry())
        self.ingest = Ingest(self.engine, self._config, self._mqtt, metrics)
        self.ingest.start()

    def want(self, text: bytes, name: str = "shelf") -> int:
        with writing(self.engine) as connection:
            return desired.want(connection, SITE, {name: text}, NOW, "test").version

    @property
    def told(self) -> Reported | None:
        with reading(self.engine) as connection:
            return desired.reported(connection, SITE)

    def heard(self, version: int, state: str, running: int) -> bool:
        told = self.told
        return told is not None and (told.version, told.state, told.running) == (
            version,
            state,
            running,
        )


@pytest.fixture
def hub(broker: Broker, tmp_path: Path) -> Iterator[Hub]:
    engine = open_engine(f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    upgrade(engine)
    made = Hub(engine, tmp_path, broker.hub())
    yield made
    made.ingest.stop()
    engine.dispose()


@pytest.fixture
async def site(broker: Broker, tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(tmp_path, broker.device(DEVICE))
    yield made
    await made.stop()


async def test_a_site_runs_what_the_hub_wants_and_says_so(hub: Hub, site: Site) -> None:
    assert hub.want(b'{"a":1}') == 1
    await until_async(lambda: hub.heard(1, "applied", 1))
    assert hub.want(b'{"a":1}') == 1, "the same again is no new version"
    assert hub.want(b'{"a":2}') == 2
    await until_async(lambda: hub.heard(2, "applied", 2))
    assert site.shelf.given == [b'{"a":1}', b'{"a":2}']


async def test_a_broker_that_forgets_is_told_again_and_nothing_changes(
    broker: Broker, hub: Hub, site: Site
) -> None:
    hub.want(b"1")
    await until_async(lambda: hub.heard(1, "applied", 1))
    with writing(hub.engine) as connection:
        connection.execute(schema.desired_report.delete())
    await asyncio.to_thread(lambda: broker.restart(kill=True, forget=True))
    await until_async(lambda: hub.heard(1, "applied", 1))
    hub.want(b"2")
    await until_async(lambda: hub.heard(2, "applied", 2))
    assert site.shelf.given == [b"1", b"2"]


async def test_a_hub_that_was_away_tells_what_it_wanted_meanwhile(hub: Hub, site: Site) -> None:
    hub.want(b"1")
    await until_async(lambda: hub.heard(1, "applied", 1))
    await asyncio.to_thread(hub.ingest.stop)
    hub.want(b"2")
    hub.start()
    await until_async(lambda: hub.heard(2, "applied", 2))
    assert site.shelf.given == [b"1", b"2"]


async def test_a_site_that_was_away_gets_the_newest_only(
    broker: Broker, hub: Hub, tmp_path: Path
) -> None:
    for n in range(1, 4):
        hub.want(str(n).encode())
    late = Site(tmp_path, broker.device(DEVICE))
    try:
        await until_async(lambda: hub.heard(3, "applied", 3))
        assert late.shelf.given[-1] == b"3"
    finally:
        await late.stop()
    again = Site(tmp_path, broker.device(DEVICE))
    try:
        assert again.shelf.given == [b"3"], "kept through a restart, without the hub"
    finally:
        await again.stop()


async def test_a_hub_from_a_backup_outruns_its_sites_again(hub: Hub, site: Site) -> None:
    for n in range(1, 4):
        hub.want(str(n).encode())
        await until_async(lambda n=n: hub.heard(n, "applied", n))
    table = schema.desired_config
    with writing(hub.engine) as connection:
        connection.execute(table.delete().where(table.c.version > 1))
        connection.execute(schema.desired_report.delete())
    await asyncio.to_thread(hub.ingest.stop)
    hub.start()
    await until_async(lambda: hub.heard(4, "applied", 4))
    assert site.shelf.given == [b"1", b"2", b"3", b"1"]


async def test_a_section_nobody_knows_is_refused_and_the_hub_hears_why(
    hub: Hub, site: Site
) -> None:
    hub.want(b"1")
    await until_async(lambda: hub.heard(1, "applied", 1))
    hub.want(b"{}", "heater")
    await until_async(lambda: hub.heard(2, "refused", 1))
    assert hub.told is not None
    assert "section heater is not known to this version" in hub.told.error
    assert site.shelf.given == [b"1"]


async def test_what_the_hub_did_not_sign_is_not_believed(
    broker: Broker, hub: Hub, site: Site
) -> None:
    """Somebody who can write at the broker as the hub does, without the hub's key."""
    hub.want(b"1")
    await until_async(lambda: hub.heard(1, "applied", 1))
    await asyncio.to_thread(hub.ingest.stop)
    async with connector(broker.hub()).connect() as forger:
        await forger.publish(topics.down(SITE, Down.CONFIG), encode(forged(9)), retain=True)
        await until_async(lambda: site.config.refusals == 1)
    hub.start()
    await until_async(lambda: hub.heard(1, "applied", 1))
    assert site.shelf.given == [b"1"]


@pytest.mark.parametrize("device", [DEVICE, OTHER_DEVICE])
async def test_no_device_may_write_a_configuration(broker: Broker, device: str) -> None:
    async with connector(broker.device(device)).connect() as session:
        with pytest.raises(PublishRefusedError):
            await session.publish(topics.down(SITE, Down.CONFIG), encode(forged(1)), retain=True)


def forged(version: int) -> ConfigDesired:
    body = write_frame(Frame(site=SITE, sections={"shelf": msgspec.Raw(b"66")}))
    return ConfigDesired(
        version=version,
        sha256=sha256_of(body),
        body=body,
        signature=Seal(b"certificate", b"signature").text(),
    )
