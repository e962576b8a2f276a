"""Taking back the last step."""

import hashlib

import pytest

from motcua_contract.facts.tickets import TicketUndone
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import AnnouncementState, PrintState, RatingState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated, site

NONCE = "n1"
HASH = hashlib.sha256(NONCE.encode()).hexdigest()


def undo(ticket, who: str = "an", counter: int = 1) -> c.Undo:
    return c.Undo(ticket=ticket.id, counter=counter, officer=who)


def test_an_undo_is_a_compensating_fact_that_names_what_it_undoes():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.wait(5)
    (fact,) = desk.do(undo(called))
    assert fact == TicketUndone(
        ticket=called.id, undone_type="ticket.called/1", undone_at=called.last_at, actor="an"
    )
    back = desk.ticket(called)
    assert (back.state, back.call) == (TicketState.WAITING, None)
    assert back.version == called.version + 1


def test_after_an_undone_call_the_next_call_has_a_new_id():
    desk = seated()
    desk.issue("CT")
    desk.do(undo(desk.call()))
    again = desk.call()
    assert again.call is not None
    assert again.call.id.endswith("#2")


STEPS = [
    (c.Start, {}, TicketState.CALLED),
    (c.Requeue, {}, TicketState.CALLED),
    (c.Transfer, {"to_service": "HT"}, TicketState.CALLED),
]
SERVING_STEPS = [
    (c.Finish, {"nonce_sha256": HASH}, TicketState.SERVING),
    (c.Hold, {"reason": "x"}, TicketState.SERVING),
    (c.SendAway, {"reason": "x"}, TicketState.SERVING),
    (c.Transfer, {"to_service": "HT"}, TicketState.SERVING),
]


@pytest.mark.parametrize(("kind", "fields", "before"), STEPS)
def test_steps_from_a_call_are_undone(kind, fields, before):
    desk = seated()
    desk.issue("CT")
    ticket = desk.act(kind, desk.call(), **fields)
    desk.do(undo(ticket))
    assert desk.ticket(ticket).state is before
    assert desk.ticket(ticket).counter == 1


@pytest.mark.parametrize(("kind", "fields", "before"), SERVING_STEPS)
def test_steps_from_serving_are_undone(kind, fields, before):
    desk = seated()
    serving = desk.serving()
    ticket = desk.act(kind, serving, **fields)
    desk.do(undo(ticket))
    back = desk.ticket(ticket)
    assert back.state is before
    assert back.rating.state is RatingState.NONE
    assert back.service == "CT"
    assert back.started_at == serving.started_at


def test_a_miss_is_undone_and_what_was_heard_stays_heard():
    desk = seated()
    gone = desk.missed()
    desk.do(undo(gone))
    back = desk.ticket(gone)
    assert (back.state, back.call.played) == (TicketState.CALLED, 1)


def test_what_was_announced_and_printed_since_the_step_survives_its_undo():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    started = desk.act(c.Start, called)
    desk.play(started)
    desk.do(c.RecordPrintSent(ticket=called.id, job=1))
    desk.do(undo(started))
    back = desk.ticket(called)
    assert back.call.announcement is AnnouncementState.PLAYED
    assert back.print.state is PrintState.SENT


def test_after_a_minute_it_is_too_late():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.wait(60)
    assert desk.do(undo(called))
    called = desk.call()
    desk.wait(61)
    refusal = desk.refused(undo(called), RefusalCode.TOO_LATE)
    assert refusal.values["giay"] == "60"


def test_only_who_made_the_step_undoes_it():
    desk = seated()
    desk.seat("binh", 2)
    desk.issue("CT")
    called = desk.call()
    desk.refused(undo(called, "binh", 2), RefusalCode.NOTHING_TO_UNDO)


def test_one_step_is_undone_once():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.do(undo(called))
    desk.refused(undo(called), RefusalCode.NOTHING_TO_UNDO)


def test_a_repeated_call_and_the_issue_itself_are_not_undone():
    desk = seated()
    ticket = desk.issue("CT", device="an")
    desk.refused(undo(ticket), RefusalCode.NOTHING_TO_UNDO)
    desk.call()
    desk.wait(25)
    desk.act(c.Recall, ticket)
    desk.refused(undo(ticket), RefusalCode.NOTHING_TO_UNDO)


@pytest.mark.parametrize("answer", ["rate", "decline"])
def test_once_the_citizen_has_answered_nothing_is_undone(answer):
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving(), nonce_sha256=HASH)
    if answer == "rate":
        desk.do(c.GiveRating(ticket=ticket.id, nonce=NONCE, level=3))
    else:
        desk.do(c.DeclineRating(ticket=ticket.id, nonce=NONCE))
    desk.refused(undo(ticket), RefusalCode.NOTHING_TO_UNDO)


def test_an_undone_close_of_the_paperwork_leaves_the_rating_window_open():
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving(), nonce_sha256=HASH)
    ticket = desk.act(c.CloseWrapUp, ticket)
    desk.do(undo(ticket))
    back = desk.ticket(ticket)
    assert (back.state, back.rating.state) == (TicketState.WRAP_UP, RatingState.OPEN)


def test_an_undo_never_puts_two_people_at_one_counter():
    desk = seated()
    parked = desk.act(c.Hold, desk.serving(), reason="x")
    desk.issue("CT")
    desk.call()
    desk.refused(undo(parked), RefusalCode.TICKET_OPEN)


def test_who_has_changed_counters_does_not_bring_the_ticket_along():
    desk = seated()
    parked = desk.act(c.Hold, desk.serving(), reason="x")
    desk.do(c.LogOut(officer="an", counter=1))
    desk.seat("an", 2)
    refusal = desk.refused(undo(parked, "an", 2), RefusalCode.NOT_YOUR_COUNTER)
    assert refusal.values["quay"] == "1"


def test_after_the_close_of_the_day_nothing_is_undone():
    desk = seated(site(QueuePolicy(wrap_up_s=0)))
    ticket = desk.act(c.Finish, desk.serving())
    desk.do(c.CloseDay())
    desk.seat("an", 1)
    desk.refused(undo(ticket), RefusalCode.NOTHING_TO_UNDO)


def test_a_void_by_the_same_officer_is_undone():
    desk = seated()
    ticket = desk.issue("CT")
    desk.do(c.Void(ticket=ticket.id, actor="an", reason="nhầm", supervisor=True))
    desk.do(undo(ticket))
    assert desk.ticket(ticket).state is TicketState.WAITING


def test_a_clock_put_back_does_not_forbid_the_undo():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.wait(-3600)
    assert desk.do(undo(called))
