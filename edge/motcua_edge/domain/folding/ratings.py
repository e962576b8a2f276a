"""What citizens said, or that they said nothing."""

from motcua_contract.facts import ratings as facts
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain.folding.edits import edit_ticket, replace
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState, RatingWindow, Ticket


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.RatingGiven, _given)
    registry.on(facts.RatingChanged, _changed)
    registry.on(facts.RatingDeclined, _declined)
    registry.on(facts.RatingExpired, _expired)


def _given(state: OfficeState, fact: facts.RatingGiven, at: Instant) -> OfficeState:
    def rated(window: RatingWindow) -> RatingWindow:
        return replace(
            window,
            state=RatingState.RATED,
            level=fact.level,
            given_at=at.wall,
            device=fact.device,
        )

    return edit_ticket(state, fact, lambda t: replace(t, rating=rated(t.rating)))


def _changed(state: OfficeState, fact: facts.RatingChanged, _at: Instant) -> OfficeState:
    def edit(ticket: Ticket) -> Ticket:
        return replace(ticket, rating=replace(ticket.rating, level=fact.level))

    return edit_ticket(state, fact, edit)


def _declined(state: OfficeState, fact: facts.RatingDeclined, _at: Instant) -> OfficeState:
    return _closed(state, fact, RatingState.DECLINED)


def _expired(state: OfficeState, fact: facts.RatingExpired, _at: Instant) -> OfficeState:
    return _closed(state, fact, RatingState.EXPIRED)


def _closed(
    state: OfficeState, fact: facts.RatingDeclined | facts.RatingExpired, how: RatingState
) -> OfficeState:
    def edit(ticket: Ticket) -> Ticket:
        return replace(ticket, rating=replace(ticket.rating, state=how))

    return edit_ticket(state, fact, edit)
