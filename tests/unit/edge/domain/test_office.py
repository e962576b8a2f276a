"""Switches of the office, and what the program observes."""

import pytest

from motcua_contract.facts.office import (
    ClockChanged,
    FaultReported,
    FaultWithdrawn,
    HealthChanged,
    HelpCalled,
    PressRefused,
    ProcessStopped,
    ServiceChanged,
    TrainingChanged,
)
from motcua_contract.facts.tickets import TicketVoided
from motcua_contract.vocabulary import ClockState, HealthState, ServiceState, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, seated


def test_a_field_is_suspended_with_a_reason_and_opened_again():
    desk = Desk()
    suspend = c.ChangeService(
        service="CT", state=ServiceState.SUSPENDED, reason="mất điện", actor="chi"
    )
    assert desk.do(suspend) == (
        ServiceChanged(service="CT", state=ServiceState.SUSPENDED, reason="mất điện", actor="chi"),
    )
    desk.refused(suspend, RefusalCode.NO_CHANGE)
    desk.do(c.ChangeService(service="CT", state=ServiceState.OPEN))
    assert desk.state.services["CT"].state is ServiceState.OPEN


def test_a_suspension_needs_a_reason_and_a_field_that_exists():
    desk = Desk()
    desk.refused(
        c.ChangeService(service="CT", state=ServiceState.SUSPENDED), RefusalCode.REASON_REQUIRED
    )
    desk.refused(
        c.ChangeService(service="XX", state=ServiceState.CLOSED), RefusalCode.UNKNOWN_SERVICE
    )


def test_training_does_not_begin_while_a_citizen_waits():
    desk = Desk()
    ticket = desk.issue("CT")
    refusal = desk.refused(c.SetTraining(on=True, actor="chi"), RefusalCode.WRONG_STATE)
    assert refusal.values == {"n": "1"}
    desk.do(c.WalkOut(ticket=ticket.id))
    assert desk.do(c.SetTraining(on=True, actor="chi")) == (TrainingChanged(on=True, actor="chi"),)
    desk.refused(c.SetTraining(on=True, actor="chi"), RefusalCode.NO_CHANGE)


def test_training_leaves_no_practice_ticket_behind():
    desk = seated()
    desk.do(c.SetTraining(on=True, actor="chi"))
    waiting = desk.issue("CT")
    assert desk.call().id == waiting.id
    facts = desk.do(c.SetTraining(on=False, actor="chi"))
    assert facts[0] == TicketVoided(
        ticket=waiting.id, test=True, actor="chi", reason="training_over"
    )
    assert desk.ticket(waiting).state is TicketState.VOID
    assert not desk.state.office.training


def test_help_is_called_once_per_press():
    desk = Desk()
    assert desk.do(c.CallHelp(device="kiosk")) == (HelpCalled(device="kiosk"),)
    assert desk.state.office.help_at == desk.now.wall
    desk.wait(1)
    desk.refused(c.CallHelp(device="kiosk"), RefusalCode.TOO_FAST)
    desk.wait(2)
    desk.do(c.CallHelp(device="kiosk"))


def test_a_fault_is_reported_in_the_words_of_who_sees_it():
    desk = Desk()
    report = c.ReportFault(component="printer", actor="an", counter=1, note=" kẹt giấy ")
    assert desk.do(report) == (
        FaultReported(component="printer", actor="an", counter=1, note="kẹt giấy"),
    )
    desk.refused(c.ReportFault(component="", actor="an"), RefusalCode.REASON_REQUIRED)


def test_a_report_is_taken_back_once_within_a_minute_and_by_its_own_counter():
    desk = Desk()
    report = c.ReportFault(component="printer", actor="an", counter=1)
    take_back = c.WithdrawFault(actor="an", counter=1)
    desk.refused(take_back, RefusalCode.NOTHING_TO_UNDO)
    desk.do(report)
    desk.wait(60)
    desk.refused(c.WithdrawFault(actor="binh", counter=2), RefusalCode.NOTHING_TO_UNDO)
    assert desk.do(take_back) == (FaultWithdrawn(component="printer", counter=1, actor="an"),)
    desk.refused(take_back, RefusalCode.NOTHING_TO_UNDO)
    desk.do(report)
    desk.wait(61)
    desk.refused(take_back, RefusalCode.NOTHING_TO_UNDO)


def test_only_changes_of_health_are_facts():
    desk = Desk()
    problem = c.RecordHealth(
        component="printer", state=HealthState.PROBLEM, code="paper_low", detail="10 m"
    )
    (fact,) = desk.do(problem)
    assert isinstance(fact, HealthChanged)
    assert fact.since == desk.now.wall
    desk.wait(5)
    desk.refused(problem, RefusalCode.NO_CHANGE)
    desk.do(c.RecordHealth(component="printer", state=HealthState.PROBLEM, code="paper_out"))
    health = desk.state.health["printer"]
    assert (health.state, health.code, health.since) == ("problem", "paper_out", desk.now.wall)


def test_a_clock_that_gains_trust_or_jumps_is_recorded():
    desk = Desk()
    assert desk.do(c.RecordClock(before="saved")) == (
        ClockChanged(state=ClockState.NTP, before=ClockState.SAVED),
    )
    assert desk.do(c.RecordClock(before="ntp", jump_ms=5000))
    assert desk.do(c.RecordClock(before="nonsense"))[0].before is ClockState.NONE
    desk.refused(c.RecordClock(before="ntp"), RefusalCode.NO_CHANGE)


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (c.RecordStop(reason="sigterm"), ProcessStopped(reason="sigterm")),
        (
            c.RefusePress(device="pad", counter=1, cause="closed"),
            PressRefused(device="pad", counter=1, cause="closed"),
        ),
    ],
)
def test_evidence_is_recorded_as_it_is(command, fact):
    desk = Desk()
    before = desk.state
    assert desk.do(command) == (fact,)
    assert desk.state.tickets is before.tickets
    assert desk.state.office.version == before.office.version + 1
