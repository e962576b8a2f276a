"""A number was given out."""

from typing import Final

from motcua_contract.facts import type_name
from motcua_contract.facts.tickets import TicketCheckedIn, TicketIssued
from motcua_contract.vocabulary import Channel, PrintState, TicketState
from motcua_edge.domain.folding.edits import replace, step, with_office, with_ticket
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState, PrintJob, Series, Service, Ticket
from motcua_edge.domain.numbering import series_key

_FORGET_MS: Final = 3600 * 1000
_PAPERLESS: Final = frozenset({Channel.ONLINE, Channel.POST})


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(TicketIssued, _issued)
    registry.on(TicketCheckedIn, _checked_in)


def _issued(state: OfficeState, fact: TicketIssued, at: Instant) -> OfficeState:
    raised = _counted(_raised(state, fact), fact, at)
    if fact.ticket in raised.tickets:
        return raised
    return with_ticket(raised, _new_ticket(fact, at))


def _new_ticket(fact: TicketIssued, at: Instant) -> Ticket:
    return Ticket(
        id=fact.ticket,
        label=fact.label,
        day=fact.day,
        series=fact.series,
        number=fact.number,
        service=fact.service,
        purpose=fact.purpose,
        priority=fact.priority,
        channel=fact.channel,
        device=fact.device,
        test=fact.test,
        state=TicketState.BOOKED if fact.booked else TicketState.WAITING,
        order_key=fact.order_key,
        issued_at=at.wall,
        first_waiting_at=at.wall,
        waiting_since=at.wall,
        ahead=fact.ahead,
        wait_low_min=fact.wait_low_min,
        wait_high_min=fact.wait_high_min,
        print=_first_slip(fact, at),
        last_type=type_name(fact),
        last_at=at.wall,
        last_actor=fact.device,
    )


def _first_slip(fact: TicketIssued, at: Instant) -> PrintJob:
    """Who takes a number on the web or by post has no paper to wait for.

    A booked one is printed when its holder comes.
    """
    paperless = fact.channel in _PAPERLESS and not fact.booked
    state = PrintState.DROPPED if paperless else PrintState.PENDING
    return PrintJob(state=state, requested_at=at.wall)


def _raised(state: OfficeState, fact: TicketIssued) -> OfficeState:
    key = series_key(fact.day, fact.series)
    known = state.series.get(key) or Series(name=fact.series, day=fact.day)
    known = replace(known, last=max(known.last, fact.number))
    return replace(state, series={**state.series, key: known})


def _counted(state: OfficeState, fact: TicketIssued, at: Instant) -> OfficeState:
    office = state.office
    arrival = 0 if fact.booked else fact.order_key
    state = with_office(
        state,
        last_order=max(office.last_order, arrival),
        last_kiosk_at=_pressed(office.last_kiosk_at, fact.device, at.wall),
        day_boot=at.boot if at.clock.trusted else office.day_boot,
        day_at=at.wall if at.clock.trusted else office.day_at,
    )
    if fact.test:
        return state
    known = state.services.get(fact.service) or Service(code=fact.service)
    issued = known.issued + 1 if known.issued_day == fact.day else 1
    known = replace(known, last_issue_at=at.wall, issued_day=fact.day, issued=issued)
    return replace(state, services={**state.services, fact.service: known})


def _pressed(known: dict[str, int], device: str, now: int) -> dict[str, int]:
    """When each device last took a number; those of long ago, or of no name, are not kept."""
    recent = {name: then for name, then in known.items() if abs(now - then) < _FORGET_MS}
    return {**recent, device: now} if device else recent


def _checked_in(state: OfficeState, fact: TicketCheckedIn, at: Instant) -> OfficeState:
    return step(
        state,
        fact,
        at,
        fact.actor,
        order_key=fact.order_key,
        first_waiting_at=at.wall,
        waiting_since=at.wall,
    )
