"""The fold of a ticket at the hub."""

import random

import pytest

from motcua_contract.facts.base import TicketFact
from motcua_contract.facts.printing import PrintPrinted, PrintSent
from motcua_contract.facts.ratings import RatingGiven
from motcua_contract.facts.tickets import (
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketRequeued,
    TicketServed,
    TicketStarted,
    TicketTransferred,
    TicketUndone,
)
from motcua_contract.vocabulary import OrderPolicy
from motcua_hub.domain.figures import queue_figures, rating_figures
from motcua_hub.domain.tickets import Stamp, TicketRow, fold

ID = "20261123-A001"
WHO = {"ticket": ID, "counter": 2, "officer": "lan"}
ISSUED = TicketIssued(
    ticket=ID, label="A001", series="A", number=1, day="2026-11-23", service="TP", order_key=0
)
CALLED = TicketCalled(call=f"{ID}#1", **WHO)
STARTED = TicketStarted(**WHO)
FINISHED = TicketFinished(serving_ms=90_000, rate_by=5, **WHO)


def stamped(*facts: TicketFact, boot: str = "b") -> list[tuple[TicketFact, Stamp]]:
    return [
        (fact, Stamp(0, "00" * 16, seq, boot, seq * 1000, 10**12 + seq * 1000, "2026-11-23"))
        for seq, fact in enumerate(facts, 1)
    ]


def folded(*facts: TicketFact) -> TicketRow:
    row = fold(stamped(*facts))
    assert row is not None
    return row


def test_a_whole_life() -> None:
    rated = RatingGiven(scale=5, level=4, **WHO)
    printed = (PrintSent(ticket=ID, job=1), PrintPrinted(ticket=ID, job=1))
    row = folded(ISSUED, *printed, CALLED, STARTED, FINISHED, TicketServed(**WHO), rated)
    assert (row.state, row.counter, row.officer) == ("served", 2, "lan")
    assert (row.wait_ms, row.serving_ms) == (3_000, 90_000)
    assert (row.slips, row.print_state) == (1, "printed")
    assert (row.rating_state, row.rating_level, row.rating_scale) == ("rated", 4, 5)
    assert queue_figures(row)["served"] == 1
    assert rating_figures(row) == [(0, "offered"), (5, "level4")]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    items = stamped(ISSUED, CALLED, STARTED, FINISHED, TicketServed(**WHO))
    expected = fold(items)
    random.Random(seed).shuffle(items)
    assert fold(items) == expected


def test_an_undone_fact_does_not_count() -> None:
    undone = TicketUndone(ticket=ID, undone_type="ticket.finished/1", undone_at=4, actor="lan")
    row = folded(ISSUED, CALLED, STARTED, FINISHED, undone)
    assert (row.state, row.serving_ms, row.rating_state) == ("serving", None, "none")
    assert row.last_seq == 5


def test_a_call_by_mistake_does_not_end_the_wait() -> None:
    requeued = TicketRequeued(**WHO)
    row = folded(ISSUED, CALLED, requeued)
    assert (row.state, row.wait_ms, row.called_at, row.counter) == ("waiting", None, None, None)
    again = folded(ISSUED, CALLED, requeued, CALLED)
    assert (again.wait_ms, again.calls) == (3_000, 2)


def test_a_transferred_ticket_counts_at_its_new_service() -> None:
    moved = TicketTransferred(
        ticket=ID, from_service="TP", to_service="DD", policy=OrderPolicy.END, order_key=1
    )
    row = folded(ISSUED, CALLED, STARTED, moved)
    assert (row.service, row.state) == ("DD", "waiting")


def test_a_ticket_whose_issue_is_lost_is_partial() -> None:
    row = folded(CALLED, STARTED)
    assert (row.partial, row.day, row.label, row.state) == (True, "2026-11-23", "A001", "serving")
    assert row.wait_ms is None


def test_a_wait_across_a_restart_is_told_by_the_wall_clock() -> None:
    [issue] = stamped(ISSUED)
    called = (CALLED, Stamp(1, "11" * 16, 1, "b2", 5, 10**12 + 61_000, "2026-11-23"))
    row = fold([called, issue])
    assert row is not None
    assert row.wait_ms == 60_000


def test_a_wait_is_never_negative_nor_absurd() -> None:
    [issue] = stamped(ISSUED)
    early = (CALLED, Stamp(1, "11" * 16, 1, "b2", 5, 0, "2026-11-23"))
    late = (CALLED, Stamp(1, "11" * 16, 1, "b2", 5, 2**53, "2026-11-23"))
    waits = [row.wait_ms for row in (fold([issue, early]), fold([issue, late])) if row]
    assert waits == [0, 7 * 24 * 3600 * 1000]
