"""Who is next: two classes interleaved, a ceiling on waiting for both, a preference of fields."""

from collections.abc import Iterable, Sequence

from motcua_contract.siteconfig import CounterConfig, SiteConfig
from motcua_contract.vocabulary import CounterState, Priority, TicketState
from motcua_edge.domain.localtime import MINUTE
from motcua_edge.domain.model import Counter, OfficeState, Ticket

AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})
"""States in which a ticket occupies a counter."""


def place(ticket: Ticket) -> tuple[int, int, str]:
    """Sort key of a line: earliest key first; of equal keys the longer wait."""
    return ticket.order_key, ticket.waiting_since, ticket.id


def is_priority(ticket: Ticket) -> bool:
    """Whether the ticket belongs to the priority class."""
    return ticket.priority is not Priority.NONE


def waiting(state: OfficeState) -> Sequence[Ticket]:
    """Everybody in line, unsorted; test tickets only in training mode, real ones only outside."""
    return state.in_line


def open_at(state: OfficeState, counter: int) -> Ticket | None:
    """The ticket that is called to or served at a counter."""
    for ticket in state.tickets.values():
        if ticket.state in AT_COUNTER and ticket.counter == counter:
            return ticket
    return None


def line(tickets: Iterable[Ticket], service: str, *, priority: bool) -> list[Ticket]:
    """One class of one field's line, in order."""
    return sorted(
        (t for t in tickets if t.service == service and is_priority(t) is priority), key=place
    )


def candidates(state: OfficeState, counter: CounterConfig) -> list[Ticket]:
    """Whom this counter may call: its fields' lines, and whoever is bound to it."""
    return [ticket for ticket in waiting(state) if _may_take(state, ticket, counter)]


def _may_take(state: OfficeState, ticket: Ticket, counter: CounterConfig) -> bool:
    """A ticket bound to a counter waits for it, unless that counter has closed."""
    if ticket.only_counter == counter.number:
        return True
    if ticket.service not in counter.services:
        return False
    bound = state.counters.get(str(ticket.only_counter)) if ticket.only_counter else None
    return bound is None or bound.state is CounterState.CLOSED


def pick(
    state: OfficeState, site: SiteConfig, counter: CounterConfig, now: int, *, priority_only: bool
) -> Ticket | None:
    """The ticket that this counter calls next, or None."""
    found = candidates(state, counter)
    if priority_only:
        found = [ticket for ticket in found if is_priority(ticket)]
    overdue = _overdue(found, now, site.queue.max_wait_minutes)
    if overdue is not None:
        return overdue
    known = state.counters.get(str(counter.number)) or Counter(number=counter.number)
    chosen = _class_in_turn(found, known.normal_run >= site.queue.priority_every)
    behind = _head_starts(counter, site)
    return min(
        chosen,
        key=lambda ticket: (ticket.order_key + behind.get(ticket.service, 0), place(ticket)),
        default=None,
    )


def _overdue(found: Sequence[Ticket], now: int, max_wait_minutes: int) -> Ticket | None:
    """Whoever has waited longest beyond the ceiling, of either class."""
    limit = now - max_wait_minutes * MINUTE
    late = (ticket for ticket in found if ticket.waiting_since <= limit)
    return min(late, key=lambda ticket: (ticket.waiting_since, place(ticket)), default=None)


def _class_in_turn(found: list[Ticket], priority_due: bool) -> list[Ticket]:
    first = [ticket for ticket in found if is_priority(ticket) is priority_due]
    return first or found


def _head_starts(counter: CounterConfig, site: SiteConfig) -> dict[str, int]:
    """Milliseconds by which a counter's other fields stand behind its first one.

    One service time, and not more: a hard preference would let the other fields' citizens watch
    everybody pass until the ceiling.
    """
    fields = {field.code: field.service_minutes * MINUTE for field in site.services}
    return {code: fields.get(code, 0) for code in counter.services[1:]}
