"""The wall clock jumped: what was running goes on running, as if the clock had been right.

A saved clock that NTP puts five hours forward must not end everybody's time to come back, and a
clock put back must not stretch it. The facts keep the times that they were committed with.
"""

from motcua_contract.facts.office import ClockChanged
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain.folding.edits import replace
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Call, Instant, OfficeState, RatingWindow, Ticket


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(ClockChanged, _changed)


def _changed(state: OfficeState, fact: ClockChanged, _at: Instant) -> OfficeState:
    if not fact.jump_ms:
        return state
    tickets = {
        key: _moved(ticket, fact.jump_ms) if _running(ticket) else ticket
        for key, ticket in state.tickets.items()
    }
    # the day was vouched for at a moment of the clock that jumped: it has grown no older by that
    office = replace(state.office, day_at=state.office.day_at + fact.jump_ms)
    return replace(state, tickets=tickets, office=office)


def _running(ticket: Ticket) -> bool:
    return not ticket.state.terminal or ticket.rating.state is RatingState.OPEN


def _moved(ticket: Ticket, jump: int) -> Ticket:
    return replace(
        ticket,
        waiting_since=ticket.waiting_since + jump,
        started_at=_later(ticket.started_at, jump),
        finished_at=_later(ticket.finished_at, jump),
        deadline=_later(ticket.deadline, jump),
        last_at=ticket.last_at + jump,
        call=_moved_call(ticket.call, jump),
        rating=_moved_window(ticket.rating, jump),
        prior=None if ticket.prior is None else _moved(ticket.prior, jump),
    )


def _later(moment: int | None, jump: int) -> int | None:
    return None if moment is None else moment + jump


def _moved_call(call: Call | None, jump: int) -> Call | None:
    if call is None:
        return None
    return replace(call, first_at=call.first_at + jump, last_at=call.last_at + jump)


def _moved_window(window: RatingWindow, jump: int) -> RatingWindow:
    return replace(
        window,
        until=_later(window.until, jump),
        opened_at=_later(window.opened_at, jump),
        given_at=_later(window.given_at, jump),
    )
