"""Applying facts: every type, every odd state, never an error."""

from typing import ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_contract.facts import FACT_TYPES
from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.office import (
    ClockChanged,
    CounterChanged,
    DayClosed,
    DayOpened,
    OfficerLocked,
    SeriesAdvanced,
)
from motcua_contract.facts.printing import PrintPrinted
from motcua_contract.facts.tickets import TicketIssued, TicketNoShow, TicketUndone
from motcua_contract.vocabulary import ClockState, CounterState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.fold import HANDLED, apply, fold
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.transitions import TRANSITIONS
from support.desk import Desk, seated

INSTANTS = st.builds(
    Instant,
    wall=st.integers(-(10**13), 10**14),
    mono=st.integers(0, 10**12),
    clock=st.sampled_from(ClockState),
    boot=st.just("b"),
)
TICKETS = st.sampled_from(["20261123-A001", "20261123-A002", "gone"])


def facts_of(kind: type[BaseFact]) -> st.SearchStrategy[BaseFact]:
    """Any body of this type, about a ticket that may exist."""
    fields = {"ticket": TICKETS} if "ticket" in kind.__struct_fields__ else {}
    return st.builds(kind, **fields)


ANY_FACT = st.one_of([facts_of(kind) for kind in FACT_TYPES.values()])


def test_every_fact_type_is_handled():
    assert set(FACT_TYPES.values()) == HANDLED


def busy_office() -> OfficeState:
    desk = seated()
    desk.issue("DD")
    desk.serving("CT")
    desk.issue("CT")
    return desk.state


BUSY = busy_office()
SERVING = BUSY.tickets["20261123-A001"]


@pytest.mark.parametrize("name", sorted(FACT_TYPES))
@settings(max_examples=15, deadline=None)
@given(st.data(), INSTANTS)
def test_no_fact_in_any_state_is_an_error_and_the_version_rises(name, data, at):
    fact = data.draw(facts_of(FACT_TYPES[name]))
    for state in (OfficeState(), BUSY):
        after = apply(state, fact, at)
        assert after.office.version == state.office.version + 1
        assert after.office.last_at >= state.office.last_at


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ANY_FACT, INSTANTS), max_size=12))
def test_no_history_however_odd_is_an_error(items):
    after = fold(BUSY, items)
    assert after.office.version == BUSY.office.version + len(items)
    assert after.office.day >= BUSY.office.day


ABOUT_TICKETS = sorted(
    name
    for name, kind in FACT_TYPES.items()
    if "ticket" in kind.__struct_fields__ and kind is not TicketIssued
)


@pytest.mark.parametrize("name", ABOUT_TICKETS)
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_a_fact_about_an_unknown_ticket_makes_no_ticket(name, data):
    fact = msgspec.structs.replace(data.draw(facts_of(FACT_TYPES[name])), ticket="unknown")
    after = apply(BUSY, fact, Instant(1, 1, ClockState.NTP))
    assert after.tickets == BUSY.tickets


def test_a_fact_of_a_newer_version_only_raises_the_version():
    class FromTheFuture(BaseFact, frozen=True, kw_only=True):
        TYPE: ClassVar[str] = "future/9"

    after = apply(BUSY, FromTheFuture(), Instant(1, 1, ClockState.NTP))
    assert after.tickets is BUSY.tickets
    assert after.office.version == BUSY.office.version + 1


def test_a_fact_type_belongs_to_one_family():
    registry = Registry()
    registry.on(TicketNoShow, lambda s, _f, _at: s)
    with pytest.raises(ValueError, match="already"):
        registry.on(TicketNoShow, lambda s, _f, _at: s)


@pytest.mark.parametrize("kind", sorted(TRANSITIONS, key=lambda kind: kind.TYPE))
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_every_move_raises_the_tickets_version_and_sets_the_tables_state(kind, data):
    move, ticket = TRANSITIONS[kind], SERVING
    fact = msgspec.structs.replace(data.draw(facts_of(kind)), ticket=ticket.id)
    after = apply(BUSY, fact, Instant(10, 1, ClockState.NTP)).tickets[ticket.id]
    assert (after.state, after.version) == (move.target, ticket.version + 1)
    assert after.moved == after.version
    assert (after.prior is not None) is move.undoable


def test_the_same_number_twice_keeps_the_first_ticket():
    desk = Desk()
    ticket = desk.issue("CT")
    issued = next(f for f, _ in desk.history if isinstance(f, TicketIssued))
    desk.feed(msgspec.structs.replace(issued, service="DD"))
    assert desk.ticket(ticket) == ticket


def test_a_day_never_goes_back_and_a_foreign_day_is_not_closed():
    desk = Desk()
    desk.issue("CT")
    desk.feed(DayOpened(day="2026-11-20", clock=ClockState.NTP))
    assert desk.state.office.day == "2026-11-23"
    desk.feed(DayClosed(day="2026-11-20"))
    assert not desk.state.office.day_closed
    desk.feed(SeriesAdvanced(day="2026-11-20", series="A", number=900, cause="x"))
    assert desk.issue("CT").label == "A002"


def test_a_new_day_keeps_what_no_fact_has_ended():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.feed(DayOpened(day="2026-11-25", clock=ClockState.NTP))
    assert desk.ticket(ticket).state is TicketState.WAITING


def test_an_undo_without_a_former_state_leaves_the_ticket_as_it_is():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.feed(TicketUndone(ticket=ticket.id, undone_type="x/1", undone_at=0, actor="an"))
    after = desk.ticket(ticket)
    assert (after.state, after.version) == (ticket.state, ticket.version + 1)


def test_the_outcome_of_an_old_slip_does_not_touch_the_new_one():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.feed(PrintPrinted(ticket=ticket.id, job=7))
    assert desk.ticket(ticket).print == ticket.print


def test_a_lock_on_an_unknown_device_is_ignored():
    desk = Desk()
    desk.feed(OfficerLocked(officer="an", device="x", until=1))
    assert desk.state.devices == {}


def test_a_counter_nobody_knew_appears_with_its_fact():
    desk = Desk()
    desk.feed(CounterChanged(counter=7, officer="an", state=CounterState.BREAK))
    assert desk.state.counters["7"].state is CounterState.BREAK


# ---- clock jumps ----


@pytest.mark.parametrize("hours", [5, -5])
def test_after_a_clock_jump_everybody_has_the_time_that_was_left(hours):
    desk = seated()
    gone = desk.missed()
    desk.wait(50 * 60)
    jump = hours * 3_600_000
    desk.set(wall=desk.now.wall + jump)
    desk.feed(ClockChanged(state=ClockState.NTP, before=ClockState.SAVED, jump_ms=jump))
    assert desk.ticket(gone).deadline == gone.deadline + jump
    desk.wait(9 * 60)
    assert desk.do(c.Rejoin(ticket=gone.id))


def test_a_jump_moves_calls_service_and_rating_windows_too():
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving(), nonce_sha256="a" * 64)
    desk.act(c.CloseWrapUp, ticket)
    desk.issue("CT")
    waiting, called = desk.issue("CT"), desk.call()
    before = desk.ticket(ticket)
    desk.feed(ClockChanged(state=ClockState.NTP, before=ClockState.NTP, jump_ms=60_000))
    after = desk.ticket(ticket)
    assert after.rating.until == before.rating.until + 60_000
    assert after.finished_at == before.finished_at + 60_000
    assert desk.ticket(waiting).waiting_since == waiting.waiting_since + 60_000
    assert desk.ticket(called).call.first_at == called.call.first_at + 60_000
    assert desk.ticket(waiting).order_key == waiting.order_key


def test_a_jump_leaves_what_is_over_as_it_was():
    desk = seated()
    ticket = desk.issue("CT")
    desk.do(c.WalkOut(ticket=ticket.id))
    before = desk.ticket(ticket)
    desk.feed(ClockChanged(state=ClockState.NTP, before=ClockState.NTP, jump_ms=60_000))
    assert desk.ticket(ticket) is before


def test_more_trust_without_a_jump_moves_nothing():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.feed(ClockChanged(state=ClockState.NTP, before=ClockState.SAVED))
    assert desk.ticket(ticket) is ticket
