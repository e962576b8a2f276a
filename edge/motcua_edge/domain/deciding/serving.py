"""The person is at the counter, and leaves."""

from motcua_contract.facts.tickets import TicketFinished, TicketServed, TicketStarted, TicketVoided
from motcua_edge.domain.commands import CloseWrapUp, Finish, Start, Void
from motcua_edge.domain.deciding import closing
from motcua_edge.domain.deciding.guards import (
    is_supervisor,
    own_ticket,
    reason_given,
    short_text,
    ticket_of,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import permit


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(Start, start)
    rulebook.on(Finish, finish)
    rulebook.on(CloseWrapUp, close_wrap_up)
    rulebook.on(Void, void)


def start(situation: Situation, command: Start) -> Facts:
    """The person is here."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketStarted)
    fact = TicketStarted(
        ticket=ticket.id, test=ticket.test, counter=command.counter, officer=command.officer
    )
    return [fact]


def finish(situation: Situation, command: Finish) -> Facts:
    """Served: the rating window opens, and the officer may finish the paperwork."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketFinished)
    finished = _finished(situation, command, ticket, _outcome(situation, command, ticket))
    if situation.policy.wrap_up_s:
        return [finished]
    return [finished, closing.served(ticket)]


def _outcome(situation: Situation, command: Finish, ticket: Ticket) -> str:
    outcome = short_text(command.outcome, "outcome")
    field = situation.site.service(ticket.service)
    if field is not None and field.outcome_required and not outcome:
        raise Refusal(
            RefusalCode.OUTCOME_REQUIRED,
            "outcome",
            f"{ticket.service} needs an outcome; choose one",
            {"so": ticket.label, "linh_vuc": field.name},
        )
    return outcome


def _finished(
    situation: Situation, command: Finish, ticket: Ticket, outcome: str
) -> TicketFinished:
    now = situation.now.wall
    began = now if ticket.started_at is None else ticket.started_at
    serving_ms = situation.elapsed(began) or 0
    window = situation.site.rating.window_minutes * MINUTE
    return TicketFinished(
        ticket=ticket.id,
        test=ticket.test,
        counter=command.counter,
        officer=command.officer,
        outcome=outcome,
        too_short=serving_ms < situation.policy.min_serving_s * 1000,
        serving_ms=serving_ms,
        nonce_sha256=command.nonce_sha256,
        rate_by=now + window if command.nonce_sha256 else None,
    )


def close_wrap_up(situation: Situation, command: CloseWrapUp) -> Facts:
    """The paperwork is done."""
    ticket = own_ticket(situation, command)
    permit(ticket, TicketServed)
    return [closing.served(ticket)]


def void(situation: Situation, command: Void) -> Facts:
    """A misprint or a duplicate; test tickets anybody may void."""
    ticket = ticket_of(situation, command)
    reason = reason_given(command.reason)
    allowed = command.supervisor or ticket.test or is_supervisor(situation, command.actor)
    if not allowed:
        raise Refusal(
            RefusalCode.NOT_ALLOWED,
            "actor",
            f"{command.actor} may not void {ticket.label}; ask a supervisor",
            {"so": ticket.label},
        )
    permit(ticket, TicketVoided)
    fact = TicketVoided(ticket=ticket.id, test=ticket.test, actor=command.actor, reason=reason)
    return [fact]
