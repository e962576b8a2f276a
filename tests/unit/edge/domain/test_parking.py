"""Hold and away."""

import pytest

from motcua_contract.facts.tickets import TicketResumed
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated, site

PARK = [(c.Hold, TicketState.ON_HOLD, 30), (c.SendAway, TicketState.AWAY, 60)]


@pytest.mark.parametrize(("kind", "state", "minutes"), PARK)
def test_a_parked_ticket_has_a_reason_and_a_deadline(kind, state, minutes):
    desk = seated()
    ticket = desk.act(kind, desk.serving(), reason="nộp lệ phí")
    assert (ticket.state, ticket.reason) == (state, "nộp lệ phí")
    assert ticket.deadline == desk.now.wall + minutes * 60_000


@pytest.mark.parametrize(("kind", "state", "minutes"), PARK)
def test_parking_needs_a_reason_and_a_person_being_served(kind, state, minutes):
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    command = kind(ticket=called.id, counter=1, officer="an", reason="x")
    desk.refused(command, RefusalCode.WRONG_STATE)
    desk.act(c.Start, called)
    command = kind(ticket=called.id, counter=1, officer="an", reason="")
    desk.refused(command, RefusalCode.REASON_REQUIRED)
    assert state.value
    assert minutes


def test_an_officer_parks_only_so_many():
    desk = seated(site(QueuePolicy(max_held_per_officer=2)))
    desk.act(c.Hold, desk.serving(), reason="x")
    desk.act(c.SendAway, desk.serving(), reason="x")
    third = desk.serving()
    refusal = desk.refused(
        c.Hold(ticket=third.id, counter=1, officer="an", reason="x"), RefusalCode.TOO_MANY_HELD
    )
    assert refusal.values == {"n": "2"}


@pytest.mark.parametrize(("kind", "state", "minutes"), PARK)
def test_at_the_deadline_a_parked_ticket_is_back_in_line_at_its_place(kind, state, minutes):
    desk = seated()
    ticket = desk.act(kind, desk.serving(), reason="x")
    assert ticket.state is state
    desk.wait(minutes * 60 - 1)
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)
    desk.wait(1)
    assert desk.do(c.Tick()) == (TicketResumed(ticket=ticket.id, order_key=ticket.order_key),)
    assert desk.ticket(ticket).state is TicketState.WAITING


def test_whoever_was_on_hold_goes_to_any_counter():
    desk = seated()
    desk.seat("binh", 2)
    ticket = desk.act(c.Hold, desk.serving(), reason="x")
    desk.do(c.Resume(ticket=ticket.id, actor="an"))
    assert desk.call(2, "binh").id == ticket.id


def test_whoever_was_sent_away_has_a_right_to_the_same_counter():
    desk = seated()
    desk.seat("binh", 2)
    ticket = desk.act(c.SendAway, desk.serving(), reason="x")
    desk.do(c.Resume(ticket=ticket.id, actor="an"))
    desk.refused(c.CallNext(counter=2, officer="binh"), RefusalCode.QUEUE_EMPTY)
    assert desk.call().id == ticket.id


def test_only_a_parked_ticket_resumes():
    desk = seated()
    ticket = desk.issue("CT")
    desk.refused(c.Resume(ticket=ticket.id), RefusalCode.WRONG_STATE)
