"""Taking back the last step: for a minute, by whoever made it, while nothing rests on it."""

from typing import Final

from motcua_contract.facts.tickets import TicketUndone
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain import queue
from motcua_edge.domain.commands import Undo
from motcua_edge.domain.deciding.guards import free_counter, seated, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

_ANSWERED: Final = frozenset({RatingState.RATED, RatingState.DECLINED})


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Undo, undo)


def undo(situation: Situation, command: Undo) -> Facts:
    """A compensating fact, never a deletion."""
    ticket = ticket_of(situation, command)
    seated(situation, command.counter, command.officer)
    prior = _prior(situation, command, ticket)
    if prior.state in queue.AT_COUNTER:
        _back_at_counter(situation, command, prior)
    fact = TicketUndone(
        ticket=ticket.id,
        test=ticket.test,
        undone_type=ticket.last_type,
        undone_at=ticket.last_at,
        actor=command.officer,
    )
    return [fact]


def _prior(situation: Situation, command: Undo, ticket: Ticket) -> Ticket:
    """The ticket before its last step, if that step may be taken back."""
    if ticket.prior is None or ticket.last_actor != command.officer:
        raise _nothing(ticket, "the last step was not yours, or cannot be taken back")
    if ticket.day != situation.state.office.day or situation.state.office.day_closed:
        raise _nothing(ticket, "its business day is closed")
    if ticket.rating.state in _ANSWERED:
        raise _nothing(ticket, "the citizen has answered the rating")
    passed = situation.elapsed(ticket.last_at) or 0
    if passed > situation.policy.undo_s * 1000:
        seconds = situation.policy.undo_s
        raise Refusal(
            RefusalCode.TOO_LATE,
            "ticket",
            f"the last step of {ticket.label} is older than {seconds} s; add another step instead",
            {"so": ticket.label, "giay": str(seconds)},
        )
    return ticket.prior


def _nothing(ticket: Ticket, why: str) -> Refusal:
    return Refusal(
        RefusalCode.NOTHING_TO_UNDO,
        "ticket",
        f"nothing of {ticket.label} to undo: {why}; correct it by another step",
        {"so": ticket.label},
    )


def _back_at_counter(situation: Situation, command: Undo, prior: Ticket) -> None:
    """The ticket goes back to its counter, which must be this one and free."""
    if prior.counter != command.counter:
        raise Refusal(
            RefusalCode.NOT_YOUR_COUNTER,
            "counter",
            f"{prior.label} was at counter {prior.counter}; undo it there",
            {"so": prior.label, "quay": str(prior.counter), "can_bo": prior.officer or ""},
        )
    free_counter(situation, command.counter, besides=prior.id)
