"""Replacing entries of the state: every changed dict is a new one, so that rows can be compared."""

from collections.abc import Callable
from typing import Any

import msgspec

from motcua_contract.facts import type_name
from motcua_contract.facts.base import TicketFact
from motcua_edge.domain.model import Instant, Office, OfficeState, Ticket
from motcua_edge.domain.transitions import TRANSITIONS

replace = msgspec.structs.replace


def with_office(state: OfficeState, **changes: Any) -> OfficeState:  # noqa: ANN401
    """The state with some fields of its office changed."""
    office: Office = replace(state.office, **changes)
    return replace(state, office=office)


def with_ticket(state: OfficeState, ticket: Ticket) -> OfficeState:
    """The state with this ticket in the place of its former self."""
    return replace(state, tickets={**state.tickets, ticket.id: ticket})


def edit_ticket(
    state: OfficeState, fact: TicketFact, edit: Callable[[Ticket], Ticket]
) -> OfficeState:
    """Edit the fact's ticket and raise its version; a ticket nobody knows changes nothing."""
    ticket = state.tickets.get(fact.ticket)
    if ticket is None:
        return state
    return with_ticket(state, replace(edit(ticket), version=ticket.version + 1))


def step(
    state: OfficeState,
    fact: TicketFact,
    at: Instant,
    actor: str,
    **changes: Any,  # noqa: ANN401
) -> OfficeState:
    """One move of the lifecycle: state by the table, what else changes, and how to undo it."""
    move = TRANSITIONS[type(fact)]

    def edit(ticket: Ticket) -> Ticket:
        return replace(
            ticket,
            **changes,
            state=move.target,
            moved=ticket.version + 1,
            last_type=type_name(fact),
            last_at=at.wall,
            last_actor=actor,
            prior=replace(ticket, prior=None) if move.undoable else None,
        )

    return edit_ticket(state, fact, edit)
