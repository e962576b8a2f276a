"""What became of paper slips."""

from motcua_contract.facts import printing as facts
from motcua_contract.vocabulary import PrintFailure, PrintState
from motcua_edge.domain.folding.edits import edit_ticket, replace
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState, PrintJob, Ticket


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.PrintRequested, _requested)
    registry.on(facts.PrintSent, lambda s, f, _: _became(s, f, PrintState.SENT))
    registry.on(facts.PrintPrinted, lambda s, f, _: _became(s, f, PrintState.PRINTED))
    registry.on(facts.PrintFailed, lambda s, f, _: _became(s, f, PrintState.FAILED, f.cause))
    registry.on(facts.PrintUnknown, lambda s, f, _: _became(s, f, PrintState.UNKNOWN, f.cause))
    registry.on(facts.PrintDropped, lambda s, f, _: _became(s, f, PrintState.DROPPED, f.cause))


def _requested(state: OfficeState, fact: facts.PrintRequested, at: Instant) -> OfficeState:
    def edit(ticket: Ticket) -> Ticket:
        job = PrintJob(
            job=fact.job,
            requested_at=at.wall,
            auto_retries=ticket.print.auto_retries + int(fact.automatic),
            reason=fact.reason,
        )
        return replace(ticket, print=job)

    return edit_ticket(state, fact, edit)


_AboutJob = (
    facts.PrintSent
    | facts.PrintPrinted
    | facts.PrintFailed
    | facts.PrintUnknown
    | facts.PrintDropped
)


def _became(
    state: OfficeState, fact: _AboutJob, became: PrintState, cause: PrintFailure | None = None
) -> OfficeState:
    def edit(ticket: Ticket) -> Ticket:
        if ticket.print.job != fact.job:
            return ticket
        return replace(ticket, print=replace(ticket.print, state=became, cause=cause))

    return edit_ticket(state, fact, edit)
