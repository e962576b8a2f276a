"""What became of calls in the hall."""

from typing import Final

from motcua_contract.facts import voice as facts
from motcua_contract.vocabulary import AnnouncementState, Rung
from motcua_edge.domain.folding.edits import edit_ticket, replace
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Call, Instant, OfficeState, Ticket

HEARD: Final = frozenset({Rung.CLIPS, Rung.SYNTH, Rung.CHIME})
"""Rungs with sound. A flash alone was not heard, so it can never make a no-show."""


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.AnnouncementPlayed, _played)
    registry.on(facts.AnnouncementFailed, _failed)
    registry.on(facts.AnnouncementSuperseded, _superseded)
    registry.on(facts.AnnouncementExpired, _expired)


_AboutCall = (
    facts.AnnouncementPlayed
    | facts.AnnouncementFailed
    | facts.AnnouncementSuperseded
    | facts.AnnouncementExpired
)


def _played(state: OfficeState, fact: facts.AnnouncementPlayed, _at: Instant) -> OfficeState:
    heard = int(fact.rung in HEARD)
    return _became(state, fact, AnnouncementState.PLAYED, fact.rung, heard)


def _failed(state: OfficeState, fact: facts.AnnouncementFailed, _at: Instant) -> OfficeState:
    return _became(state, fact, AnnouncementState.FAILED, fact.rung)


def _superseded(
    state: OfficeState, fact: facts.AnnouncementSuperseded, _at: Instant
) -> OfficeState:
    return _became(state, fact, AnnouncementState.SUPERSEDED)


def _expired(state: OfficeState, fact: facts.AnnouncementExpired, _at: Instant) -> OfficeState:
    return _became(state, fact, AnnouncementState.EXPIRED)


def _became(
    state: OfficeState,
    fact: _AboutCall,
    became: AnnouncementState,
    rung: Rung | None = None,
    heard: int = 0,
) -> OfficeState:
    def changed(call: Call) -> Call:
        if call.times != fact.times:
            # an earlier repetition: what is known of the newest one stays
            return replace(call, played=call.played + heard)
        return replace(call, announcement=became, rung=rung, played=call.played + heard)

    def edit(ticket: Ticket) -> Ticket:
        if ticket.call is None or ticket.call.id != fact.call:
            return ticket
        return replace(ticket, call=changed(ticket.call))

    return edit_ticket(state, fact, edit)
