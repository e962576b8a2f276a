"""The person did not come, and perhaps comes after all."""

from motcua_contract.facts.tickets import TicketMissed, TicketRejoined
from motcua_edge.domain import queue
from motcua_edge.domain.commands import Miss, Rejoin
from motcua_edge.domain.deciding.calls import current_call, too_soon
from motcua_edge.domain.deciding.guards import own_ticket, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Call, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import permit


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Miss, miss)
    rulebook.on(Rejoin, rejoin)


def miss(situation: Situation, command: Miss) -> Facts:
    """Called often enough, long enough ago, and audibly: only then did the person not come."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketMissed)
    call, policy = current_call(ticket), situation.policy
    _called_enough(situation, ticket, call)
    if situation.younger_than(call.first_at, policy.miss_after_s):
        raise too_soon(situation, ticket, call.first_at, policy.miss_after_s)
    if not call.played and not policy.display_only:
        raise _not_announced(ticket, call)
    fact = TicketMissed(
        ticket=ticket.id,
        test=ticket.test,
        counter=command.counter,
        officer=command.officer,
        deadline=situation.now.wall + policy.missed_keep_minutes * MINUTE,
        display_only=not call.played,
    )
    return [fact]


def _called_enough(situation: Situation, ticket: Ticket, call: Call) -> None:
    policy = situation.policy
    needed = min(policy.miss_min_calls, policy.max_calls)
    if call.times < needed:
        raise Refusal(
            RefusalCode.TOO_SOON,
            "ticket",
            f"{ticket.label} was called {call.times} of {needed} times; call it again first",
            {"so": ticket.label, "lan": str(needed - call.times)},
        )


def _not_announced(ticket: Ticket, call: Call) -> Refusal:
    return Refusal(
        RefusalCode.NOT_ANNOUNCED,
        "ticket",
        f"no announcement of {ticket.label} was heard (the last is {call.announcement}); call the "
        "person yourself, put the ticket back into line, or report the loudspeaker",
        {"so": ticket.label, "trang_thai": call.announcement.value},
    )


def rejoin(situation: Situation, command: Rejoin) -> Facts:
    """Back in line after the next person, not at the end."""
    ticket = ticket_of(situation, command)
    permit(ticket, TicketRejoined)
    _in_time(situation, ticket)
    if ticket.rejoins >= situation.policy.max_rejoins:
        raise Refusal(
            RefusalCode.TOO_MANY_REJOINS,
            "ticket",
            f"{ticket.label} came back {ticket.rejoins} times already; take a new number",
            {"so": ticket.label, "lan": str(ticket.rejoins)},
        )
    fact = TicketRejoined(
        ticket=ticket.id,
        test=ticket.test,
        order_key=_after_the_next(situation, ticket),
        actor=command.actor,
    )
    return [fact]


def _in_time(situation: Situation, ticket: Ticket) -> None:
    deadline = ticket.deadline
    if deadline is not None and situation.now.wall > deadline:
        kept = situation.policy.missed_keep_minutes
        raise Refusal(
            RefusalCode.TOO_LATE,
            "ticket",
            f"{ticket.label} was kept for {kept} minutes; take a new number",
            {"so": ticket.label, "phut": str(kept)},
        )


def _after_the_next(situation: Situation, ticket: Ticket) -> int:
    """The key of whoever is first in the line: of equal keys the longer wait goes first."""
    ahead = queue.line(
        queue.waiting(situation.state), ticket.service, priority=queue.is_priority(ticket)
    )
    return ahead[0].order_key if ahead else ticket.order_key
