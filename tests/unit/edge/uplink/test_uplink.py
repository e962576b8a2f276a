"""The uplink over a broker in memory and the protocol's reference hub."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from motcua_contract import topics
from motcua_contract.messages import (
    About,
    Ack,
    Batch,
    Floor,
    Health,
    Hello,
    LinkState,
    Status,
    encode,
)
from motcua_contract.topics import Down, Up
from motcua_edge.drivers.mqtt import FakeBroker
from support.uplink_office import HubBehindBroker, Office
from support.waiting import until_async

SITE, DEVICE = "q1-ben-nghe", "d-7f3k"
STATUS = topics.up(SITE, Up.STATUS)


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
async def hub(broker: FakeBroker) -> AsyncIterator[HubBehindBroker]:
    hub = await HubBehindBroker(broker.connector("hub"), SITE).start()
    yield hub
    await hub.close()


@pytest.fixture
async def office(broker: FakeBroker, tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path, broker.connector(DEVICE), SITE, DEVICE)
    yield office
    await office.stop()


def status(broker: FakeBroker) -> Status:
    return msgspec.json.decode(broker.retained[STATUS], type=Status)


async def in_step(office: Office, hub: HubBehindBroker) -> None:
    await until_async(lambda: office.digests() == hub.hub.digests())
    await until_async(lambda: office.acked() == len(office.digests()))


async def test_what_is_committed_reaches_the_hub_and_is_acknowledged(
    office: Office, hub: HubBehindBroker
):
    await office.write(3)
    office.start()
    await in_step(office, hub)
    await office.write(2)
    await in_step(office, hub)
    assert hub.hub.gaps() == set()
    assert office.uplink.figures()["uplink_outbox_events"] == 0


async def test_a_backlog_goes_in_batches_of_at_most_500_events(
    office: Office, hub: HubBehindBroker
):
    await office.write(1_700)
    office.start()
    await in_step(office, hub)
    batches = [msgspec.json.decode(p, type=Batch) for p in hub.payloads(Up.BATCH)]
    assert max(len(batch.events) for batch in batches) <= 500
    assert len(batches) <= 6


@pytest.mark.usefixtures("hub")
async def test_birth_and_about_are_retained_and_a_stop_gives_its_reason(
    broker: FakeBroker, office: Office
):
    office.start()
    await until_async(lambda: STATUS in broker.retained)
    assert status(broker).state is LinkState.ONLINE
    about_topic = topics.up(SITE, Up.ABOUT)
    await until_async(lambda: about_topic in broker.retained)
    assert msgspec.json.decode(broker.retained[about_topic], type=About).device == DEVICE
    await office.uplink.stop("power is going", within_s=30)
    assert status(broker).state is LinkState.STOPPED
    assert status(broker).why == "power is going"


async def test_the_last_words_before_a_stop_reach_the_hub_first(
    office: Office, hub: HubBehindBroker
):
    office.start()
    await office.write(1)
    await in_step(office, hub)
    await office.write(1)
    await office.uplink.stop("asked to stop", within_s=30)
    assert office.digests() == hub.hub.digests()
    assert office.acked() == len(office.digests())


@pytest.mark.parametrize("entries", [1, 1_000])
async def test_a_stop_does_not_wait_long_for_a_hub_that_takes_nothing(
    office: Office, hub: HubBehindBroker, entries: int
):
    hub.deaf = True
    office.start()
    await until_async(lambda: office.uplink.online)
    await office.write(entries)
    async with asyncio.timeout(5):
        await office.uplink.stop("asked to stop", within_s=3)
    assert office.task.done()


async def test_a_lost_connection_leaves_the_will_of_its_session_and_is_made_again(
    broker: FakeBroker, office: Office, hub: HubBehindBroker
):
    office.start()
    await until_async(lambda: STATUS in broker.retained)
    first = status(broker)
    broker.cut(DEVICE)
    assert status(broker).state is LinkState.OFFLINE
    assert status(broker).session == first.session
    await until_async(lambda: status(broker).state is LinkState.ONLINE)
    assert status(broker).session != first.session
    await office.write()
    await in_step(office, hub)


async def test_cancelling_the_uplink_says_stopped_too(broker: FakeBroker, office: Office):
    office.start()
    await until_async(lambda: STATUS in broker.retained)
    office.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await office.task
    assert status(broker).state is LinkState.STOPPED
    office._task = None


async def test_nothing_is_sent_before_the_hub_has_answered_the_hello(
    office: Office, hub: HubBehindBroker
):
    hub.deaf = True
    office.start()
    await until_async(lambda: hub.payloads(Up.HELLO))
    await office.write(5)
    await asyncio.sleep(0.1)
    assert hub.payloads(Up.BATCH) == []


async def test_the_hello_tells_streams_and_numbers(office: Office, hub: HubBehindBroker):
    office.start()
    await until_async(lambda: hub.payloads(Up.HELLO))
    hello = msgspec.json.decode(hub.payloads(Up.HELLO)[0], type=Hello)
    assert hello.device == DEVICE
    assert hello.hw == "pi-1"
    assert hello.numbers == {"A": 7}
    assert [(s.jid, s.first_available, s.last, s.acked) for s in hello.streams] == [
        (office.journal.jid, 1, 1, 0)
    ]


async def test_a_forged_ack_frees_nothing(broker: FakeBroker, office: Office, hub: HubBehindBroker):
    hub.hub.credit = 0
    office.start()
    await office.write(5)
    await until_async(lambda: office.uplink._sender.counts.resumes)
    forged = Ack(jid=office.journal.jid, upto=4, tag="0" * 32, safe=4)
    async with broker.connector("eve").connect() as eve:
        await eve.publish(topics.down(SITE, Down.ACK), encode(forged))
    await until_async(lambda: office.uplink.figures()["uplink_forged_acks"] == 1)
    assert office.acked() == 0


async def test_a_malformed_message_is_counted_and_the_link_stays(
    broker: FakeBroker, office: Office, hub: HubBehindBroker
):
    office.start()
    await until_async(lambda: office.uplink.online)
    async with broker.connector("eve").connect() as eve:
        for kind in (Down.ACK, Down.NAK, Down.RESUME):
            await eve.publish(topics.down(SITE, kind), b"\xff{not json")
    await until_async(lambda: office.uplink.figures()["uplink_malformed"] == 3)
    await office.write()
    await in_step(office, hub)


async def test_health_passes_a_backlog_that_the_hub_does_not_take(
    broker: FakeBroker, office: Office, hub: HubBehindBroker
):
    hub.hub.credit = 1
    await office.write(5_000)
    office.start()
    await until_async(lambda: office.uplink._sender.counts.resumes)
    hub.deaf = True
    office.healths.report("printer", "problem", "paper_out")
    topic = topics.health(SITE, "printer")
    await until_async(lambda: topic in broker.retained, within=1)
    assert msgspec.json.decode(broker.retained[topic], type=Health).code == "paper_out"
    assert office.uplink.figures()["uplink_outbox_events"] > 3_000


@pytest.mark.usefixtures("hub")
async def test_health_is_said_once_for_each_change(broker: FakeBroker, office: Office):
    office.healths.report("printer", "ok")
    office.start()
    topic = topics.health(SITE, "printer")
    await until_async(lambda: topic in broker.retained)
    office.healths.report("voice", "ok")
    await until_async(lambda: topics.health(SITE, "voice") in broker.retained)
    said = [t for _, t, _ in broker.log if t == topic]
    assert said == [topic]


async def test_the_floor_reaches_the_office(office: Office, hub: HubBehindBroker):
    hub.hub.floor = Floor(business_day="2026-11-23", series={"A": 41})
    office.start()
    await until_async(lambda: office.floors == [hub.hub.floor])


async def test_an_earlier_incarnation_is_drained_too(
    broker: FakeBroker, hub: HubBehindBroker, tmp_path: Path
):
    first = Office(tmp_path, broker.connector(DEVICE), SITE, DEVICE)
    await first.write(700)
    await first.stop()
    second = Office(tmp_path, broker.connector(DEVICE), SITE, DEVICE).start()
    await second.write(3)
    await in_step(second, hub)
    assert set(hub.hub.streams) == {first.journal.jid, second.journal.jid}
    await second.stop()


async def test_a_hub_restored_from_its_backup_gets_the_rest_again(
    broker: FakeBroker, office: Office, hub: HubBehindBroker
):
    await office.write(10)
    office.start()
    await in_step(office, hub)
    hub.hub.backup()
    await office.write(10)
    await in_step(office, hub)
    hub.hub.restore()
    broker.cut(DEVICE)
    await in_step(office, hub)
    assert hub.hub.gaps() == set()
    assert office.uplink.figures()["uplink_rewinds"] == 1


@pytest.mark.usefixtures("hub")
async def test_a_batch_that_the_broker_refuses_stays_in_the_outbox(
    broker: FakeBroker, office: Office
):
    batch = topics.up(SITE, Up.BATCH)
    broker.rule = lambda _client, topic, _payload: 0x87 if topic == batch else 0
    await office.write(4)
    office.start()
    await until_async(lambda: office.uplink.figures()["uplink_refused"] >= 1)
    assert office.acked() == 0
    assert office.uplink.figures()["uplink_outbox_events"] == 5


async def test_metrics_are_sent(office: Office, hub: HubBehindBroker):
    office.start()
    await until_async(lambda: hub.payloads(Up.METRICS))
    values = msgspec.json.decode(hub.payloads(Up.METRICS)[0])["values"]
    assert values["tickets"] == 1.0
    assert values["uplink_online"] == 1.0


async def test_a_broker_that_is_away_costs_nothing_and_is_found_when_it_returns(
    broker: FakeBroker, office: Office, hub: HubBehindBroker, caplog: pytest.LogCaptureFixture
):
    broker.reachable = False
    office.start()
    await office.write(5)
    await until_async(lambda: office.uplink._tries > 3)
    assert sum("no link to the hub" in r.message for r in caplog.records) == 1
    broker.reachable = True
    await in_step(office, hub)
