"""Projections are a function of the facts held, whatever order batches came in."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.office import (
    CounterChanged,
    HealthChanged,
    OfficerLoggedIn,
    OfficerLoggedOut,
    SeriesAdvanced,
)
from motcua_contract.facts.printing import PrintFailed, PrintPrinted
from motcua_contract.facts.ratings import RatingChanged, RatingDeclined, RatingGiven
from motcua_contract.facts.tickets import (
    TicketCalled,
    TicketExpired,
    TicketFinished,
    TicketMissed,
    TicketNoShow,
    TicketRejoined,
    TicketRequeued,
    TicketServed,
    TicketStarted,
    TicketTransferred,
    TicketUndone,
    TicketVoided,
)
from motcua_contract.messages import Ack
from motcua_contract.vocabulary import (
    CounterState,
    ExpiryReason,
    HealthState,
    OrderPolicy,
    PrintFailure,
)
from motcua_hub.care.verify import verify
from motcua_hub.ingest import Receiver
from motcua_hub.projections import rebuild_site
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from support.hubsite import DAY, T0, Journal, pack, stub
from support.migrated import fresh

SITE = "q1-ben-nghe"
NOW = T0 + 3_600_000


def random_fact(rng: random.Random, tickets: list[tuple[str, bool]]) -> BaseFact:
    ticket, test = rng.choice(tickets)
    about = {"ticket": ticket, "test": test}
    who = {**about, "counter": rng.randint(1, 3), "officer": rng.choice(["lan", "minh"])}
    officer = who["officer"]
    makers = (
        lambda: TicketCalled(call=f"{ticket}#1", **who),
        lambda: TicketStarted(**who),
        lambda: TicketMissed(deadline=T0, **who),
        lambda: TicketRejoined(order_key=1, **about),
        lambda: TicketNoShow(**about),
        lambda: TicketRequeued(**who),
        lambda: TicketTransferred(
            from_service="TP", to_service="DD", policy=OrderPolicy.END, order_key=2, **about
        ),
        lambda: TicketFinished(serving_ms=rng.randint(-5, 10**6), rate_by=T0, **who),
        lambda: TicketServed(**who),
        lambda: TicketVoided(actor=officer, reason="misprint", **about),
        lambda: TicketExpired(reason=ExpiryReason.CLOSED, **about),
        lambda: TicketUndone(
            undone_type=rng.choice(["ticket.finished/1", "ticket.called/1", "ticket.missed/1"]),
            undone_at=T0,
            actor=officer,
            **about,
        ),
        lambda: PrintPrinted(job=1, **about),
        lambda: PrintFailed(job=1, cause=PrintFailure.PAPER_OUT, **about),
        lambda: RatingGiven(scale=3, level=rng.randint(1, 3), **who),
        lambda: RatingChanged(scale=5, level=rng.randint(1, 5), **who),
        lambda: RatingDeclined(**who),
        lambda: OfficerLoggedIn(officer=officer, counter=who["counter"], device="d"),
        lambda: OfficerLoggedOut(officer=officer, counter=who["counter"]),
        lambda: CounterChanged(counter=1, officer=officer, state=CounterState.BREAK, reason="x"),
        lambda: HealthChanged(
            component=rng.choice(["printer", "ups"]),
            state=rng.choice(list(HealthState)),
            since=rng.randint(1, 9),
            drill=rng.random() < 0.3,
        ),
        lambda: SeriesAdvanced(day=DAY, series="B", number=rng.randint(1, 99), cause="floor"),
    )
    return rng.choice(makers)()


def random_family(rng: random.Random, restarts: int) -> list[Journal]:
    """Incarnations, each the parent of the next; tickets live on across restarts."""
    tickets: list[tuple[str, bool]] = []
    journals: list[Journal] = []
    number = 0
    for name in range(restarts + 1):
        start = T0 + rng.randint(-5, 5) * 600_000
        parent = journals[-1] if journals else None
        journal = Journal(f"{name}", parent=parent, boot=f"boot-{name}", start=start)
        for _ in range(rng.randint(2, 30)):
            if not tickets or rng.random() < 0.3:
                number += 1
                test = rng.random() < 0.1
                tickets.append((journal.issue(number, test=test), test))
            else:
                journal.add(random_fact(rng, tickets))
        journals.append(journal)
    return journals


def deliver(rng: random.Random, receiver: Receiver, journals: list[Journal]) -> None:
    """Send everything in random slices, incarnations mixed, with doubles and stubs."""
    have = {journal.jid: 0 for journal in journals}
    if rng.random() < 0.5:
        newest = journals[-1]
        receiver.hello(SITE, newest.hello(*(each.state() for each in journals)), NOW)
    while any(have[journal.jid] < journal.last for journal in journals):
        journal = rng.choice(journals)
        first = max(1, have[journal.jid] + rng.randint(-5, 1))
        last = min(journal.last, first + rng.randint(0, 12))
        events = journal.events[first - 1 : last]
        if not events:
            continue
        if rng.random() < 0.1:
            events = [stub(event) for event in events]
        assert isinstance(receiver.batch(SITE, pack(journal.jid, events), NOW), Ack)
        have[journal.jid] = max(have[journal.jid], last)
    for journal in journals:
        # stubs are filled at last
        assert isinstance(receiver.batch(SITE, journal.batch(), NOW), Ack)


def snapshot(engine: Engine) -> dict[str, list]:
    found = {}
    with reading(engine) as connection:
        for table in schema.PROJECTED:
            order = list(table.primary_key.columns)
            columns = [c for c in table.c if c.name != "by_depth"]
            rows = connection.execute(select(*columns).order_by(*order)).all()
            found[table.name] = [tuple(row) for row in rows if has_content(table, row)]
    return found


def has_content(table, row) -> bool:
    if table.name not in ("queue_day", "rating_day"):
        return True
    return any(row._mapping[c.name] for c in table.c if not c.primary_key)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), restarts=st.integers(0, 4))
def test_any_order_of_arrival_gives_what_a_rebuild_gives(
    tmp_path_factory, seed: int, restarts: int
) -> None:
    rng = random.Random(seed)
    journals = random_family(rng, restarts)
    folder = tmp_path_factory.mktemp("order")
    seen = []
    for way in range(2):
        engine = fresh(folder / f"{way}.sqlite3")
        deliver(rng, Receiver(engine), journals)
        with reading(engine) as connection:
            assert list(verify(connection)) == []
        live = snapshot(engine)
        with writing(engine) as connection:
            rebuild_site(connection, SITE, NOW)
        assert snapshot(engine) == live
        seen.append(live)
        engine.dispose()
    assert seen[0] == seen[1]


@pytest.mark.parametrize("seed", range(4))
def test_both_databases_agree_with_a_rebuild(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    deliver(rng, Receiver(engine), random_family(rng, 3))
    with reading(engine) as connection:
        assert list(verify(connection)) == []
    live = snapshot(engine)
    assert live["ticket"]
    with writing(engine) as connection:
        rebuild_site(connection, SITE, NOW)
    assert snapshot(engine) == live


def test_an_old_incarnation_that_arrives_last_does_not_undo_the_new(engine: Engine) -> None:
    receiver = Receiver(engine)
    old = Journal("old")
    ticket = old.issue(1)
    old.add(OfficerLoggedIn(officer="lan", counter=1, device="d"))
    # after the restart the clock is an hour behind
    new = Journal("new", parent=old, boot="b2", start=T0 - 3_600_000)
    who = {"ticket": ticket, "counter": 1, "officer": "lan"}
    new.add(TicketCalled(call="c", **who))
    new.add(TicketNoShow(ticket=ticket))
    new.add(OfficerLoggedOut(officer="lan", counter=1))
    receiver.batch(SITE, new.batch(), NOW)
    receiver.batch(SITE, old.batch(), NOW)
    with reading(engine) as connection:
        row = connection.execute(select(schema.ticket)).mappings().one()
        counter = connection.execute(select(schema.counter)).mappings().one()
    assert (row["state"], row["partial"], row["label"]) == ("no_show", False, "A001")
    assert counter["state"] == "closed"


def test_a_missing_link_that_joins_two_families_puts_all_in_order(engine: Engine) -> None:
    receiver = Receiver(engine)
    first = Journal("1")
    ticket = first.issue(1)
    middle = Journal("2", parent=first)
    middle.add(TicketCalled(call="c", ticket=ticket, counter=1, officer="lan"))
    last = Journal("3", parent=middle)
    last.add(TicketServed(ticket=ticket, counter=1, officer="lan"))
    for journal in (first, last, middle):
        receiver.batch(SITE, journal.batch(), NOW)
    with reading(engine) as connection:
        table = schema.stream
        depths = dict(tuple(row) for row in connection.execute(select(table.c.jid, table.c.depth)))
        assert list(verify(connection)) == []
        assert connection.scalar(select(schema.ticket.c.state)) == "served"
    assert depths[first.jid] < depths[middle.jid] < depths[last.jid]


def test_test_tickets_are_outside_every_figure(engine: Engine) -> None:
    receiver = Receiver(engine)
    journal = Journal("a")
    ticket = journal.serve(1, test=True)
    journal.add(RatingGiven(ticket=ticket, test=True, counter=1, officer="lan", scale=3, level=3))
    receiver.batch(SITE, journal.batch(), NOW)
    found = snapshot(engine)
    assert len(found["ticket"]) == 1
    assert (found["queue_day"], found["rating_day"], found["series_high"]) == ([], [], [])


def test_figures_of_a_day(engine: Engine) -> None:
    receiver = Receiver(engine)
    journal = Journal("a")
    served = journal.serve(1)
    journal.add(RatingGiven(ticket=served, counter=1, officer="lan", scale=3, level=2))
    journal.issue(2)
    void = journal.issue(3)
    journal.add(TicketVoided(ticket=void, actor="lan", reason="x"))
    receiver.batch(SITE, journal.batch(), NOW)
    with reading(engine) as connection:
        day = dict(connection.execute(select(schema.queue_day)).mappings().one())
        ratings = connection.execute(
            select(schema.rating_day).order_by(schema.rating_day.c.scale)
        ).mappings()
        levels = [(row["scale"], row["offered"], row["level2"]) for row in ratings]
    told = {key: value for key, value in day.items() if value and key not in ("site", "day")}
    assert told == {
        "service": "TP",
        "issued": 2,
        "waiting": 1,
        "served": 1,
        "void": 1,
        "wait_n": 1,
        "wait_ms": 1000,
        "serving_n": 1,
        "serving_ms": 60_000,
    }
    assert levels == [(0, 1, 0), (3, 0, 1)]
