"""The whole uplink over a real Mosquitto: delivery, refusal, broker death, live health."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from motcua_contract import topics
from motcua_contract.messages import LinkState, Status
from motcua_contract.topics import Up
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress, TlsFiles
from support.broker import DEVICE, OTHER_SITE, SITE, Broker, Login
from support.uplink_office import HubBehindBroker, Office
from support.waiting import until_async


def connector(login: Login) -> AiomqttConnector:
    tls = TlsFiles(ca=str(login.ca), cert=str(login.cert), key=str(login.key))
    return AiomqttConnector(
        BrokerAddress(host=login.host, port=login.port, client_id=login.name, tls=tls)
    )


@pytest.fixture
async def hub(broker: Broker) -> AsyncIterator[HubBehindBroker]:
    hub = await HubBehindBroker(connector(broker.hub()), SITE).start()
    yield hub
    await hub.close()


@pytest.fixture
async def office(broker: Broker, tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path, connector(broker.device(DEVICE)), SITE, DEVICE)
    yield office
    await office.stop()


async def in_step(office: Office, hub: HubBehindBroker) -> None:
    await until_async(lambda: office.digests() == hub.hub.digests(), within=30)
    await until_async(lambda: office.acked() == len(office.digests()), within=30)


async def test_a_backlog_arrives_whole_and_is_acknowledged(office: Office, hub: HubBehindBroker):
    await office.write(3_000)
    office.start()
    await office.write(5)
    await in_step(office, hub)
    assert hub.hub.gaps() == set()


async def test_a_killed_broker_that_forgets_everything_costs_nothing(
    broker: Broker, office: Office, hub: HubBehindBroker
):
    await office.write(1_000)
    office.start()
    await until_async(lambda: office.uplink.online)
    broker.kill()
    await office.write(500)
    broker.forget()
    broker.start()
    await in_step(office, hub)
    assert office.uplink.figures()["uplink_reconnects"] >= 1


async def test_status_follows_stop(broker: Broker, office: Office, hub: HubBehindBroker):
    office.start()
    await until_async(lambda: hub.payloads(Up.STATUS))
    await office.uplink.stop("reboot")
    await until_async(lambda: len(hub.payloads(Up.STATUS)) == 2)
    said = [msgspec.json.decode(p, type=Status) for p in hub.payloads(Up.STATUS)]
    assert [(s.state, s.why) for s in said] == [
        (LinkState.ONLINE, "started"),
        (LinkState.STOPPED, "reboot"),
    ]
    assert broker.running


async def test_health_is_live_while_a_backlog_waits(office: Office, hub: HubBehindBroker):
    hub.hub.credit = 1
    await office.write(5_000)
    office.start()
    await until_async(lambda: office.uplink._sender.counts.resumes)
    hub.deaf = True
    office.healths.report("printer", "critical", "paper_out")
    topic = topics.health(SITE, "printer")
    await until_async(lambda: any(heard == topic for heard, _ in hub.heard), within=2)
    assert office.uplink.figures()["uplink_outbox_events"] > 3_000


async def test_a_device_of_another_site_is_refused_and_keeps_its_events(
    broker: Broker, tmp_path: Path
):
    stray = Office(tmp_path, connector(broker.device(DEVICE)), OTHER_SITE, DEVICE)
    await stray.write(3)
    stray.start()
    await until_async(lambda: stray.uplink.figures()["uplink_refused"] >= 1)
    assert stray.acked() == 0
    await stray.stop()
