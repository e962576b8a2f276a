"""Not coming, and coming back."""

import pytest

from motcua_contract.facts.tickets import TicketMissed, TicketNoShow
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import AnnouncementState, Priority, Rung, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated, site


def miss(ticket) -> c.Miss:
    return c.Miss(ticket=ticket.id, counter=1, officer="an")


def called_twice(desk, *, heard: bool = True, rung: Rung = Rung.CLIPS):
    desk.issue("CT")
    ticket = desk.call()
    desk.wait(25)
    desk.act(c.Recall, ticket)
    if heard:
        desk.play(ticket, rung)
    desk.wait(25)
    return ticket


def test_called_often_enough_long_enough_and_heard_the_ticket_is_missed():
    desk = seated()
    ticket = called_twice(desk)
    (fact,) = desk.do(miss(ticket))
    assert isinstance(fact, TicketMissed)
    assert fact.deadline == desk.now.wall + 60 * 60_000
    assert not fact.display_only


def test_one_call_is_not_enough():
    desk = seated()
    desk.issue("CT")
    ticket = desk.call()
    desk.play(ticket)
    desk.wait(600)
    refusal = desk.refused(miss(ticket), RefusalCode.TOO_SOON)
    assert refusal.values["lan"] == "1"


def test_the_person_has_time_to_come():
    desk = seated()
    desk.issue("CT")
    ticket = desk.call()
    desk.wait(20)
    desk.act(c.Recall, ticket)
    desk.play(ticket)
    desk.wait(19)
    refusal = desk.refused(miss(ticket), RefusalCode.TOO_SOON)
    assert refusal.values["giay"] == "1"
    desk.wait(1)
    desk.do(miss(ticket))


def test_a_call_that_nobody_could_hear_never_becomes_a_no_show():
    desk = seated()
    ticket = called_twice(desk, heard=False)
    refusal = desk.refused(miss(ticket), RefusalCode.NOT_ANNOUNCED)
    assert refusal.values["trang_thai"] == "queued"


def test_a_flash_alone_was_not_heard():
    desk = seated()
    ticket = called_twice(desk, rung=Rung.FLASH)
    desk.refused(miss(ticket), RefusalCode.NOT_ANNOUNCED)


@pytest.mark.parametrize("outcome", ["failed", "superseded", "expired"])
def test_an_announcement_that_was_not_played_does_not_count(outcome):
    desk = seated()
    ticket = called_twice(desk, heard=False)
    desk.do(
        c.RecordNotPlayed(
            ticket=ticket.id, call=f"{ticket.id}#1", times=2, zone="main", outcome=outcome
        )
    )
    assert desk.ticket(ticket).call.announcement is AnnouncementState(outcome)
    desk.refused(miss(ticket), RefusalCode.NOT_ANNOUNCED)


def test_an_office_that_only_displays_says_so_in_the_fact():
    desk = seated(site(QueuePolicy(display_only=True)))
    ticket = called_twice(desk, heard=False)
    (fact,) = desk.do(miss(ticket))
    assert fact.display_only


def test_more_calls_are_not_required_than_are_allowed():
    desk = seated(site(QueuePolicy(miss_min_calls=5, max_calls=2)))
    ticket = called_twice(desk)
    assert desk.do(miss(ticket))


def test_an_earlier_repetition_that_was_heard_counts_too():
    desk = seated()
    desk.issue("CT")
    ticket = desk.call()
    desk.wait(25)
    desk.act(c.Recall, ticket)
    call = f"{ticket.id}#1"
    desk.do(
        c.RecordPlayed(ticket=ticket.id, call=call, times=1, zone="main", rung=Rung.SYNTH, frames=1)
    )
    assert desk.ticket(ticket).call.announcement is AnnouncementState.QUEUED
    desk.wait(25)
    assert desk.do(miss(ticket))


# ---- back ----


def test_who_comes_back_stands_after_the_next_person_and_not_at_the_end():
    desk = seated()
    gone = desk.missed()
    first, second = desk.issue("CT"), desk.issue("CT")
    desk.do(c.Rejoin(ticket=gone.id, actor="an"))
    back = desk.ticket(gone)
    assert (back.state, back.rejoins, back.call) == (TicketState.WAITING, 1, None)
    order = []
    for _ in range(3):
        ticket = desk.act(c.Start, desk.call())
        desk.act(c.Finish, ticket)
        order.append(ticket.id)
    assert order == [first.id, gone.id, second.id]


def test_who_comes_back_to_an_empty_line_keeps_the_place():
    desk = seated()
    gone = desk.missed()
    desk.do(c.Rejoin(ticket=gone.id))
    assert desk.ticket(gone).order_key == gone.order_key


def test_who_comes_back_stands_in_the_line_of_the_own_class():
    desk = seated()
    gone = desk.missed()
    desk.issue("CT", priority=Priority.ELDERLY)
    desk.do(c.Rejoin(ticket=gone.id))
    assert desk.ticket(gone).order_key == gone.order_key


def test_one_comes_back_twice_at_most():
    desk = seated(site(QueuePolicy(max_rejoins=1)))
    gone = desk.missed()
    desk.do(c.Rejoin(ticket=gone.id))
    called = desk.call()
    desk.wait(25)
    desk.act(c.Recall, called)
    desk.play(called)
    desk.wait(25)
    desk.do(miss(called))
    refusal = desk.refused(c.Rejoin(ticket=gone.id), RefusalCode.TOO_MANY_REJOINS)
    assert refusal.values["lan"] == "1"


def test_after_the_deadline_a_missed_ticket_is_a_no_show():
    desk = seated()
    gone = desk.missed()
    desk.wait(3601)
    refusal = desk.refused(c.Rejoin(ticket=gone.id), RefusalCode.TOO_LATE)
    assert refusal.values["phut"] == "60"
    assert desk.do(c.Tick()) == (TicketNoShow(ticket=gone.id),)
    desk.refused(c.Rejoin(ticket=gone.id), RefusalCode.WRONG_STATE)
