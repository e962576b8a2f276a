"""Batches: the steps of the protocol on both databases, through the receiver alone."""

import zlib

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from motcua_contract.facts.office import HealthChanged
from motcua_contract.messages import MAX_BYTES, Ack, Nak, NakCode
from motcua_contract.topics import Up
from motcua_contract.vocabulary import HealthState
from motcua_hub.care.rows import export_lines
from motcua_hub.care.verify import verify
from motcua_hub.config import IngestSection
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import reading
from motcua_hub.store.incidents import list_incidents
from support.hubsite import DAY, T0, Journal, pack, stub

SITE, OTHER = "q1-ben-nghe", "q3-vo-thi-sau"
NOW = T0 + 3_600_000


@pytest.fixture
def receiver(engine: Engine) -> Receiver:
    return Receiver(engine)


def lines(engine: Engine, site: str = SITE) -> list[dict]:
    with reading(engine) as connection:
        return [msgspec.json.decode(line) for line in export_lines(connection, site)]


def incidents(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [each.kind for each in list_incidents(connection)]


def problems(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(verify(connection))


def count(engine: Engine, table) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(table))


def acked(answer: Ack | Nak) -> tuple[int, str]:
    assert isinstance(answer, Ack), answer
    return answer.upto, answer.tag


def refused(answer: Ack | Nak) -> tuple[NakCode, int, str | None]:
    assert isinstance(answer, Nak), answer
    return answer.code, answer.have, answer.tag


def test_a_batch_is_stored_and_acknowledged_with_its_proof(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    journal.serve(1)
    assert acked(receiver.batch(SITE, journal.batch(), NOW)) == (6, journal.tag(6))
    held = lines(engine)
    assert [line["seq"] for line in held] == [1, 2, 3, 4, 5, 6]
    assert [line["digest"] for line in held] == [journal.digest(n) for n in range(1, 7)]
    assert held[1]["body"]["label"] == "A001"
    assert [line["eid"] for line in held] == [event.eid for event in journal.events]
    assert problems(engine) == []


def test_duplicates_are_acknowledged_and_stored_once(engine: Engine, receiver: Receiver) -> None:
    journal = Journal("a")
    journal.serve(1)
    receiver.batch(SITE, journal.batch(1, 4), NOW)
    assert acked(receiver.batch(SITE, journal.batch(1, 4), NOW)) == (4, journal.tag(4))
    assert acked(receiver.batch(SITE, journal.batch(2, 6), NOW)) == (6, journal.tag(6))
    # the tag is of the batch's own last row: a card put back to row 3 knows no later one
    assert acked(receiver.batch(SITE, journal.batch(1, 3), NOW)) == (3, journal.tag(3))
    assert len(lines(engine)) == 6
    assert incidents(engine) == []


def test_a_batch_that_leaves_a_hole_is_refused_with_what_is_held(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    journal.serve(1)
    assert refused(receiver.batch(SITE, journal.batch(3), NOW)) == (NakCode.GAP, 0, None)
    receiver.batch(SITE, journal.batch(1, 2), NOW)
    assert refused(receiver.batch(SITE, journal.batch(4), NOW)) == (
        NakCode.GAP,
        2,
        journal.tag(2),
    )
    assert acked(receiver.batch(SITE, journal.batch(3), NOW))[0] == 6
    assert problems(engine) == []


def broken_payloads() -> dict[str, bytes]:
    journal = Journal("a")
    journal.serve(1)
    good = msgspec.json.decode(journal.batch())

    def changed(**fields: object) -> bytes:
        return msgspec.json.encode({**good, **fields})

    def event_changed(**fields: object) -> bytes:
        events = [dict(each) for each in good["events"]]
        events[1].update(fields)
        return changed(events=events)

    return {
        "not json": b"\xff\xfe{",
        "deep": b"[" * 100_000,
        "no batch": b'{"v":1}',
        "a later version": changed(v=2),
        "wrong count": changed(last=99),
        "hole inside": event_changed(seq=5),
        "wrong digest": changed(digest_last="0" * 64),
        "NUL": event_changed(boot="a\0b"),
        "time beyond reason": event_changed(t_wall=2**60),
        "no eid": event_changed(eid="zz"),
        "empty": changed(events=[]),
        "too long": changed(junk="x" * MAX_BYTES),
    }


@pytest.mark.parametrize("kind", list(broken_payloads()))
def test_a_malformed_batch_is_kept_counted_and_refused(
    engine: Engine, receiver: Receiver, kind: str
) -> None:
    payload = broken_payloads()[kind]
    code, have, tag = refused(receiver.batch(SITE, payload, NOW))
    assert (code, have, tag) == (
        NakCode.TOO_BIG if kind == "too long" else NakCode.BAD,
        0,
        None,
    )
    with reading(engine) as connection:
        kept = connection.execute(select(schema.poison)).mappings().one()
        counted = connection.scalar(select(schema.site_live.c.poisoned))
    assert bytes(kept["raw"]) == payload[:MAX_BYTES]
    assert kept["size"] == len(payload)
    assert counted == 1
    assert incidents(engine) == ["poison"]
    assert lines(engine) == []


def test_only_the_newest_poison_of_a_site_is_kept_but_all_is_counted(engine: Engine) -> None:
    receiver = Receiver(engine, settings=IngestSection(keep_poison=3))
    for number in range(8):
        receiver.batch(SITE, b"junk %d" % number, NOW)
    with reading(engine) as connection:
        kept = connection.scalars(select(schema.poison.c.raw).order_by(schema.poison.c.id)).all()
        counted = connection.scalar(select(schema.site_live.c.poisoned))
    assert [bytes(raw) for raw in kept] == [b"junk 5", b"junk 6", b"junk 7"]
    assert counted == 8
    assert incidents(engine) == ["poison"]


UNDERSTOOD_BY_NOBODY = {
    "unknown type": ("ticket.teleported/9", b"{}"),
    "not its schema": ("ticket.issued/1", b'{"ticket":1}'),
    "null": ("ticket.issued/1", b"null"),
    "NUL in a text": ("help.called/1", b'{"device":"a\\u0000b"}'),
    "a number no column holds": (
        "ticket.missed/1",
        b'{"ticket":"x","counter":1,"officer":"lan","deadline":9223372036854775808}',
    ),
    "a name no index holds": ("help.called/1", b'{"device":"' + b"x" * 3000 + b'"}'),
    "a level beyond its scale": (
        "rating.given/1",
        b'{"ticket":"x","counter":1,"officer":"lan","scale":3,"level":4}',
    ),
}


@pytest.mark.parametrize("kind", list(UNDERSTOOD_BY_NOBODY))
def test_an_event_nobody_understands_is_quarantined_and_counts_as_received(
    engine: Engine, receiver: Receiver, kind: str
) -> None:
    journal = Journal("a")
    journal.add_raw(*UNDERSTOOD_BY_NOBODY[kind])
    journal.issue(1)
    assert acked(receiver.batch(SITE, journal.batch(), NOW)) == (3, journal.tag(3))
    with reading(engine) as connection:
        event = schema.event
        reasons = connection.scalars(select(event.c.quarantined).order_by(event.c.seq)).all()
        bodies = connection.scalars(select(event.c.body).order_by(event.c.seq)).all()
        counted = connection.scalar(select(schema.site_live.c.quarantined))
    assert [reason is None for reason in reasons] == [True, False, True]
    assert bytes(bodies[1]) == UNDERSTOOD_BY_NOBODY[kind][1]
    assert counted == 1
    assert incidents(engine) == ["quarantine"]
    assert problems(engine) == []


def test_a_row_that_differs_from_the_one_held_is_kept_as_a_conflict(
    engine: Engine, receiver: Receiver
) -> None:
    one, two = Journal("a"), Journal("a")
    one.issue(1)
    two.issue(2)
    receiver.batch(SITE, one.batch(), NOW)
    for _ in range(2):
        assert refused(receiver.batch(SITE, two.batch(), NOW)) == (
            NakCode.CONFLICT,
            2,
            one.tag(2),
        )
    assert count(engine, schema.conflict) == 1
    assert incidents(engine) == ["conflict"]
    assert [line["digest"] for line in lines(engine)] == [one.digest(1), one.digest(2)]


def test_a_conflict_does_not_keep_later_rows_out(engine: Engine, receiver: Receiver) -> None:
    one, two = Journal("a"), Journal("a")
    one.issue(1)
    two.issue(2)
    two.issue(3)
    receiver.batch(SITE, one.batch(), NOW)
    assert acked(receiver.batch(SITE, two.batch(), NOW)) == (3, two.tag(3))
    assert len(lines(engine)) == 3
    assert incidents(engine) == ["conflict"]


def test_an_eid_seen_before_is_kept_without_effect(engine: Engine, receiver: Receiver) -> None:
    journal = Journal("a")
    journal.issue(1)
    journal.add_raw("help.called/1", b'{"device":"k"}', eid=journal.events[0].eid)
    journal.issue(2)
    assert acked(receiver.batch(SITE, journal.batch(), NOW))[0] == 4
    assert [line["eid"] for line in lines(engine)] == [event.eid for event in journal.events]
    assert incidents(engine) == ["conflict"]
    assert problems(engine) == []
    # the same eid at another site is somebody else's
    assert acked(receiver.batch(OTHER, journal.batch(1, 2), NOW))[0] == 2


def test_a_stub_is_stored_and_filled_when_its_body_comes(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    journal.issue(1)
    journal.issue(2)
    events = [journal.events[0], stub(journal.events[1]), journal.events[2]]
    assert acked(receiver.batch(SITE, pack(journal.jid, events), NOW))[0] == 3
    assert lines(engine)[1]["body"] is None
    assert count(engine, schema.ticket) == 1
    assert problems(engine) == []
    receiver.batch(SITE, journal.batch(), NOW)
    assert lines(engine)[1]["body"]["label"] == "A001"
    assert count(engine, schema.ticket) == 2
    assert problems(engine) == []


def test_one_bad_message_does_not_stop_the_others_of_its_transaction(
    engine: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    good, bad = Journal("a"), Journal("b")
    bad.add(HealthChanged(component="printer", state=HealthState.OK, since=1))

    def explode(fact: object) -> None:
        if isinstance(fact, HealthChanged):
            raise ZeroDivisionError

    monkeypatch.setattr("motcua_hub.domain.latest.health_values", explode)
    messages = [
        Incoming(site=OTHER, kind=Up.BATCH, payload=bad.batch(), at=NOW),
        Incoming(site=SITE, kind=Up.BATCH, payload=good.batch(), at=NOW),
    ]
    first, second = [reply.message for reply in receiver.take(messages)]
    assert refused(first)[0] is NakCode.BAD
    assert acked(second)[0] == 1
    assert incidents(engine) == ["poison"]
    assert "could not be taken in" in caplog.text


def test_many_batches_of_many_sites_go_in_one_transaction(
    engine: Engine, receiver: Receiver
) -> None:
    journals = {site: Journal(site) for site in (SITE, OTHER, "q5-cho-lon")}
    messages = []
    for number in range(1, 6):
        for site, journal in journals.items():
            begin = journal.last + 1 if number > 1 else 1
            journal.serve(number)
            payload = journal.batch(begin)
            messages.append(Incoming(site=site, kind=Up.BATCH, payload=payload, at=NOW))
    replies = receiver.take(messages)
    assert [reply.site for reply in replies] == [said.site for said in messages]
    assert all(isinstance(reply.message, Ack) for reply in replies)
    with reading(engine) as connection:
        table = schema.queue_day
        figures = connection.execute(select(table.c.site, table.c.day, table.c.served)).all()
    assert sorted(map(tuple, figures)) == sorted((site, DAY, 5) for site in journals)
    assert problems(engine) == []


def test_the_raw_message_is_kept_with_what_a_newer_office_says(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    payload = journal.batch()[:-1] + b',"moon":"full"}'
    receiver.batch(SITE, payload, NOW)
    with reading(engine) as connection:
        raw = connection.scalar(select(schema.raw_batch.c.raw))
    assert zlib.decompress(raw) == payload
