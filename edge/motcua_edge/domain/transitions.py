"""The one table of a ticket's moves. `permit` is the only function that asks it for permission."""

from typing import Final

import msgspec

from motcua_contract.facts.base import TicketFact
from motcua_contract.facts.tickets import (
    TicketCalled,
    TicketCheckedIn,
    TicketExpired,
    TicketFinished,
    TicketHeld,
    TicketMissed,
    TicketNoShow,
    TicketRecalled,
    TicketRejoined,
    TicketRequeued,
    TicketResumed,
    TicketSentAway,
    TicketServed,
    TicketStarted,
    TicketTransferred,
    TicketVoided,
    TicketWalkedOut,
)
from motcua_contract.vocabulary import TicketState
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

_S = TicketState
_OPEN: Final = frozenset(state for state in TicketState if not state.terminal)


class Transition(msgspec.Struct, frozen=True):
    """From any of `sources` to `target`. `undoable`: an officer may take it back for a minute."""

    sources: frozenset[TicketState]
    target: TicketState
    undoable: bool = True


def _move(*sources: TicketState, to: TicketState, undoable: bool = True) -> Transition:
    return Transition(frozenset(sources), to, undoable)


TRANSITIONS: Final[dict[type[TicketFact], Transition]] = {
    TicketCheckedIn: _move(_S.BOOKED, to=_S.WAITING),
    TicketCalled: _move(_S.WAITING, _S.MISSED, _S.ON_HOLD, _S.AWAY, to=_S.CALLED),
    TicketRecalled: _move(_S.CALLED, to=_S.CALLED, undoable=False),
    TicketStarted: _move(_S.CALLED, to=_S.SERVING),
    TicketMissed: _move(_S.CALLED, to=_S.MISSED),
    TicketRejoined: _move(_S.MISSED, to=_S.WAITING),
    TicketNoShow: _move(_S.MISSED, to=_S.NO_SHOW, undoable=False),
    TicketHeld: _move(_S.SERVING, to=_S.ON_HOLD),
    TicketSentAway: _move(_S.SERVING, to=_S.AWAY),
    TicketResumed: _move(_S.ON_HOLD, _S.AWAY, to=_S.WAITING),
    TicketTransferred: _move(_S.SERVING, _S.CALLED, _S.WAITING, to=_S.WAITING),
    TicketRequeued: _move(_S.CALLED, to=_S.WAITING),
    TicketFinished: _move(_S.SERVING, to=_S.WRAP_UP),
    TicketServed: _move(_S.WRAP_UP, to=_S.SERVED),
    TicketWalkedOut: _move(_S.WAITING, _S.BOOKED, to=_S.WALKED_OUT),
    TicketVoided: _move(*_OPEN, to=_S.VOID),
    TicketExpired: _move(*_OPEN, to=_S.EXPIRED, undoable=False),
}
"""`issue` starts in WAITING or BOOKED; `undo` goes back to where the ticket was."""


def permit(ticket: Ticket, kind: type[TicketFact]) -> None:
    """Raise Refusal(WRONG_STATE) when this fact cannot follow the ticket's state."""
    sources = TRANSITIONS[kind].sources
    if ticket.state not in sources:
        allowed = ", ".join(sorted(sources))
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "ticket",
            f"{ticket.label} is {ticket.state}, this needs {allowed}; look at the ticket again",
            {
                "so": ticket.label,
                "trang_thai": ticket.state.value,
                "quay": str(ticket.counter or ""),
            },
        )
