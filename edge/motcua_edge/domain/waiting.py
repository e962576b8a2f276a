"""How many people are ahead, how long it may take, and how many can still be served today."""

import math
from datetime import date
from typing import Final

import msgspec

from motcua_contract.siteconfig import CounterConfig, SiteConfig
from motcua_contract.vocabulary import CounterState, TicketState
from motcua_edge.domain import calendar, queue
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Counter, Instant, Load, OfficeState, Ticket

_OPTIMISM: Final = 0.7
_PESSIMISM: Final = 1.3
"""Service times of 5 to 10 minutes around a mean of 7 are seen; the range says so."""


class Estimate(msgspec.Struct, frozen=True):
    """What a newcomer is told: people ahead, and minutes as a range."""

    ahead: int
    low_min: int
    high_min: int


def serving_counters(state: OfficeState, site: SiteConfig, service: str) -> list[CounterConfig]:
    """Counters that take this field now; before anybody has logged in, those that could."""
    able = [counter for counter in site.counters if service in counter.services]
    manned = [counter for counter in able if _manned(state, counter)]
    return manned or able


def _manned(state: OfficeState, counter: CounterConfig) -> bool:
    known = state.counters.get(str(counter.number))
    return known is not None and known.state is not CounterState.CLOSED


def estimate(
    state: OfficeState,
    site: SiteConfig,
    service: str,
    now: Instant,
    *,
    priority: bool = False,
) -> Estimate:
    """What a newcomer to a field's line can expect; deterministic.

    The low end counts the own line only, the high end also what the same counters owe to other
    fields and the citizen being served. With a trusted clock, breaks in between are added.
    """
    load = state.load
    ahead = _ahead(load, service, site.queue.priority_every, priority=priority)
    counters = serving_counters(state, site, service)
    each = _minutes(site, service) / max(1, len(counters))
    low = _OPTIMISM * ahead * each
    shared = _shared_minutes(state, site, service, load) / max(1, len(counters))
    busy = 0 if not ahead and _idle(state, counters) else _minutes(site, service)
    high = _PESSIMISM * (ahead * each + shared) + busy
    return Estimate(
        ahead,
        _with_breaks(site, now, math.floor(low)),
        _with_breaks(site, now, math.ceil(high)),
    )


def lines(state: OfficeState, site: SiteConfig, now: Instant) -> dict[str, Estimate]:
    """The estimate for an ordinary newcomer to every configured field, by code."""
    return {f.code: estimate(state, site, f.code, now) for f in site.services}


def ahead_of(state: OfficeState, ticket: Ticket) -> int:
    """How many of its class and field stand before a ticket; 0 when it is not in line."""
    if ticket.state is not TicketState.WAITING:
        return 0
    mine = queue.place(ticket)
    others = queue.line(queue.waiting(state), ticket.service, priority=queue.is_priority(ticket))
    return sum(queue.place(other) < mine for other in others)


def _ahead(load: Load, service: str, every: int, *, priority: bool) -> int:
    total = load.total.get(service, 0)
    if not priority:
        return total
    favoured = load.priority.get(service, 0)
    return favoured + min(total - favoured, every * favoured)


def _minutes(site: SiteConfig, service: str) -> int:
    field = site.service(service)
    return field.service_minutes if field else 0


def _shared_minutes(state: OfficeState, site: SiteConfig, service: str, load: Load) -> float:
    """Minutes that this field's counters will spend on other fields' citizens."""
    mine = {counter.number for counter in serving_counters(state, site, service)}
    owed = 0.0
    for other, people in load.total.items():
        theirs = {counter.number for counter in serving_counters(state, site, other)}
        if other != service and theirs:
            owed += people * _minutes(site, other) * len(mine & theirs) / len(theirs)
    return owed


def _idle(state: OfficeState, counters: list[CounterConfig]) -> bool:
    taken = {t.counter for t in state.tickets.values() if t.state in queue.AT_COUNTER}
    return any(_manned(state, counter) and counter.number not in taken for counter in counters)


def _with_breaks(site: SiteConfig, now: Instant, minutes: int) -> int:
    """Working minutes as minutes on the clock on the wall: lunch is waited through too."""
    if not now.clock.trusted or site.calendar.always_open:
        return minutes
    today = calendar.business_day(site.calendar, now.wall)
    if not calendar.working_minutes_left(site.calendar, now.wall):
        return minutes
    return minutes + _gap_minutes(site, today, now.wall, minutes)


def _gap_minutes(site: SiteConfig, today: date, wall: int, minutes: int) -> int:
    gaps = 0
    moment, left = wall, minutes * MINUTE
    for span in calendar.spans(site.calendar, today):
        if span.closes <= moment:
            continue
        gaps += max(0, span.opens - moment)
        begin = max(moment, span.opens)
        if left <= span.closes - begin:
            break
        left -= span.closes - begin
        moment = span.closes
    return gaps // MINUTE


def minutes_available(state: OfficeState, site: SiteConfig, service: str, now: int) -> int:
    """Officers' working minutes left today for a field: counters times time, breaks left out."""
    left = calendar.working_minutes_left(site.calendar, now)
    counters = serving_counters(state, site, service)
    known = (state.counters.get(str(counter.number)) for counter in counters)
    return sum(max(0, left - _break_minutes(counter, now)) for counter in known)


def _break_minutes(counter: Counter | None, now: int) -> int:
    if counter is None or counter.state is not CounterState.BREAK or counter.back_at is None:
        return 0
    return max(0, counter.back_at - now) // MINUTE


def capacity_left(state: OfficeState, site: SiteConfig, service: str, now: int) -> int:
    """How many more citizens of a field can be served today after those in line; may be below 0.

    Counters shared with other fields owe a part of their time to those fields' lines.
    """
    load = state.load
    free = minutes_available(state, site, service, now)
    free -= math.ceil(_shared_minutes(state, site, service, load))
    return free // max(1, _minutes(site, service)) - load.total.get(service, 0)
