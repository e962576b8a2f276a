"""Hello and resume, gaps, and the signs of clones and restored cards."""

import msgspec
import pytest
from sqlalchemy import Engine, select

from motcua_contract.messages import Ack, Resume, StreamState
from motcua_contract.vocabulary import ClockState
from motcua_hub.care.verify import verify
from motcua_hub.ingest import Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import reading
from motcua_hub.store.incidents import Incident, list_incidents
from support.hubsite import DAY, T0, Journal, ident

SITE = "q1-ben-nghe"
NOW = T0 + 3_600_000


@pytest.fixture
def receiver(engine: Engine) -> Receiver:
    return Receiver(engine)


def resume(receiver: Receiver, payload: bytes, now: int = NOW) -> Resume:
    answer = receiver.hello(SITE, payload, now)
    assert answer is not None
    return answer


def incidents(engine: Engine) -> list[Incident]:
    with reading(engine) as connection:
        return list_incidents(connection)


def problems(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(verify(connection))


def test_a_hello_is_answered_with_what_is_held_and_its_proof(receiver: Receiver) -> None:
    old = Journal("old")
    old.serve(7)
    new = Journal("new", parent=old)
    receiver.batch(SITE, old.batch(1, 4), NOW)
    answer = resume(receiver, new.hello(old.state(), new.state(), nonce="n-42"))
    assert answer.nonce == "n-42"
    assert answer.hub_time == NOW
    assert [(s.jid, s.have, s.tag, s.safe) for s in answer.streams] == [
        (old.jid, 4, old.tag(4), 0),
        (new.jid, 0, None, 0),
    ]
    assert answer.floor is not None
    assert (answer.floor.business_day, answer.floor.series) == (DAY, {"A": 7})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.pop("nonce"),
        lambda told: told.update(now_wall=2**60),
        lambda told: told.update(device="a\0b"),
        lambda told: told["streams"][0].update(first_available=99),
        lambda told: told["streams"][0].update(jid="nope"),
    ],
)
def test_a_malformed_hello_is_kept_and_not_answered(
    engine: Engine, receiver: Receiver, spoil
) -> None:
    told = msgspec.json.decode(Journal("a").hello())
    spoil(told)
    assert receiver.hello(SITE, msgspec.json.encode(told), NOW) is None
    assert [each.kind for each in incidents(engine)] == ["poison"]


def test_the_floor_is_of_the_newest_day_that_either_side_knows(receiver: Receiver) -> None:
    journal = Journal("a")
    journal.serve(15)
    journal.serve(900, test=True)
    receiver.batch(SITE, journal.batch(), NOW)
    clone = Journal("b")
    floor = resume(receiver, clone.hello(day="2026-11-20")).floor
    assert floor is not None
    assert (floor.business_day, floor.series) == (DAY, {"A": 15})
    later = resume(receiver, clone.hello(day="2026-11-24")).floor
    assert later is not None
    assert (later.business_day, later.series) == ("2026-11-24", {})


def test_rows_that_neither_side_holds_are_declared_as_an_exact_gap(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    journal.serve(1)
    journal.serve(2)
    receiver.batch(SITE, journal.batch(1, 3), NOW)
    answer = resume(receiver, journal.hello(journal.state(first_available=7)))
    assert [(s.have, s.tag) for s in answer.streams] == [(6, None)]
    [gap] = incidents(engine)
    assert gap.kind == "gap"
    assert f"rows 4 to 6 of jid {journal.jid}" in gap.detail
    assert isinstance(receiver.batch(SITE, journal.batch(7), NOW), Ack)
    assert problems(engine) == []
    # said again, it is the same gap
    resume(receiver, journal.hello(journal.state(first_available=7)))
    assert len(incidents(engine)) == 1


def test_rows_that_turn_up_after_all_shrink_their_gap(engine: Engine, receiver: Receiver) -> None:
    journal = Journal("a")
    journal.serve(1)
    journal.serve(2)
    resume(receiver, journal.hello(journal.state(first_available=9)))
    receiver.batch(SITE, journal.batch(9), NOW)
    answer = receiver.batch(SITE, journal.batch(3, 5), NOW)
    assert isinstance(answer, Ack)
    assert (answer.upto, answer.tag) == (5, journal.tag(5))
    with reading(engine) as connection:
        gap = schema.gap
        left = connection.execute(select(gap.c.first, gap.c.last).order_by(gap.c.first)).all()
    assert [tuple(row) for row in left] == [(1, 2), (6, 8)]
    assert problems(engine) == []


def test_two_incarnations_of_one_parent_on_two_machines_are_clones(
    engine: Engine, receiver: Receiver
) -> None:
    parent = Journal("p")
    one, two = Journal("one", parent=parent, hw="pi-1"), Journal("two", parent=parent, hw="pi-2")
    resume(receiver, one.hello(parent.state(), one.state()))
    assert incidents(engine) == []
    resume(receiver, two.hello(parent.state(), two.state()))
    [incident] = incidents(engine)
    assert incident.kind == "duplicate_identity"
    assert "pi-1" in incident.detail
    assert "pi-2" in incident.detail
    # nothing is refused
    assert isinstance(receiver.batch(SITE, one.batch(), NOW), Ack)
    assert isinstance(receiver.batch(SITE, two.batch(), NOW), Ack)


def test_clones_are_seen_in_batches_alone(engine: Engine, receiver: Receiver) -> None:
    parent = Journal("p")
    one, two = Journal("one", parent=parent, hw="pi-1"), Journal("two", parent=parent, hw="pi-2")
    for journal in (parent, one, two):
        receiver.batch(SITE, journal.batch(), NOW)
    assert [each.kind for each in incidents(engine)] == ["duplicate_identity"]


def test_a_card_put_back_to_an_earlier_day_is_seen(engine: Engine, receiver: Receiver) -> None:
    parent = Journal("p")
    parent.issue(1)
    child = Journal("c", parent=parent, hw="hw-9")
    parent.issue(2)
    receiver.batch(SITE, parent.batch(), NOW)
    resume(receiver, child.hello(child.state()))
    [incident] = incidents(engine)
    assert incident.kind == "rolled_back"
    assert "began after row 2 of its parent, of which 3 are held" in incident.detail
    assert "hw-9" in incident.detail


def test_a_parent_that_goes_on_after_its_child_began_is_seen(
    engine: Engine, receiver: Receiver
) -> None:
    parent = Journal("p")
    child = Journal("c", parent=parent)
    receiver.batch(SITE, parent.batch(), NOW)
    receiver.batch(SITE, child.batch(), NOW)
    assert incidents(engine) == []
    parent.issue(1)
    receiver.batch(SITE, parent.batch(2), NOW)
    assert [each.kind for each in incidents(engine)] == ["rolled_back"]


def test_two_incarnations_alive_at_once_are_clones(engine: Engine, receiver: Receiver) -> None:
    one = Journal("one", hw="pi-1")
    two = Journal("two", hw="pi-2")
    resume(receiver, one.hello())
    resume(receiver, two.hello())
    assert incidents(engine) == [], "a new start of the program is no clone"
    resume(receiver, one.hello())
    [incident] = incidents(engine)
    assert incident.kind == "duplicate_identity"
    assert "pi-1" in incident.detail
    assert "pi-2" in incident.detail


def test_ordinary_restarts_raise_nothing(engine: Engine, receiver: Receiver) -> None:
    journal, streams = Journal("0"), []
    for number in range(1, 6):
        journal.serve(number)
        streams.append(journal)
        resume(receiver, journal.hello(*(each.state() for each in streams)))
        receiver.batch(SITE, journal.batch(), NOW)
        journal = Journal(str(number), parent=journal)
    assert incidents(engine) == []
    assert problems(engine) == []


def test_an_unsynced_clock_is_dated_by_a_later_hello(engine: Engine, receiver: Receiver) -> None:
    event = schema.event
    journal = Journal("a", clock=ClockState.NONE, start=1_000_000)
    journal.issue(1)
    receiver.batch(SITE, journal.batch(), NOW)
    with reading(engine) as connection:
        times = connection.execute(select(event.c.best_time, event.c.best_error)).all()
    assert [error for _, error in times] == [None, None]
    resume(receiver, journal.hello())
    with reading(engine) as connection:
        rows = connection.execute(
            select(event.c.best_time, event.c.best_error, event.c.t_mono, event.c.t_wall)
        ).all()
    # the hello was said at boot-time 1,000,000 ms and came at NOW
    assert [row.best_time for row in rows] == [NOW - 1_000_000 + row.t_mono for row in rows]
    assert all(row.best_error == 30_000 for row in rows)
    assert [row.t_wall for row in rows] == [each.t_wall for each in journal.events]
    synced = Journal("b", clock=ClockState.NTP, start=T0)
    receiver.batch(SITE, synced.batch(), NOW)
    with reading(engine) as connection:
        better = connection.execute(select(event.c.best_error).order_by(event.c.id)).scalars().all()
    assert better == [200, 200, 200]


def test_a_hello_of_an_unknown_stream_opens_it(engine: Engine, receiver: Receiver) -> None:
    journal = Journal("a")
    ghost = StreamState(jid=ident("ghost"), first_available=1, last=0, acked=0)
    answer = resume(receiver, journal.hello(ghost, journal.state()))
    assert [each.have for each in answer.streams] == [0, 0]
    with reading(engine) as connection:
        assert connection.scalar(select(schema.site_live.c.jid)) == journal.jid
