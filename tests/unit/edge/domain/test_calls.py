"""Calling, calling again, calling out of turn, putting back."""

import msgspec
import pytest

from motcua_contract.facts.tickets import TicketCalled, TicketRecalled, TicketServed
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import AnnouncementState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.fold import apply
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, seated, site

NEXT = c.CallNext(counter=1, officer="an")


def test_a_call_names_the_counter_the_officer_and_the_call():
    desk = seated()
    ticket = desk.issue("CT")
    facts = desk.do(NEXT)
    assert facts == (
        TicketCalled(ticket=ticket.id, call=f"{ticket.id}#1", counter=1, officer="an"),
    )
    called = desk.ticket(ticket)
    assert (called.state, called.counter, called.calls) == (TicketState.CALLED, 1, 1)
    assert called.call is not None
    assert called.call.announcement is AnnouncementState.QUEUED


def test_nobody_is_called_to_a_counter_without_an_officer():
    desk = Desk()
    desk.issue("CT")
    desk.refused(NEXT, RefusalCode.COUNTER_NOT_OPEN)


def test_nobody_is_called_to_a_counter_that_does_not_exist():
    desk = Desk()
    desk.refused(c.CallNext(counter=99, officer="an"), RefusalCode.UNKNOWN_COUNTER)


def test_an_officer_calls_to_his_own_counter_only():
    desk = seated()
    desk.issue("CT")
    refusal = desk.refused(c.CallNext(counter=1, officer="binh"), RefusalCode.NOT_YOUR_COUNTER)
    assert refusal.values["can_bo"] == "an"


def test_nobody_is_called_during_a_break():
    desk = seated()
    desk.issue("CT")
    desk.do(c.PauseCounter(counter=1, officer="an", reason="ăn trưa"))
    desk.refused(NEXT, RefusalCode.COUNTER_NOT_OPEN)


def test_an_empty_line_is_said_so():
    seated().refused(NEXT, RefusalCode.QUEUE_EMPTY)


@pytest.mark.parametrize("started", [False, True])
def test_a_second_call_is_refused_while_a_ticket_is_open_and_nothing_ends_by_itself(started):
    desk = seated()
    desk.issue("CT")
    desk.issue("CT")
    first = desk.call()
    if started:
        desk.act(c.Start, first)
    refusal = desk.refused(NEXT, RefusalCode.TICKET_OPEN)
    assert refusal.values["so"] == first.label


def test_calling_the_next_one_closes_the_paperwork_of_the_last():
    desk = seated()
    ticket = desk.serving()
    desk.act(c.Finish, ticket)
    desk.issue("CT")
    facts = desk.do(NEXT)
    assert [type(fact) for fact in facts] == [TicketServed, TicketCalled]
    assert desk.ticket(ticket).state is TicketState.SERVED


def test_two_counters_never_call_the_same_ticket():
    desk = seated()
    desk.seat("binh", 2)
    desk.issue("CT")
    desk.issue("CT")
    assert desk.call().id != desk.call(2, "binh").id


# ---- again ----


def test_a_call_is_repeated_after_a_while_and_counted():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.wait(19)
    refusal = desk.refused(
        c.Recall(ticket=called.id, counter=1, officer="an"), RefusalCode.TOO_SOON
    )
    assert refusal.values["giay"] == "1"
    desk.wait(1)
    (fact,) = desk.do(c.Recall(ticket=called.id, counter=1, officer="an"))
    assert isinstance(fact, TicketRecalled)
    assert (fact.call, fact.times) == (f"{called.id}#1", 2)
    again = desk.ticket(called).call
    assert again is not None
    assert (again.first_at, again.times) == (called.call.first_at, 2)


def test_a_call_is_not_repeated_for_ever():
    desk = seated(site(QueuePolicy(max_calls=2, recall_after_s=0)))
    desk.issue("CT")
    called = desk.call()
    desk.act(c.Recall, called)
    refusal = desk.refused(
        c.Recall(ticket=called.id, counter=1, officer="an"), RefusalCode.TOO_MANY_CALLS
    )
    assert refusal.values["lan"] == "2"


def test_only_a_called_ticket_is_called_again():
    desk = seated()
    ticket = desk.serving()
    desk.refused(c.Recall(ticket=ticket.id, counter=1, officer="an"), RefusalCode.WRONG_STATE)


def test_another_counters_call_is_not_yours_to_repeat():
    desk = seated()
    desk.seat("binh", 2)
    desk.issue("CT")
    called = desk.call()
    refusal = desk.refused(
        c.Recall(ticket=called.id, counter=2, officer="binh"), RefusalCode.NOT_YOUR_COUNTER
    )
    assert refusal.values["quay"] == "1"


def test_a_called_ticket_without_a_call_is_refused_and_not_crashed_on():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    broken = msgspec.structs.replace(desk.ticket(called), call=None)
    desk.state = msgspec.structs.replace(desk.state, tickets={called.id: broken})
    desk.refused(c.Recall(ticket=called.id, counter=1, officer="an"), RefusalCode.WRONG_STATE)
    fact = TicketRecalled(ticket=called.id, call="x", counter=1, officer="an", times=2)
    assert apply(desk.state, fact, desk.now).tickets == desk.state.tickets


# ---- put back ----


def test_a_call_by_mistake_goes_back_to_its_own_place():
    desk = seated()
    first, _second = desk.issue("CT"), desk.issue("CT")
    called = desk.call()
    desk.act(c.Requeue, called)
    back = desk.ticket(first)
    assert (back.state, back.order_key, back.counter) == (
        TicketState.WAITING,
        first.order_key,
        None,
    )
    again = desk.call()
    assert again.id == first.id
    assert again.call is not None
    assert again.call.id == f"{first.id}#2"


# ---- out of turn ----


def specific(ticket: str, who: str = "chi", counter: int = 3, reason: str = "đi cấp cứu"):
    return c.CallSpecific(ticket=ticket, counter=counter, officer=who, reason=reason)


def test_a_supervisor_calls_any_waiting_number_with_a_reason():
    desk = seated()
    desk.seat("chi", 3)
    desk.issue("CT")
    second = desk.issue("CT")
    (fact,) = desk.do(specific(second.id))
    assert isinstance(fact, TicketCalled)
    assert (fact.specific, fact.reason, fact.counter) == (True, "đi cấp cứu", 3)


def test_an_officer_may_not_call_out_of_turn():
    desk = seated()
    ticket = desk.issue("CT")
    desk.refused(specific(ticket.id, "an", 1), RefusalCode.NOT_ALLOWED)


def test_a_call_out_of_turn_needs_a_reason():
    desk = seated()
    desk.seat("chi", 3)
    ticket = desk.issue("CT")
    desk.refused(specific(ticket.id, reason="  "), RefusalCode.REASON_REQUIRED)


def test_an_officer_calls_back_whom_he_parked_or_missed():
    desk = seated()
    ticket = desk.serving()
    desk.act(c.Hold, ticket, reason="thiếu giấy")
    assert desk.do(specific(ticket.id, "an", 1))
    missed = seated()
    gone = missed.missed()
    assert missed.do(specific(gone.id, "an", 1))
    assert missed.ticket(gone).deadline is None


def test_a_missed_ticket_whose_time_is_over_is_not_called():
    desk = seated()
    gone = desk.missed()
    desk.wait(3601)
    desk.refused(specific(gone.id, "an", 1), RefusalCode.TOO_LATE)


def test_a_call_out_of_turn_needs_a_free_counter_too():
    desk = seated()
    parked = desk.serving()
    desk.act(c.Hold, parked, reason="x")
    desk.serving()
    desk.refused(specific(parked.id, "an", 1), RefusalCode.TICKET_OPEN)


def test_who_is_called_already_is_said_with_the_counter():
    desk = seated()
    desk.seat("chi", 3)
    desk.issue("CT")
    called = desk.call()
    refusal = desk.refused(specific(called.id), RefusalCode.WRONG_STATE)
    assert refusal.values == {"so": "A001", "trang_thai": "called", "quay": "1"}


def test_a_ticket_that_is_over_is_not_called():
    desk = seated()
    desk.seat("chi", 3)
    ticket = desk.issue("CT")
    desk.do(c.WalkOut(ticket=ticket.id))
    desk.refused(specific(ticket.id), RefusalCode.WRONG_STATE)
