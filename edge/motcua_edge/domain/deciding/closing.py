"""The end of a business day: every open ticket ends with a reason, every officer leaves."""

from datetime import date
from typing import Final

from motcua_contract.facts import Fact
from motcua_contract.facts.office import DayClosed, OfficerLoggedOut
from motcua_contract.facts.ratings import RatingExpired
from motcua_contract.facts.tickets import TicketExpired, TicketServed
from motcua_contract.vocabulary import CounterState, ExpiryReason, RatingState, TicketState
from motcua_edge.domain import calendar
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Ticket

_ON_TIME: Final = 5 * MINUTE
BY_DAY: Final = "day_closed"
"""`forced_by` of officers who were still logged in."""


def due_at(situation: Situation) -> int:
    """When the state's business day ends (UTC ms); call it only with a day."""
    day = date.fromisoformat(situation.state.office.day)
    return calendar.closing_at(situation.site.calendar, day)


def is_late(situation: Situation) -> bool:
    """Whether the end of the day was missed: the program was off, or the clock was wrong."""
    return situation.now.wall - due_at(situation) > _ON_TIME


def facts(situation: Situation, reason: ExpiryReason | None, *, late: bool) -> Facts:
    """End every open ticket and close the day.

    Without a `reason` each ticket gets its own: `outage` when late, `capacity` when it was never
    called, `closed` otherwise.
    """
    ended = [
        _ended(ticket, reason or _reason(ticket, late=late))
        for ticket in situation.state.tickets.values()
        if not ticket.state.terminal
    ]
    closed = DayClosed(day=situation.state.office.day, late=late)
    return [*ended, *_leaving(situation), closed]


def _reason(ticket: Ticket, *, late: bool) -> ExpiryReason:
    if late:
        return ExpiryReason.OUTAGE
    never_called = ticket.state is TicketState.WAITING and not ticket.calls
    return ExpiryReason.CAPACITY if never_called else ExpiryReason.CLOSED


def _ended(ticket: Ticket, reason: ExpiryReason) -> Fact:
    if ticket.state is TicketState.WRAP_UP:
        return served(ticket)
    return TicketExpired(ticket=ticket.id, test=ticket.test, reason=reason)


def served(ticket: Ticket) -> TicketServed:
    """The paperwork after a served person is done."""
    return TicketServed(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
    )


def _leaving(situation: Situation) -> list[OfficerLoggedOut]:
    """Officers still logged in; an office that never closes keeps them."""
    if situation.site.calendar.always_open:
        return []
    return [
        OfficerLoggedOut(officer=counter.officer, counter=counter.number, forced_by=BY_DAY)
        for counter in situation.state.counters.values()
        if counter.officer is not None and counter.state is not CounterState.CLOSED
    ]


def rating_expired(ticket: Ticket) -> RatingExpired:
    """Nobody answered."""
    return RatingExpired(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
    )


def leftovers(situation: Situation) -> Facts:
    """What must end before a later day opens: open tickets, open rating windows."""
    office, tickets = situation.state.office, situation.state.tickets.values()
    windows = [rating_expired(t) for t in tickets if t.rating.state is RatingState.OPEN]
    if not office.day_closed:
        # a day that an unsynced clock did not see ending was ended by an outage
        late = is_late(situation) or not situation.now.clock.trusted
        return [*windows, *facts(situation, None, late=late)]
    # test tickets may be given out after the close
    still_open = [t for t in tickets if not t.state.terminal]
    return [*windows, *(_ended(ticket, ExpiryReason.CLOSED) for ticket in still_open)]
