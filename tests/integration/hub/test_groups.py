"""Batches of several sites in one transaction are written together, each by its own rules."""

from sqlalchemy import Engine, func, select

from motcua_contract.messages import Ack
from motcua_contract.topics import Up
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import reading
from support.hubsite import T0, Journal, pack

NOW = T0 + 3_600_000
SITES = ("q1-ben-nghe", "q3-vo-thi-sau")


def test_an_eid_that_occurs_twice_spoils_nothing_of_the_group(engine: Engine) -> None:
    journals = [Journal("a"), Journal("b")]
    said = []
    for site, journal in zip(SITES, journals, strict=True):
        for number in range(1, 5):
            journal.serve(number)
        twin = journal.events[3]
        journal.add_raw(twin.type, bytes(twin.body), eid=twin.eid if site == SITES[0] else "")
        for first in (1, 11):
            payload = pack(
                journal.jid, journal.events[first - 1 : first + 9 if first == 1 else None]
            )
            said.append(Incoming(site=site, kind=Up.BATCH, payload=payload, at=NOW))
    replies = Receiver(engine).take(said)
    assert all(isinstance(reply.message, Ack) for reply in replies)
    with reading(engine) as connection:
        event = schema.event.c
        query = select(event.site, func.count(), func.count(event.twin_eid)).group_by(event.site)
        held = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
        conflicts = connection.scalar(select(func.count()).select_from(schema.conflict))
    lengths = [journal.last for journal in journals]
    assert held == {SITES[0]: (lengths[0], 1), SITES[1]: (lengths[1], 0)}
    assert conflicts == 1
