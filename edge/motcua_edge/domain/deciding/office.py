"""Switches of the office: fields, training, help, faults."""

from motcua_contract.facts import Fact
from motcua_contract.facts.office import (
    FaultReported,
    FaultWithdrawn,
    HelpCalled,
    ScreenSetAside,
    ScreenTakenBack,
    ServiceChanged,
    TrainingChanged,
)
from motcua_contract.facts.tickets import TicketVoided
from motcua_contract.vocabulary import ServiceState
from motcua_edge.domain.commands import (
    CallHelp,
    ChangeService,
    ReportFault,
    SetScreenAside,
    SetTraining,
    WithdrawFault,
)
from motcua_edge.domain.deciding.guards import (
    nothing_changes,
    reason_given,
    service_field,
    short_text,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Service
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.screens import is_screen

TRAINING_OVER = "training_over"
"""Reason of the practice tickets that training leaves open."""


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(ChangeService, change_service)
    rulebook.on(SetTraining, set_training)
    rulebook.on(CallHelp, call_help)
    rulebook.on(ReportFault, report_fault)
    rulebook.on(WithdrawFault, withdraw_fault)
    rulebook.on(SetScreenAside, set_screen_aside)


def change_service(situation: Situation, command: ChangeService) -> Facts:
    """Open, wind down, close or suspend a field; who suspends says why."""
    field = service_field(situation, command.service)
    known = situation.state.services.get(field.code) or Service(code=field.code)
    reason = short_text(command.reason, "reason")
    if command.state is ServiceState.SUSPENDED:
        reason = reason_given(command.reason)
    if (known.state, known.reason) == (command.state, reason):
        raise nothing_changes("state", f"{field.code} is {known.state} already")
    fact = ServiceChanged(
        service=field.code, state=command.state, reason=reason, actor=command.actor
    )
    return [fact]


def set_training(situation: Situation, command: SetTraining) -> Facts:
    """Practice needs an empty office, and leaves none of its tickets behind."""
    if situation.state.office.training == command.on:
        raise nothing_changes("on", "training is like that already")
    tickets = [t for t in situation.state.tickets.values() if not t.state.terminal]
    real = [ticket for ticket in tickets if not ticket.test]
    if command.on and real:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "on",
            f"{len(real)} citizens have open tickets; start training when the office is empty",
            {"n": str(len(real))},
        )
    changed = TrainingChanged(on=command.on, actor=command.actor)
    voided: list[Fact] = [
        TicketVoided(ticket=t.id, test=True, actor=command.actor, reason=TRAINING_OVER)
        for t in tickets
        if t.test
    ]
    return [changed] if command.on else [*voided, changed]


def call_help(situation: Situation, command: CallHelp) -> Facts:
    """Somebody at the kiosk needs a person; a bounced press is one call."""
    called = situation.state.office.help_at
    cooldown = situation.policy.device_cooldown_s
    if called is not None and situation.younger_than(called, cooldown):
        raise Refusal(
            RefusalCode.TOO_FAST,
            "device",
            f"help was called less than {cooldown} s ago; somebody is coming",
            {"giay": str(cooldown)},
        )
    return [HelpCalled(device=command.device)]


def report_fault(situation: Situation, command: ReportFault) -> Facts:
    """A broken thing, in the words of whoever stands before it."""
    del situation  # a fault can always be reported
    fact = FaultReported(
        component=reason_given(command.component, "component"),
        counter=command.counter,
        actor=command.actor,
        note=short_text(command.note, "note"),
    )
    return [fact]


def withdraw_fault(situation: Situation, command: WithdrawFault) -> Facts:
    """Taken back by the counter that made it, for as long as any step may be undone."""
    report = situation.state.office.fault_reports.get(str(command.counter))
    seconds = situation.policy.undo_s
    passed = None if report is None else situation.elapsed(report.at) or 0
    if report is None or passed is None or passed > seconds * 1000:
        raise Refusal(
            RefusalCode.NOTHING_TO_UNDO,
            "counter",
            f"no report of this counter is younger than {seconds} s; tell the repairer",
        )
    fact = FaultWithdrawn(component=report.component, counter=command.counter, actor=command.actor)
    return [fact]


def set_screen_aside(situation: Situation, command: SetScreenAside) -> Facts:
    """A display or kiosk that was ever heard of is watched no more, or again."""
    state, name = situation.state, command.component
    aside = name in state.office.screens_aside
    if not is_screen(name) or not (aside or name in state.health):
        raise Refusal(
            RefusalCode.SCREEN_UNKNOWN,
            "component",
            f"{name} is no display or kiosk that was ever heard of; look at the device list",
        )
    if aside == command.on:
        raise nothing_changes("on", f"{name} is {'' if aside else 'not '}set aside already")
    fact = ScreenSetAside if command.on else ScreenTakenBack
    return [fact(component=name, actor=command.actor)]
