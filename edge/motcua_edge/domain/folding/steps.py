"""The moves of a ticket's life after its issue."""

from motcua_contract.facts import tickets as facts
from motcua_contract.facts import type_name
from motcua_contract.vocabulary import (
    AnnouncementState,
    OrderPolicy,
    Priority,
    RatingState,
    TicketState,
)
from motcua_edge.domain.folding.edits import edit_ticket, replace, step, with_office
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Call, Instant, OfficeState, RatingWindow, Ticket


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.TicketCalled, _called)
    registry.on(facts.TicketRecalled, _recalled)
    registry.on(facts.TicketStarted, _started)
    registry.on(facts.TicketMissed, _missed)
    registry.on(facts.TicketRejoined, _rejoined)
    registry.on(facts.TicketNoShow, _no_show)
    registry.on(facts.TicketHeld, _parked)
    registry.on(facts.TicketSentAway, _parked)
    registry.on(facts.TicketResumed, _resumed)
    registry.on(facts.TicketTransferred, _transferred)
    registry.on(facts.TicketRequeued, _requeued)
    registry.on(facts.TicketFinished, _finished)
    registry.on(facts.TicketServed, _served)
    registry.on(facts.TicketWalkedOut, _walked_out)
    registry.on(facts.TicketVoided, _voided)
    registry.on(facts.TicketExpired, _expired)
    registry.on(facts.TicketUndone, _undone)


def _called(state: OfficeState, fact: facts.TicketCalled, at: Instant) -> OfficeState:
    ticket = state.tickets.get(fact.ticket)
    if ticket is None:
        return state
    call = Call(
        id=fact.call,
        counter=fact.counter,
        officer=fact.officer,
        first_at=at.wall,
        last_at=at.wall,
    )
    state = with_office(state, call_seq=state.office.call_seq + 1)
    state = _interleaved(state, fact.counter, ticket)
    return step(
        state,
        fact,
        at,
        fact.officer,
        call=call,
        calls=ticket.calls + 1,
        counter=fact.counter,
        officer=fact.officer,
        deadline=None,
        reason=fact.reason,
    )


def _interleaved(state: OfficeState, number: int, ticket: Ticket) -> OfficeState:
    """Count the ordinary citizens in a row at this counter (N:1 interleave)."""
    counter = state.counters.get(str(number))
    if counter is None:
        return state
    run = counter.normal_run + 1 if ticket.priority is Priority.NONE else 0
    counter = replace(counter, normal_run=run)
    return replace(state, counters={**state.counters, str(number): counter})


def _recalled(state: OfficeState, fact: facts.TicketRecalled, at: Instant) -> OfficeState:
    ticket = state.tickets.get(fact.ticket)
    if ticket is None or ticket.call is None:
        return state
    call = replace(
        ticket.call,
        times=fact.times,
        last_at=at.wall,
        announcement=AnnouncementState.QUEUED,
        rung=None,
    )
    state = with_office(state, call_seq=state.office.call_seq + 1)
    return step(state, fact, at, fact.officer, call=call)


def _started(state: OfficeState, fact: facts.TicketStarted, at: Instant) -> OfficeState:
    return step(
        state,
        fact,
        at,
        fact.officer,
        counter=fact.counter,
        officer=fact.officer,
        started_at=at.wall,
    )


def _missed(state: OfficeState, fact: facts.TicketMissed, at: Instant) -> OfficeState:
    return step(state, fact, at, fact.officer, deadline=fact.deadline)


def _rejoined(state: OfficeState, fact: facts.TicketRejoined, at: Instant) -> OfficeState:
    ticket = state.tickets.get(fact.ticket)
    rejoins = ticket.rejoins + 1 if ticket else 0
    return step(
        state,
        fact,
        at,
        fact.actor,
        rejoins=rejoins,
        **_in_line(fact.order_key, at),
    )


def _in_line(order_key: int, at: Instant) -> dict[str, int | None]:
    """Back in line: a new wait begins, nobody's counter any more."""
    return {
        "order_key": order_key,
        "waiting_since": at.wall,
        "deadline": None,
        "call": None,
        "counter": None,
        "officer": None,
        "started_at": None,
    }


def _no_show(state: OfficeState, fact: facts.TicketNoShow, at: Instant) -> OfficeState:
    return step(state, fact, at, "", ended_at=at.wall, deadline=None)


def _parked(
    state: OfficeState, fact: facts.TicketHeld | facts.TicketSentAway, at: Instant
) -> OfficeState:
    return step(state, fact, at, fact.officer, deadline=fact.resume_by, reason=fact.reason)


def _resumed(state: OfficeState, fact: facts.TicketResumed, at: Instant) -> OfficeState:
    """Whoever was sent away has a right to the same officer; whoever was parked goes to any."""
    ticket = state.tickets.get(fact.ticket)
    if ticket is None:
        return state
    bound = ticket.counter if ticket.state is TicketState.AWAY else ticket.only_counter
    return step(state, fact, at, fact.actor, only_counter=bound, **_in_line(fact.order_key, at))


def _transferred(state: OfficeState, fact: facts.TicketTransferred, at: Instant) -> OfficeState:
    ticket = state.tickets.get(fact.ticket)
    hops = ticket.hops + 1 if ticket else 0
    if fact.policy is OrderPolicy.END:
        last = max(state.office.last_order, fact.order_key)
        state = with_office(state, last_order=last)
    return step(
        state,
        fact,
        at,
        fact.actor,
        service=fact.to_service,
        only_counter=fact.to_counter,
        note=fact.note,
        hops=hops,
        **_in_line(fact.order_key, at),
    )


def _requeued(state: OfficeState, fact: facts.TicketRequeued, at: Instant) -> OfficeState:
    """Its own place and its own wait: the call was a mistake."""
    return step(state, fact, at, fact.officer, call=None, counter=None, officer=None)


def _finished(state: OfficeState, fact: facts.TicketFinished, at: Instant) -> OfficeState:
    window = RatingWindow()
    if fact.nonce_sha256 and fact.rate_by is not None:
        window = RatingWindow(
            state=RatingState.OPEN,
            nonce_sha256=fact.nonce_sha256,
            until=fact.rate_by,
            opened_at=at.wall,
        )
    return step(
        state,
        fact,
        at,
        fact.officer,
        outcome=fact.outcome,
        finished_at=at.wall,
        rating=window,
    )


def _served(state: OfficeState, fact: facts.TicketServed, at: Instant) -> OfficeState:
    return step(state, fact, at, fact.officer, ended_at=at.wall)


def _walked_out(state: OfficeState, fact: facts.TicketWalkedOut, at: Instant) -> OfficeState:
    return step(state, fact, at, fact.actor, ended_at=at.wall)


def _voided(state: OfficeState, fact: facts.TicketVoided, at: Instant) -> OfficeState:
    return step(state, fact, at, fact.actor, ended_at=at.wall, reason=fact.reason, deadline=None)


def _expired(state: OfficeState, fact: facts.TicketExpired, at: Instant) -> OfficeState:
    return step(state, fact, at, "", ended_at=at.wall, reason=fact.reason.value, deadline=None)


def _undone(state: OfficeState, fact: facts.TicketUndone, at: Instant) -> OfficeState:
    return edit_ticket(state, fact, lambda ticket: _back(ticket, fact, at))


def _back(ticket: Ticket, fact: facts.TicketUndone, at: Instant) -> Ticket:
    """The ticket before its last step; what paper, voice and citizens did since stays.

    `calls` never falls: the next call needs an id that was never used.
    """
    prior = ticket.prior or ticket
    same_call = prior.call and ticket.call and prior.call.id == ticket.call.id
    return replace(
        prior,
        moved=ticket.version + 1,
        calls=max(prior.calls, ticket.calls),
        call=ticket.call if same_call else prior.call,
        print=ticket.print,
        rating=prior.rating if prior.rating.state is RatingState.NONE else ticket.rating,
        last_type=type_name(fact),
        last_at=at.wall,
        last_actor=fact.actor,
        prior=None,
    )
