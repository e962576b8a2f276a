"""What time alone brings about."""

from motcua_contract.facts import Fact
from motcua_contract.facts.tickets import TicketNoShow
from motcua_contract.vocabulary import RatingState, TicketState
from motcua_edge.domain import fold
from motcua_edge.domain.commands import Tick
from motcua_edge.domain.deciding import closing, day, parking
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Tick, tick)


def tick(situation: Situation, _command: Tick) -> Facts:
    """Expire what is due, then close the day when its time has come; NO_CHANGE otherwise."""
    due = [fact for ticket in situation.state.on_the_clock for fact in _due(situation, ticket)]
    state = fold.fold(situation.state, ((fact, situation.now) for fact in due))
    facts = [*due, *day.close_if_due(Situation(state, situation.site, situation.now))]
    if not facts:
        raise nothing_changes("tick", "nothing is due")
    return facts


def _due(situation: Situation, ticket: Ticket) -> list[Fact]:
    facts: list[Fact] = []
    if _overdue(situation, ticket):
        facts.append(_ended_or_back(ticket))
    if ticket.state is TicketState.WRAP_UP and not _wrapping_up(situation, ticket):
        facts.append(closing.served(ticket))
    if _unanswered(situation, ticket):
        facts.append(closing.rating_expired(ticket))
    return facts


def _overdue(situation: Situation, ticket: Ticket) -> bool:
    if ticket.state is not TicketState.MISSED and ticket.state not in parking.PARKED:
        return False
    return ticket.deadline is not None and situation.now.wall >= ticket.deadline


def _ended_or_back(ticket: Ticket) -> Fact:
    if ticket.state is TicketState.MISSED:
        return TicketNoShow(ticket=ticket.id, test=ticket.test)
    return parking.resumed(ticket, actor="")


def _wrapping_up(situation: Situation, ticket: Ticket) -> bool:
    began = ticket.finished_at
    return began is not None and situation.younger_than(began, situation.policy.wrap_up_s)


def _unanswered(situation: Situation, ticket: Ticket) -> bool:
    window = ticket.rating
    if window.state is not RatingState.OPEN or window.until is None:
        return False
    return situation.now.wall > window.until
