"""Which calls of an office still have to be spoken. Pure functions of its state."""

from typing import Final

from motcua_contract.vocabulary import AnnouncementState, TicketState
from motcua_edge.domain.model import Call, OfficeState
from motcua_edge.services.announcing.queue import CallJob

_OPEN: Final = (AnnouncementState.QUEUED, AnnouncementState.PLAYING)


def unspoken(state: OfficeState) -> list[tuple[str, Call]]:
    """Ticket ids and calls whose announcement has no known fate, in call order."""
    found = [
        (ticket.id, ticket.call)
        for ticket in state.tickets.values()
        if ticket.state is TicketState.CALLED
        and ticket.call is not None
        and ticket.call.announcement in _OPEN
    ]
    return sorted(found, key=lambda pair: (pair[1].last_at, pair[1].id))


def left_ms(call: Call, wall: int, expire_ms: int) -> int:
    """For how long the call is still worth speaking; negative when it is too late.

    A clock that went back says nothing of the call's age: better silent than an hour late.
    """
    age = wall - call.last_at
    return expire_ms - age if age >= 0 else -1


def still_wanted(state: OfficeState, job: CallJob) -> bool:
    """Whether this very call, not a newer one, still waits for the citizen to come."""
    ticket = state.tickets.get(job.ticket)
    return (
        ticket is not None
        and ticket.state is TicketState.CALLED
        and ticket.call is not None
        and (ticket.call.id, ticket.call.times) == (job.call, job.times)
    )
