"""Moving a citizen to another line with the same number."""

from motcua_contract.facts.tickets import TicketTransferred
from motcua_contract.vocabulary import OrderPolicy, ServiceState, TicketState
from motcua_edge.domain import queue
from motcua_edge.domain.commands import Transfer
from motcua_edge.domain.deciding.guards import (
    counter_config,
    is_supervisor,
    nothing_changes,
    own_ticket,
    service_field,
    short_text,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import permit


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Transfer, transfer)


def transfer(situation: Situation, command: Transfer) -> Facts:
    """To another field, or one counter of it; a limited number of times."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketTransferred)
    _check_target(situation, command)
    _check_hops(situation, command, ticket)
    same = (ticket.service, ticket.only_counter) == (command.to_service, command.to_counter)
    if ticket.state is TicketState.WAITING and same:
        raise nothing_changes("to_service", f"{ticket.label} waits there already")
    policy = command.policy or situation.policy.transfer_policy
    fact = TicketTransferred(
        ticket=ticket.id,
        test=ticket.test,
        from_service=ticket.service,
        to_service=command.to_service,
        to_counter=command.to_counter,
        policy=policy,
        order_key=_place(situation, command, ticket, policy),
        note=short_text(command.note, "note"),
        actor=command.officer,
    )
    return [fact]


def _check_target(situation: Situation, command: Transfer) -> None:
    """Somebody takes that field, at that counter."""
    field = service_field(situation, command.to_service, "to_service")
    known = situation.state.services.get(field.code)
    state = known.state if known else ServiceState.OPEN
    codes = {
        ServiceState.SUSPENDED: RefusalCode.SERVICE_SUSPENDED,
        ServiceState.CLOSED: RefusalCode.SERVICE_CLOSED,
    }
    if state in codes:
        raise Refusal(
            codes[state],
            "to_service",
            f"{field.code} is {state}; choose another field",
            {"linh_vuc": field.name, "ly_do": known.reason if known else ""},
        )
    if command.to_counter is None:
        return
    counter = counter_config(situation, command.to_counter, "to_counter")
    if field.code not in counter.services:
        raise Refusal(
            RefusalCode.UNKNOWN_COUNTER,
            "to_counter",
            f"counter {counter.number} does not take {field.code}; choose one that does",
            {"quay": str(counter.number), "linh_vuc": field.name},
        )


def _check_hops(situation: Situation, command: Transfer, ticket: Ticket) -> None:
    allowed = command.supervisor or is_supervisor(situation, command.officer)
    if ticket.hops >= situation.policy.max_hops and not allowed:
        raise Refusal(
            RefusalCode.TOO_MANY_HOPS,
            "ticket",
            f"{ticket.label} was sent on {ticket.hops} times; ask a supervisor",
            {"so": ticket.label, "lan": str(ticket.hops)},
        )


def _place(situation: Situation, command: Transfer, ticket: Ticket, policy: OrderPolicy) -> int:
    """Front: before everybody. Earned: as if the citizen had queued there. End: as if just come."""
    if policy is OrderPolicy.END:
        return max(situation.now.wall, situation.state.office.last_order + 1)
    if policy is OrderPolicy.EARNED:
        return ticket.order_key
    keys = (
        other.order_key
        for other in queue.waiting(situation.state)
        if other.service == command.to_service
    )
    return min(min(keys, default=ticket.order_key) - 1, ticket.order_key)
