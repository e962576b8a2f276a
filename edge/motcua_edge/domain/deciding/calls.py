"""Calling people to a counter."""

from motcua_contract.facts import Fact
from motcua_contract.facts.tickets import TicketCalled, TicketRecalled, TicketRequeued
from motcua_contract.vocabulary import TicketState
from motcua_edge.domain import queue
from motcua_edge.domain.commands import CallNext, CallSpecific, Recall, Requeue
from motcua_edge.domain.deciding import closing
from motcua_edge.domain.deciding.guards import (
    counter_config,
    free_counter,
    is_supervisor,
    may_begin,
    open_counter,
    own_ticket,
    reason_given,
    ticket_of,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Call, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import permit


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(CallNext, call_next)
    rulebook.on(CallSpecific, call_specific)
    rulebook.on(Recall, recall)
    rulebook.on(Requeue, requeue)


def call_next(situation: Situation, command: CallNext) -> Facts:
    """Whoever is next. Finished paperwork of the person before is closed by it."""
    may_begin(situation)
    counter = counter_config(situation, command.counter)
    open_counter(situation, command.counter, command.officer)
    free_counter(situation, command.counter)
    ticket = queue.pick(
        situation.state,
        situation.site,
        counter,
        situation.now.wall,
        priority_only=command.priority_only,
    )
    if ticket is None:
        raise Refusal(
            RefusalCode.QUEUE_EMPTY,
            "counter",
            f"nobody waits for counter {command.counter}; try again when somebody does",
            {"quay": str(command.counter)},
        )
    permit(ticket, TicketCalled)
    return [*_wrapped_up(situation, command.counter), _called(ticket, command)]


def _wrapped_up(situation: Situation, counter: int) -> list[Fact]:
    return [
        closing.served(ticket)
        for ticket in situation.state.tickets.values()
        if ticket.state is TicketState.WRAP_UP and ticket.counter == counter
    ]


def _called(ticket: Ticket, command: CallNext | CallSpecific, reason: str = "") -> TicketCalled:
    return TicketCalled(
        ticket=ticket.id,
        test=ticket.test,
        call=f"{ticket.id}#{ticket.calls + 1}",
        counter=command.counter,
        officer=command.officer,
        specific=isinstance(command, CallSpecific),
        reason=reason,
    )


def call_specific(situation: Situation, command: CallSpecific) -> Facts:
    """One number out of turn: a supervisor any, an officer those whom he parked or missed."""
    may_begin(situation)
    ticket = ticket_of(situation, command)
    counter_config(situation, command.counter)
    open_counter(situation, command.counter, command.officer)
    reason = reason_given(command.reason)
    permit(ticket, TicketCalled)
    _may_call(situation, ticket, command.officer)
    _not_over(situation, ticket)
    free_counter(situation, command.counter)
    return [*_wrapped_up(situation, command.counter), _called(ticket, command, reason)]


def _may_call(situation: Situation, ticket: Ticket, officer: str) -> None:
    if ticket.officer == officer or is_supervisor(situation, officer):
        return
    raise Refusal(
        RefusalCode.NOT_ALLOWED,
        "officer",
        f"{officer} may call out of turn only tickets of his own; ask a supervisor",
        {"so": ticket.label},
    )


def _not_over(situation: Situation, ticket: Ticket) -> None:
    missed = ticket.state is TicketState.MISSED
    if missed and ticket.deadline is not None and situation.now.wall > ticket.deadline:
        raise Refusal(
            RefusalCode.TOO_LATE,
            "ticket",
            f"{ticket.label} was missed and its time is over; take a new number",
            {"so": ticket.label},
        )


def recall(situation: Situation, command: Recall) -> Facts:
    """The same call again, after a while, not for ever."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketRecalled)
    call = current_call(ticket)
    policy = situation.policy
    if call.times >= policy.max_calls:
        raise Refusal(
            RefusalCode.TOO_MANY_CALLS,
            "ticket",
            f"{ticket.label} was called {call.times} times; mark it missed",
            {"so": ticket.label, "lan": str(call.times)},
        )
    if situation.younger_than(call.last_at, policy.recall_after_s):
        raise too_soon(situation, ticket, call.last_at, policy.recall_after_s)
    fact = TicketRecalled(
        ticket=ticket.id,
        test=ticket.test,
        call=call.id,
        counter=command.counter,
        officer=command.officer,
        times=call.times + 1,
    )
    return [fact]


def current_call(ticket: Ticket) -> Call:
    """The call of a ticket that is CALLED; raises Refusal when the state has none."""
    if ticket.call is None:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "ticket",
            f"{ticket.label} has no call; put it back into line and call it again",
            {"so": ticket.label, "trang_thai": ticket.state.value},
        )
    return ticket.call


def too_soon(situation: Situation, ticket: Ticket, since: int, seconds: int) -> Refusal:
    """The refusal that says how many seconds are left."""
    left = -(-(since + seconds * 1000 - situation.now.wall) // 1000)
    return Refusal(
        RefusalCode.TOO_SOON,
        "ticket",
        f"{ticket.label} was called a moment ago; wait {left} s",
        {"so": ticket.label, "giay": str(left)},
    )


def requeue(situation: Situation, command: Requeue) -> Facts:
    """Called by mistake: back to its own place."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketRequeued)
    return [requeued(ticket)]


def requeued(ticket: Ticket) -> TicketRequeued:
    """The fact that puts a called ticket back."""
    return TicketRequeued(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
    )
