"""Slips: what may be printed again, and what became of each."""

from typing import Final

from motcua_contract.facts.printing import (
    PrintDropped,
    PrintFailed,
    PrintPrinted,
    PrintRequested,
    PrintSent,
    PrintUnknown,
)
from motcua_contract.vocabulary import PrintState
from motcua_edge.domain.commands import (
    DropPrint,
    RecordPrinted,
    RecordPrintFailed,
    RecordPrintSent,
    RecordPrintUnknown,
    RequestReprint,
)
from motcua_edge.domain.deciding.guards import reason_given, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

_P = PrintState
_UNDER_WAY: Final = frozenset({_P.PENDING, _P.SENT})
_About = RecordPrintSent | RecordPrinted | RecordPrintFailed | RecordPrintUnknown | DropPrint


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RequestReprint, request)
    rulebook.on(RecordPrintSent, sent)
    rulebook.on(RecordPrinted, printed)
    rulebook.on(RecordPrintFailed, failed)
    rulebook.on(RecordPrintUnknown, unknown)
    rulebook.on(DropPrint, dropped)


def request(situation: Situation, command: RequestReprint) -> Facts:
    """Another slip of the same number. By itself only once, and only after a print that failed."""
    ticket = ticket_of(situation, command)
    if ticket.state.terminal:
        raise _refused(RefusalCode.WRONG_STATE, ticket, f"the ticket is {ticket.state}")
    if ticket.print.state in _UNDER_WAY:
        raise _refused(RefusalCode.PRINT_BUSY, ticket, "a slip is on its way; wait for it")
    if command.automatic and not _may_retry(ticket):
        raise _refused(RefusalCode.NOT_ALLOWED, ticket, "only a person may print it again")
    fact = PrintRequested(
        ticket=ticket.id,
        test=ticket.test,
        job=ticket.print.job + 1,
        reason=reason_given(command.reason),
        actor=command.actor,
        automatic=command.automatic,
    )
    return [fact]


def _may_retry(ticket: Ticket) -> bool:
    return ticket.print.state is PrintState.FAILED and not ticket.print.auto_retries


def _refused(code: RefusalCode, ticket: Ticket, why: str) -> Refusal:
    detail = f"slip {ticket.print.job} of {ticket.label} is {ticket.print.state}: {why}"
    return Refusal(
        code, "job", detail, {"so": ticket.label, "trang_thai": ticket.print.state.value}
    )


def _job(situation: Situation, command: _About, *states: PrintState) -> Ticket:
    """The ticket, when its newest slip is the command's and in one of these states."""
    ticket = ticket_of(situation, command)
    if ticket.print.job != command.job or ticket.print.state not in states:
        wanted = ", ".join(states)
        why = f"slip {command.job} must be the newest and {wanted}; read the ticket again"
        raise _refused(RefusalCode.WRONG_STATE, ticket, why)
    return ticket


def sent(situation: Situation, command: RecordPrintSent) -> Facts:
    """The first byte is about to leave."""
    ticket = _job(situation, command, _P.PENDING)
    reprint = command.job > 1
    return [PrintSent(ticket=ticket.id, test=ticket.test, job=command.job, reprint=reprint)]


def printed(situation: Situation, command: RecordPrinted) -> Facts:
    """The printer confirmed."""
    ticket = _job(situation, command, _P.SENT)
    reprint = command.job > 1
    return [PrintPrinted(ticket=ticket.id, test=ticket.test, job=command.job, reprint=reprint)]


def failed(situation: Situation, command: RecordPrintFailed) -> Facts:
    """Nothing came out: known before the first byte, or the printer says that paper is out."""
    ticket = _job(situation, command, _P.PENDING, _P.SENT)
    fact = PrintFailed(ticket=ticket.id, test=ticket.test, job=command.job, cause=command.cause)
    return [fact]


def unknown(situation: Situation, command: RecordPrintUnknown) -> Facts:
    """Only paper knows."""
    ticket = _job(situation, command, _P.SENT)
    fact = PrintUnknown(ticket=ticket.id, test=ticket.test, job=command.job, cause=command.cause)
    return [fact]


def dropped(situation: Situation, command: DropPrint) -> Facts:
    """Too old to print by itself; the number is offered on the screen."""
    ticket = _job(situation, command, _P.PENDING, _P.FAILED)
    return [PrintDropped(ticket=ticket.id, test=ticket.test, job=command.job)]
