"""Thousands of wrong messages, each to the hub's receiver and to an office's uplink, in process.

None may end or block anything, or change what good messages say; each is answered or kept.
"""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from motcua_contract import topics
from motcua_contract.messages import (
    About,
    Ack,
    ConfigReported,
    Floor,
    Health,
    HubStatus,
    LinkState,
    Metrics,
    Nak,
    NakCode,
    Reply,
    Resume,
    Status,
    StreamHave,
    encode,
)
from motcua_contract.topics import Down, Up
from motcua_contract.vocabulary import HealthState
from motcua_edge.drivers.mqtt import FakeBroker
from motcua_hub.care.verify import verify
from motcua_hub.config import IngestSection
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading
from support.faults import count, tell
from support.hubsite import T0, Journal
from support.mutations import mutants
from support.uplink_office import HubBehindBroker, Office
from support.waiting import until_async

TO_HUB = count(500, 6_000)
TO_EDGE = count(800, 6_000)
GOOD_EVERY = 50
KEPT = 40
BAD, GOOD = "site-bad", "site-good"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + TO_HUB // 2)]


def _said() -> list[tuple[str, bytes]]:
    """What an office says in a morning, by the kind's name."""
    journal = Journal("m")
    for number in range(1, 8):
        journal.serve(number)
    batches = [journal.batch(first, first + 5) for first in range(1, 30, 6)]
    reports = {
        Up.HELLO: journal.hello(),
        Up.STATUS: encode(Status(state=LinkState.ONLINE, session="s", boot="b", at=T0)),
        Up.ABOUT: encode(
            About(device="d-1", versions={"motcua-edge": "1"}, components={"p": "ok"})
        ),
        Up.METRICS: encode(Metrics(at=T0, values={"tickets": 5.0})),
        Up.CONFIG: encode(ConfigReported(version=3, state="ok")),
        Up.REPLY: encode(Reply(correlation="c", ok=True)),
        Up.HEALTH: encode(Health(component="printer", state=HealthState.OK, since=T0, at=T0)),
    }
    said = [(kind.value, payload) for kind, payload in reports.items()]
    return [*said, *((Up.BATCH.value, batch) for batch in batches * 2)]


def _incoming(kind: str, payload: bytes, n: int, site: str = BAD) -> Incoming:
    component = "printer" if kind == Up.HEALTH else None
    return Incoming(site=site, kind=Up(kind), payload=payload, at=T0 + n, component=component)


@pytest.mark.parametrize("seed", [70, 71])
def test_a_hub_takes_no_harm_from_mutated_messages(migrated_url: str, seed: int) -> None:
    engine = open_engine(migrated_url)
    receiver = Receiver(engine, settings=IngestSection(keep_poison=KEPT))
    good = Journal("good")
    for n, (kind, payload) in enumerate(mutants(_said(), seed, TO_HUB // 2)):
        replies = receiver.take([_incoming(kind, payload, n)])
        assert len(replies) == (kind == Up.BATCH) or kind == Up.HELLO
        assert all(reply.payload for reply in replies)
        if n % GOOD_EVERY == 0:
            good.serve(n + 1)
            told = receiver.batch(GOOD, good.batch(good.last - 4 if n else 1), T0 + n)
            assert isinstance(told, Ack)
            assert told.tag == good.tag(good.last)
    _check_hub(engine, good)


def _check_hub(engine, good: Journal) -> None:
    with reading(engine) as connection:
        assert list(verify(connection)) == []
        table, live = schema.event, schema.site_live
        mine = select(table.c.digest).where(table.c.site == GOOD).order_by(table.c.seq)
        assert list(connection.scalars(mine)) == [good.digest(n + 1) for n in range(good.last)]
        kept = connection.scalar(select(func.count()).select_from(schema.poison))
        poisoned = connection.scalar(select(live.c.poisoned).where(live.c.site == BAD))
    engine.dispose()
    tell(f"{TO_HUB // 2} mutants to the hub: {poisoned} malformed, {kept} kept")
    assert poisoned > TO_HUB // 8
    assert kept == KEPT


def _answers(office: Office) -> list[tuple[str, bytes]]:
    """What a hub says in a morning, and what it might say."""
    jid, tag = office.journal.jid, "ab" * 16
    have = [StreamHave(jid=jid, have=3, tag=tag, safe=2)]
    floor = Floor(business_day="2026-11-23", series={"A": 12})
    answers = {
        Down.ACK: Ack(jid=jid, upto=3, tag=tag, safe=2),
        Down.NAK: Nak(jid=jid, code=NakCode.GAP, have=2, tag=tag),
        Down.RESUME: Resume(nonce="n", streams=have, hub_time=T0, floor=floor),
    }
    said = [(topics.down("site-a", kind), encode(answer)) for kind, answer in answers.items()]
    return [*said, (topics.HUB_STATUS, encode(HubStatus(state=LinkState.ONLINE, session="x")))]


async def test_an_office_takes_no_harm_from_mutated_answers(tmp_path: Path) -> None:
    broker = FakeBroker()
    hub = await HubBehindBroker(broker.connector("hub"), "site-a").start()
    office = Office(tmp_path, broker.connector("d-1"), "site-a", "d-1").start()
    await office.write(3)
    await until_async(lambda: office.acked() == len(office.digests()))
    for n, (topic, payload) in enumerate(mutants(_answers(office), 72, TO_EDGE)):
        broker.take("hub", topic, payload, retain=False)
        if n % GOOD_EVERY == 0:
            await office.write(1)
            await until_async(lambda: office.digests() == hub.hub.digests(), within=60)
    await until_async(lambda: office.acked() == len(office.digests()), within=60)
    counters = office.uplink.counters
    tell(f"{TO_EDGE} mutants to the office: {counters.malformed} malformed")
    assert counters.malformed > TO_EDGE // 3
    assert counters.connects == 1
    assert not office.task.done()
    assert all(stream.purged == stream.safe == 0 for stream in office.journal.reader.streams())
    await office.stop()
    await hub.close()
