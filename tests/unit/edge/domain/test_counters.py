"""Officers, counters, paired devices."""

import pytest

from motcua_contract.facts.office import CounterChanged, OfficerLoggedIn, OfficerLoggedOut
from motcua_contract.facts.tickets import TicketHeld, TicketRequeued, TicketServed
from motcua_contract.vocabulary import CounterState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, seated


def log_in(who: str = "an", counter: int = 1, device: str = "dev-1") -> c.LogIn:
    return c.LogIn(officer=who, counter=counter, device=device)


def paired(*counters: int) -> Desk:
    desk = Desk()
    for number in counters:
        desk.do(
            c.PairDevice(
                device=f"dev-{number}", counter=number, token_sha256="a" * 64, actor="tech"
            )
        )
    return desk


def test_a_login_opens_the_counter():
    desk = paired(1)
    assert desk.do(log_in()) == (OfficerLoggedIn(officer="an", counter=1, device="dev-1"),)
    counter = desk.state.counters["1"]
    assert (counter.state, counter.officer, counter.device) == (CounterState.OPEN, "an", "dev-1")


def test_one_officer_per_counter():
    desk = paired(1)
    desk.do(log_in())
    refusal = desk.refused(log_in("binh"), RefusalCode.COUNTER_TAKEN)
    assert refusal.values == {"quay": "1", "can_bo": "an"}


def test_one_counter_per_officer():
    desk = paired(1, 2)
    desk.do(log_in())
    refusal = desk.refused(log_in("an", 2, "dev-2"), RefusalCode.OFFICER_ELSEWHERE)
    assert refusal.values["quay"] == "1"


def test_a_second_login_at_the_same_place_changes_nothing():
    desk = paired(1)
    desk.do(log_in())
    desk.refused(log_in(), RefusalCode.NO_CHANGE)


def test_an_officer_may_move_to_another_browser_of_the_same_counter():
    desk = paired(1)
    desk.do(log_in())
    desk.do(c.PairDevice(device="spare", counter=1, token_sha256="b" * 64, actor="tech"))
    desk.do(log_in(device="spare"))
    assert desk.state.counters["1"].device == "spare"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (log_in("nobody"), RefusalCode.UNKNOWN_OFFICER),
        (log_in("tech"), RefusalCode.NOT_ALLOWED),
        (log_in(counter=99), RefusalCode.UNKNOWN_COUNTER),
        (log_in(device="elsewhere"), RefusalCode.DEVICE_UNKNOWN),
        (log_in(counter=2), RefusalCode.NOT_YOUR_COUNTER),
    ],
)
def test_a_login_needs_an_officer_a_counter_and_a_device_paired_with_it(command, code):
    paired(1).refused(command, code)


def test_wrong_pins_lock_the_officer_on_that_device_only():
    desk = paired(1, 2)
    until = desk.now.wall + 300_000
    desk.do(c.LockOfficer(officer="an", device="dev-1", until=until))
    refusal = desk.refused(log_in(), RefusalCode.LOCKED)
    assert refusal.values == {"giay": "300", "phut": "5"}
    desk.do(log_in("binh"))
    desk.do(log_in("an", 2, "dev-2"))
    desk.do(c.LogOut(officer="an", counter=2))
    desk.do(c.LogOut(officer="binh", counter=1))
    desk.wait(300)
    desk.do(log_in())


def test_a_lock_needs_a_known_device_and_a_time_ahead():
    desk = paired(1)
    wall = desk.now.wall
    desk.refused(
        c.LockOfficer(officer="an", device="x", until=wall + 1), RefusalCode.DEVICE_UNKNOWN
    )
    desk.refused(c.LockOfficer(officer="an", device="dev-1", until=wall), RefusalCode.NO_CHANGE)


def test_who_leaves_closes_the_counter():
    desk = seated()
    desk.do(c.LogOut(officer="an", counter=1))
    assert desk.state.counters["1"].state is CounterState.CLOSED
    desk.refused(c.LogOut(officer="an", counter=1), RefusalCode.COUNTER_NOT_OPEN)


def test_nobody_leaves_a_person_at_the_counter():
    desk = seated()
    desk.serving()
    desk.refused(c.LogOut(officer="an", counter=1), RefusalCode.TICKET_OPEN)


def test_who_leaves_closes_the_own_paperwork():
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving())
    facts = desk.do(c.LogOut(officer="an", counter=1))
    assert [type(fact) for fact in facts] == [TicketServed, OfficerLoggedOut]
    assert desk.ticket(ticket).state is TicketState.SERVED


def test_a_supervisor_ends_a_forgotten_session():
    desk = seated()
    command = c.LogOut(officer="an", counter=1, forced_by="chi")
    assert desk.do(command)[-1] == OfficerLoggedOut(officer="an", counter=1, forced_by="chi")


def test_only_a_supervisor_ends_somebody_elses_session():
    desk = seated()
    desk.refused(c.LogOut(officer="an", counter=1, forced_by="binh"), RefusalCode.NOT_ALLOWED)


@pytest.mark.parametrize(("started", "kind"), [(False, TicketRequeued), (True, TicketHeld)])
def test_a_forced_logout_leaves_nobody_behind(started, kind):
    desk = seated()
    desk.issue("CT")
    ticket = desk.call()
    if started:
        desk.act(c.Start, ticket)
    facts = desk.do(c.LogOut(officer="an", counter=1, forced_by="chi"))
    assert type(facts[0]) is kind
    assert desk.ticket(ticket).state in (TicketState.WAITING, TicketState.ON_HOLD)


def test_a_forced_logout_leaves_parked_tickets_alone():
    desk = seated()
    desk.act(c.Hold, desk.serving(), reason="x")
    assert len(desk.do(c.LogOut(officer="an", counter=1, forced_by="chi"))) == 1


# ---- breaks ----


def test_a_break_has_a_reason_and_an_expected_return():
    desk = seated()
    back_at = desk.now.wall + 900_000
    desk.do(c.PauseCounter(counter=1, officer="an", reason="họp", back_at=back_at))
    counter = desk.state.counters["1"]
    assert (counter.state, counter.reason, counter.back_at) == (
        CounterState.BREAK,
        "họp",
        back_at,
    )
    assert desk.do(c.ResumeCounter(counter=1, officer="an")) == (
        CounterChanged(counter=1, officer="an", state=CounterState.OPEN),
    )
    assert desk.state.counters["1"].back_at is None


def test_a_break_needs_a_reason_an_open_counter_and_nobody_at_it():
    desk = seated()
    pause = c.PauseCounter(counter=1, officer="an", reason="x")
    desk.refused(c.PauseCounter(counter=1, officer="an", reason=""), RefusalCode.REASON_REQUIRED)
    desk.issue("CT")
    called = desk.call()
    desk.refused(pause, RefusalCode.TICKET_OPEN)
    desk.act(c.Requeue, called)
    desk.do(pause)
    desk.refused(pause, RefusalCode.COUNTER_NOT_OPEN)


def test_an_open_counter_does_not_resume():
    seated().refused(c.ResumeCounter(counter=1, officer="an"), RefusalCode.NO_CHANGE)


# ---- devices ----


def test_a_device_is_paired_with_a_counter_that_exists():
    desk = Desk()
    command = c.PairDevice(device="d", counter=99, token_sha256="a" * 64, actor="tech")
    desk.refused(command, RefusalCode.UNKNOWN_COUNTER)


def test_pairing_again_the_same_way_changes_nothing():
    desk = paired(1)
    same = c.PairDevice(device="dev-1", counter=1, token_sha256="a" * 64, actor="tech")
    desk.refused(same, RefusalCode.NO_CHANGE)


def test_a_device_that_goes_to_another_counter_takes_nobody_along():
    desk = paired(1)
    desk.do(log_in())
    desk.do(c.PairDevice(device="dev-1", counter=2, token_sha256="a" * 64, actor="tech"))
    assert desk.state.counters["1"].officer is None
    assert desk.state.devices["dev-1"].counter == 2


def test_an_unpaired_device_is_nobodys_and_logs_out_its_officer():
    desk = paired(1)
    desk.do(log_in())
    facts = desk.do(c.UnpairDevice(device="dev-1", actor="tech"))
    assert OfficerLoggedOut(officer="an", counter=1, forced_by="tech") in facts
    assert desk.state.devices == {}
    desk.refused(c.UnpairDevice(device="dev-1", actor="tech"), RefusalCode.DEVICE_UNKNOWN)


def test_unpairing_a_spare_device_disturbs_nobody():
    desk = paired(1)
    desk.do(log_in())
    desk.do(c.PairDevice(device="spare", counter=1, token_sha256="b" * 64, actor="tech"))
    assert len(desk.do(c.UnpairDevice(device="spare", actor="tech"))) == 1
    assert desk.state.counters["1"].officer == "an"
