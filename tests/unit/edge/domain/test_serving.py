"""Serving, finishing, voiding."""

import pytest

from motcua_contract.facts.tickets import TicketFinished, TicketServed, TicketStarted
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import RatingState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, seated, site, with_field

NONCE = "c" * 64


def finish(ticket, **fields: object) -> c.Finish:
    return c.Finish(ticket=ticket.id, counter=1, officer="an", **fields)


def test_start_says_that_the_person_is_there():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    (fact,) = desk.do(c.Start(ticket=called.id, counter=1, officer="an"))
    assert fact == TicketStarted(ticket=called.id, counter=1, officer="an")
    assert desk.ticket(called).started_at == desk.now.wall


def test_only_a_called_ticket_is_started():
    desk = seated()
    ticket = desk.issue("CT")
    refusal = desk.refused(
        c.Start(ticket=ticket.id, counter=1, officer="an"), RefusalCode.WRONG_STATE
    )
    assert refusal.values == {"so": "A001", "trang_thai": "waiting", "quay": ""}


def test_finish_opens_the_rating_window():
    desk = seated()
    ticket = desk.serving()
    desk.wait(300)
    (fact,) = desk.do(finish(ticket, nonce_sha256=NONCE, outcome="đã nhận"))
    assert isinstance(fact, TicketFinished)
    assert (fact.serving_ms, fact.too_short) == (300_000, False)
    assert fact.rate_by == desk.now.wall + 5 * 60_000
    done = desk.ticket(ticket)
    assert (done.state, done.rating.state) == (TicketState.WRAP_UP, RatingState.OPEN)
    assert done.outcome == "đã nhận"


def test_without_a_nonce_no_rating_window_opens():
    desk = seated()
    ticket = desk.serving()
    desk.do(finish(ticket))
    assert desk.ticket(ticket).rating.state is RatingState.NONE


def test_a_service_of_seconds_is_flagged():
    desk = seated()
    ticket = desk.serving()
    desk.wait(9)
    (fact,) = desk.do(finish(ticket))
    assert fact.too_short


def test_a_clock_put_back_while_serving_gives_no_negative_time():
    desk = seated()
    ticket = desk.serving()
    desk.wait(-100)
    (fact,) = desk.do(finish(ticket))
    assert fact.serving_ms == 0


def test_a_field_may_require_an_outcome():
    desk = seated(with_field(site(), "CT", outcome_required=True))
    ticket = desk.serving()
    desk.refused(finish(ticket, outcome=" "), RefusalCode.OUTCOME_REQUIRED)
    desk.do(finish(ticket, outcome="xong"))


def test_a_field_that_left_the_configuration_can_still_be_finished():
    desk = seated()
    ticket = desk.serving()
    desk.site = site(services=desk.site.services[1:])
    desk.do(finish(ticket))
    assert desk.ticket(ticket).state is TicketState.WRAP_UP


def test_an_outcome_is_a_remark_and_not_a_novel():
    desk = seated()
    ticket = desk.serving()
    refusal = desk.refused(finish(ticket, outcome="x" * 501), RefusalCode.TEXT_TOO_LONG)
    assert refusal.values == {"n": "500"}


def test_an_office_without_paperwork_serves_at_once():
    desk = seated(site(QueuePolicy(wrap_up_s=0)))
    ticket = desk.serving()
    facts = desk.do(finish(ticket))
    assert [type(fact) for fact in facts] == [TicketFinished, TicketServed]
    assert desk.ticket(ticket).state is TicketState.SERVED


def test_the_officer_closes_the_paperwork():
    desk = seated()
    ticket = desk.serving()
    desk.do(finish(ticket))
    done = desk.act(c.CloseWrapUp, ticket)
    assert (done.state, done.ended_at) == (TicketState.SERVED, desk.now.wall)


def test_paperwork_left_open_closes_by_itself():
    desk = seated()
    ticket = desk.serving()
    desk.do(finish(ticket))
    desk.wait(119)
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)
    desk.wait(1)
    assert desk.do(c.Tick()) == (TicketServed(ticket=ticket.id, counter=1, officer="an"),)


def test_the_officer_must_still_sit_at_the_counter():
    desk = seated()
    ticket = desk.serving()
    desk.refused(
        c.Finish(ticket=ticket.id, counter=1, officer="binh"), RefusalCode.NOT_YOUR_COUNTER
    )
    desk.refused(c.Finish(ticket=ticket.id, counter=2, officer="an"), RefusalCode.COUNTER_NOT_OPEN)


# ---- void ----


def void(ticket, **fields: object) -> c.Void:
    return c.Void(ticket=ticket.id, **{"actor": "an", "reason": "in nhầm", **fields})


@pytest.mark.parametrize("fields", [{"supervisor": True}, {"actor": "chi"}])
def test_a_supervisor_voids_a_misprint(fields):
    desk = Desk()
    ticket = desk.issue("CT")
    desk.do(void(ticket, **fields))
    assert desk.ticket(ticket).state is TicketState.VOID
    assert desk.issue("CT").label == "A002"


def test_an_officer_may_not_void():
    desk = Desk()
    desk.refused(void(desk.issue("CT")), RefusalCode.NOT_ALLOWED)


def test_anybody_voids_a_test_ticket():
    desk = Desk()
    ticket = desk.issue("CT", test=True)
    desk.do(void(ticket))
    assert desk.ticket(ticket).state is TicketState.VOID


def test_a_void_needs_a_reason_and_a_ticket_that_is_not_over():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.refused(void(ticket, supervisor=True, reason=""), RefusalCode.REASON_REQUIRED)
    desk.do(void(ticket, supervisor=True))
    desk.refused(void(ticket, supervisor=True), RefusalCode.WRONG_STATE)


def test_a_voided_ticket_frees_its_counter():
    desk = seated()
    desk.issue("CT")
    ticket = desk.serving()
    desk.do(void(ticket, supervisor=True))
    assert desk.call().label == "A002"
