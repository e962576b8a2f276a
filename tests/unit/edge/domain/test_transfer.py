"""Moving to another line."""

import pytest

from motcua_contract.facts.tickets import TicketTransferred
from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import OrderPolicy, ServiceState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated, site


def to(ticket, service: str = "HT", **fields: object) -> c.Transfer:
    values = {"counter": 1, "officer": "an", **fields}
    return c.Transfer(ticket=ticket.id, to_service=service, **values)


def test_a_transfer_keeps_the_number_and_the_first_wait():
    desk = seated()
    ticket = desk.serving()
    desk.wait(60)
    (fact,) = desk.do(to(ticket, note="thiếu bản sao"))
    assert isinstance(fact, TicketTransferred)
    moved = desk.ticket(ticket)
    assert (moved.label, moved.service, moved.state) == ("A001", "HT", TicketState.WAITING)
    assert moved.first_waiting_at == ticket.first_waiting_at
    assert moved.waiting_since == desk.now.wall
    assert (moved.note, moved.hops, moved.counter) == ("thiếu bản sao", 1, None)


@pytest.mark.parametrize("policy", list(OrderPolicy))
def test_the_place_in_the_new_line_follows_the_policy(policy):
    desk = seated()
    desk.seat("chi", 3)
    early = desk.issue("HT")
    ticket = desk.serving()
    late = desk.issue("HT")
    desk.do(to(ticket, policy=policy))
    place = {
        OrderPolicy.FRONT: [ticket.id, early.id, late.id],
        OrderPolicy.EARNED: [early.id, ticket.id, late.id],
        OrderPolicy.END: [early.id, late.id, ticket.id],
    }[policy]
    called = []
    for _ in range(3):
        found = desk.act(c.Start, desk.call(3, "chi"), counter=3, officer="chi")
        desk.act(c.Finish, found, counter=3, officer="chi")
        called.append(found.id)
    assert called == place


def test_the_front_of_an_empty_line_is_simply_the_next_place():
    desk = seated()
    ticket = desk.serving()
    desk.do(to(ticket, policy=OrderPolicy.FRONT))
    assert desk.ticket(ticket).order_key < ticket.order_key


def test_the_site_decides_the_place_when_the_officer_does_not():
    desk = seated(site(QueuePolicy(transfer_policy=OrderPolicy.END)))
    (fact,) = desk.do(to(desk.serving()))
    assert fact.policy is OrderPolicy.END


def test_after_three_hops_only_a_supervisor_sends_on():
    desk = seated(site(QueuePolicy(max_hops=1)))
    ticket = desk.serving()
    desk.do(to(ticket, "DD"))
    called = desk.act(c.Start, desk.call())
    assert called.id == ticket.id
    refusal = desk.refused(to(ticket), RefusalCode.TOO_MANY_HOPS)
    assert refusal.values["lan"] == "1"
    desk.do(to(ticket, supervisor=True))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ServiceState.SUSPENDED, RefusalCode.SERVICE_SUSPENDED),
        (ServiceState.CLOSED, RefusalCode.SERVICE_CLOSED),
    ],
)
def test_nobody_is_sent_to_a_field_that_takes_nobody(state, code):
    desk = seated()
    desk.do(c.ChangeService(service="HT", state=state, reason="x"))
    assert desk.refused(to(desk.serving()), code).field == "to_service"


def test_a_field_that_is_closing_still_takes_who_is_sent():
    desk = seated()
    desk.do(c.ChangeService(service="HT", state=ServiceState.CLOSING))
    assert desk.do(to(desk.serving()))


def test_the_target_must_exist_and_take_the_field():
    desk = seated()
    ticket = desk.serving()
    desk.refused(to(ticket, "XX"), RefusalCode.UNKNOWN_SERVICE)
    desk.refused(to(ticket, to_counter=99), RefusalCode.UNKNOWN_COUNTER)
    refusal = desk.refused(to(ticket, to_counter=2), RefusalCode.UNKNOWN_COUNTER)
    assert refusal.field == "to_counter"


def test_somebody_in_the_wrong_line_is_moved_without_a_call():
    desk = seated()
    ticket = desk.issue("CT")
    desk.refused(to(ticket, "CT"), RefusalCode.NO_CHANGE)
    desk.do(to(ticket))
    assert desk.ticket(ticket).service == "HT"


def test_a_served_person_is_not_transferred():
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving())
    desk.refused(to(ticket), RefusalCode.WRONG_STATE)


def test_a_note_is_a_remark():
    desk = seated()
    desk.refused(to(desk.serving(), note="x" * 501), RefusalCode.TEXT_TOO_LONG)
