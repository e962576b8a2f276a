"""Who is next."""

from motcua_contract.siteconfig import QueuePolicy
from motcua_contract.vocabulary import Priority
from motcua_edge.domain import commands as c
from motcua_edge.domain import queue
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, seated, site

ELDERLY = Priority.ELDERLY


def served_in_turn(desk: Desk, times: int) -> list[str]:
    labels = []
    for _ in range(times):
        ticket = desk.act(c.Start, desk.call())
        desk.wait(11)
        desk.act(c.Finish, ticket)
        labels.append(ticket.label)
    return labels


def test_people_are_called_in_the_order_of_their_arrival():
    desk = seated()
    expected = [desk.issue("CT").label for _ in range(3)]
    assert served_in_turn(desk, 3) == expected


def test_after_n_ordinary_citizens_one_priority_citizen_is_called():
    desk = seated(site(QueuePolicy(priority_every=2)))
    normal = [desk.issue("CT").label for _ in range(5)]
    favoured = [desk.issue("CT", priority=ELDERLY).label for _ in range(2)]
    assert served_in_turn(desk, 7) == [
        *normal[:2],
        favoured[0],
        *normal[2:4],
        favoured[1],
        normal[4],
    ]


def test_who_has_waited_beyond_the_ceiling_goes_first_whatever_the_class():
    desk = seated(site(QueuePolicy(priority_every=1, max_wait_minutes=10)))
    old_normal = desk.issue("CT")
    desk.wait(60)
    old_priority = desk.issue("CT", priority=ELDERLY)
    desk.wait(600)
    desk.issue("CT")
    desk.issue("CT", priority=ELDERLY)
    assert served_in_turn(desk, 2) == [old_normal.label, old_priority.label]


def test_the_ceiling_protects_a_priority_citizen_from_an_endless_run():
    desk = seated(site(QueuePolicy(priority_every=99, max_wait_minutes=5)))
    for _ in range(4):
        desk.issue("CT")
    favoured = desk.issue("CT", priority=ELDERLY)
    served_in_turn(desk, 1)
    desk.wait(290)
    desk.issue("CT")
    assert served_in_turn(desk, 4)[-1] == favoured.label


def test_a_class_without_anybody_leaves_its_turn_to_the_other():
    desk = seated()
    first, second = desk.issue("CT", priority=ELDERLY), desk.issue("CT", priority=ELDERLY)
    assert served_in_turn(desk, 2) == [first.label, second.label]


def test_the_priority_button_calls_priority_citizens_only():
    desk = seated()
    desk.issue("CT")
    desk.refused(c.CallNext(counter=1, officer="an", priority_only=True), RefusalCode.QUEUE_EMPTY)
    favoured = desk.issue("CT", priority=ELDERLY)
    assert desk.call(priority_only=True).id == favoured.id


def test_a_counter_takes_all_its_fields_and_no_others():
    desk = seated()
    desk.issue("HT")
    desk.refused(c.CallNext(counter=1, officer="an"), RefusalCode.QUEUE_EMPTY)
    land = desk.issue("DD")
    assert desk.call().id == land.id


def test_a_counters_first_field_is_preferred_for_one_service_time():
    desk = seated()
    land = desk.issue("DD")
    desk.wait(60)
    copies = desk.issue("CT")
    assert desk.call().id == copies.id
    assert land.state == "waiting"


def test_the_preference_ends_when_the_other_field_has_waited_longer_than_that():
    desk = seated()
    land = desk.issue("DD")
    desk.wait(8 * 60)
    desk.issue("CT")
    assert desk.call().id == land.id


def test_a_ticket_bound_to_a_counter_waits_for_it():
    desk = seated()
    desk.seat("binh", 2)
    ticket = desk.serving()
    desk.act(c.Transfer, ticket, to_service="DD", to_counter=2)
    desk.refused(c.CallNext(counter=1, officer="an"), RefusalCode.QUEUE_EMPTY)
    assert desk.call(2, "binh").id == ticket.id


def test_a_ticket_bound_to_a_counter_that_closed_is_not_forgotten():
    desk = seated()
    desk.seat("binh", 2)
    ticket = desk.serving()
    desk.act(c.Transfer, ticket, to_service="DD", to_counter=2)
    desk.do(c.LogOut(officer="binh", counter=2))
    assert desk.call().id == ticket.id


def test_a_ticket_bound_to_a_counter_of_other_fields_is_called_there():
    desk = Desk()
    desk.seat("chi", 3)
    ticket = desk.issue("CT")
    desk.do(c.CallSpecific(ticket=ticket.id, counter=3, officer="chi", reason="gấp"))
    desk.act(c.Start, ticket, counter=3, officer="chi")
    desk.act(c.SendAway, ticket, counter=3, officer="chi", reason="nộp lệ phí")
    desk.do(c.Resume(ticket=ticket.id))
    assert desk.call(3, "chi").id == ticket.id


def test_a_test_ticket_is_never_called_instead_of_a_citizen():
    desk = seated()
    desk.issue("CT", test=True)
    desk.refused(c.CallNext(counter=1, officer="an"), RefusalCode.QUEUE_EMPTY)


def test_in_training_the_practice_tickets_are_called_and_marked():
    desk = seated()
    desk.do(c.SetTraining(on=True, actor="chi"))
    desk.issue("CT")
    (called,) = desk.do(c.CallNext(counter=1, officer="an"))
    assert called.test


def test_the_line_of_a_class_is_in_order():
    desk = Desk()
    desk.issue("CT", priority=ELDERLY)
    normal = [desk.issue("CT").id for _ in range(3)]
    in_line = queue.line(queue.waiting(desk.state), "CT", priority=False)
    assert [ticket.id for ticket in in_line] == normal
