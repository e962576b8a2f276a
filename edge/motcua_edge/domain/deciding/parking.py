"""Hold and away: people who come back."""

from typing import Final

from motcua_contract.facts.tickets import TicketHeld, TicketResumed, TicketSentAway
from motcua_contract.vocabulary import TicketState
from motcua_edge.domain.commands import Hold, Resume, SendAway
from motcua_edge.domain.deciding.guards import own_ticket, reason_given, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import permit

PARKED: Final = frozenset({TicketState.ON_HOLD, TicketState.AWAY})
"""States in which a ticket counts against its officer's cap."""


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Hold, hold)
    rulebook.on(SendAway, send_away)
    rulebook.on(Resume, resume)


def hold(situation: Situation, command: Hold) -> Facts:
    """Parked for a while."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketHeld)
    reason = _may_park(situation, command)
    return [held(situation, ticket, reason)]


def held(situation: Situation, ticket: Ticket, reason: str) -> TicketHeld:
    """The fact that parks a ticket."""
    return TicketHeld(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
        reason=reason,
        resume_by=situation.now.wall + situation.policy.hold_minutes * MINUTE,
    )


def send_away(situation: Situation, command: SendAway) -> Facts:
    """Elsewhere (to pay, to copy), with the right to come back."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketSentAway)
    reason = _may_park(situation, command)
    fact = TicketSentAway(
        ticket=ticket.id,
        test=ticket.test,
        counter=command.counter,
        officer=command.officer,
        reason=reason,
        resume_by=situation.now.wall + situation.policy.away_minutes * MINUTE,
    )
    return [fact]


def _may_park(situation: Situation, command: Hold | SendAway) -> str:
    """The reason, if the officer has not parked too many people already."""
    reason = reason_given(command.reason)
    parked = sum(
        ticket.state in PARKED and ticket.officer == command.officer
        for ticket in situation.state.tickets.values()
    )
    if parked >= situation.policy.max_held_per_officer:
        raise Refusal(
            RefusalCode.TOO_MANY_HELD,
            "officer",
            f"{command.officer} holds {parked} tickets; call one of them first",
            {"n": str(parked)},
        )
    return reason


def resume(situation: Situation, command: Resume) -> Facts:
    """Back in line at the earned place."""
    ticket = ticket_of(situation, command)
    permit(ticket, TicketResumed)
    return [resumed(ticket, command.actor)]


def resumed(ticket: Ticket, actor: str) -> TicketResumed:
    """The fact that puts a parked ticket back into line."""
    return TicketResumed(
        ticket=ticket.id, test=ticket.test, order_key=ticket.order_key, actor=actor
    )
