"""Officers at counters, and the browsers paired with counters."""

from motcua_contract.facts import Fact
from motcua_contract.facts.office import (
    CounterChanged,
    DevicePaired,
    DeviceUnpaired,
    OfficerLocked,
    OfficerLoggedIn,
    OfficerLoggedOut,
)
from motcua_contract.vocabulary import CounterState, TicketState
from motcua_edge.domain.commands import (
    LockOfficer,
    LogIn,
    LogOut,
    PairDevice,
    PauseCounter,
    ResumeCounter,
    UnpairDevice,
)
from motcua_edge.domain.deciding import closing, parking, seats
from motcua_edge.domain.deciding.calls import requeued
from motcua_edge.domain.deciding.guards import (
    counter_config,
    counter_state,
    free_counter,
    is_supervisor,
    nothing_changes,
    open_counter,
    reason_given,
    seated,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Counter, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

FORCED = "forced_logout"
"""Reason of tickets that were being served when their officer's session was ended."""


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(LogIn, log_in)
    rulebook.on(LogOut, log_out)
    rulebook.on(LockOfficer, lock_officer)
    rulebook.on(PauseCounter, pause)
    rulebook.on(ResumeCounter, resume)
    rulebook.on(PairDevice, pair)
    rulebook.on(UnpairDevice, unpair)


def log_in(situation: Situation, command: LogIn) -> Facts:
    """One officer per counter, one counter per officer, on a device paired with it."""
    seats.check(situation, command)
    fact = OfficerLoggedIn(officer=command.officer, counter=command.counter, device=command.device)
    return [fact]


def log_out(situation: Situation, command: LogOut) -> Facts:
    """The officer leaves; a supervisor may end somebody else's session."""
    counter = seated(situation, command.counter, command.officer)
    if not command.forced_by:
        free_counter(situation, command.counter)
        return _left(situation, counter, "")
    if not is_supervisor(situation, command.forced_by):
        raise Refusal(
            RefusalCode.NOT_ALLOWED,
            "forced_by",
            f"{command.forced_by} may not end the session of {command.officer}; ask a supervisor",
            {"can_bo": command.officer},
        )
    return _left(situation, counter, command.forced_by)


def _left(situation: Situation, counter: Counter, forced_by: str) -> Facts:
    """Nobody is left behind at a counter without an officer."""
    released = [
        fact
        for ticket in situation.state.tickets.values()
        if ticket.counter == counter.number
        for fact in _released(situation, ticket)
    ]
    left = OfficerLoggedOut(
        officer=counter.officer or "", counter=counter.number, forced_by=forced_by
    )
    return [*released, left]


def _released(situation: Situation, ticket: Ticket) -> list[Fact]:
    if ticket.state is TicketState.CALLED:
        return [requeued(ticket)]
    if ticket.state is TicketState.SERVING:
        return [parking.held(situation, ticket, FORCED)]
    if ticket.state is TicketState.WRAP_UP:
        return [closing.served(ticket)]
    return []


def lock_officer(situation: Situation, command: LockOfficer) -> Facts:
    """Wrong PINs: this officer, on this device, for a while."""
    if command.device not in situation.state.devices:
        raise seats.unknown_device(command.device)
    if command.until <= situation.now.wall:
        raise nothing_changes("until", "the lock would be over already")
    fact = OfficerLocked(officer=command.officer, device=command.device, until=command.until)
    return [fact]


def pause(situation: Situation, command: PauseCounter) -> Facts:
    """A break, with its reason, when nobody is at the counter."""
    open_counter(situation, command.counter, command.officer)
    free_counter(situation, command.counter)
    fact = CounterChanged(
        counter=command.counter,
        officer=command.officer,
        state=CounterState.BREAK,
        reason=reason_given(command.reason),
        back_at=command.back_at,
    )
    return [fact]


def resume(situation: Situation, command: ResumeCounter) -> Facts:
    """The break is over."""
    counter = seated(situation, command.counter, command.officer)
    if counter.state is CounterState.OPEN:
        raise nothing_changes("counter", f"counter {command.counter} is open")
    fact = CounterChanged(counter=command.counter, officer=command.officer, state=CounterState.OPEN)
    return [fact]


def pair(situation: Situation, command: PairDevice) -> Facts:
    """A browser becomes a counter's device."""
    counter_config(situation, command.counter)
    known = situation.state.devices.get(command.device)
    same = known and (known.counter, known.token_sha256) == (
        command.counter,
        command.token_sha256,
    )
    if same:
        raise nothing_changes("device", f"{command.device} is paired like that already")
    fact = DevicePaired(
        device=command.device,
        counter=command.counter,
        token_sha256=command.token_sha256,
        actor=command.actor,
    )
    return [*_evicted(situation, command.device, command.actor), fact]


def unpair(situation: Situation, command: UnpairDevice) -> Facts:
    """That browser is nobody's any more: whoever is logged in on it is logged out."""
    if command.device not in situation.state.devices:
        raise seats.unknown_device(command.device)
    fact = DeviceUnpaired(device=command.device, actor=command.actor)
    return [*_evicted(situation, command.device, command.actor), fact]


def _evicted(situation: Situation, device: str, actor: str) -> Facts:
    device_of = situation.state.devices.get(device)
    if device_of is None:
        return []
    counter = counter_state(situation, device_of.counter)
    if counter.officer is None or counter.device != device:
        return []
    return _left(situation, counter, actor)
