"""What an officer sees at a counter."""

from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import AnnouncementState, CounterState, TicketState
from motcua_edge.domain.model import Counter, Instant, OfficeState, Ticket
from motcua_edge.domain.queue import AT_COUNTER, candidates, is_priority, place
from motcua_edge.services.views_common import (
    ANNOUNCER,
    LINK,
    PRINTER,
    PartHealth,
    View,
    family_health,
    minutes_since,
    part_health,
)

_PARKED = frozenset({TicketState.ON_HOLD, TicketState.AWAY, TicketState.MISSED, TicketState.BOOKED})
_SHOWN = 40


class TicketCard(View, frozen=True, kw_only=True):
    """A ticket as officers see it. `version` goes back as `expected_version`."""

    id: str
    label: str
    version: int
    state: str
    service: str
    purpose: str
    priority: str
    test: bool
    waited_min: int
    issued_at: int
    counter: int | None
    officer: str | None
    reason: str
    note: str
    deadline: int | None
    hops: int
    print: str


class CurrentCard(View, frozen=True, kw_only=True):
    """The ticket at the counter. `since` is when its present step began."""

    ticket: TicketCard
    since: int
    first_call_at: int | None
    last_call_at: int | None
    times: int
    heard: int
    sound_failed: bool


class FieldChoice(View, frozen=True, kw_only=True):
    """A service field to transfer to."""

    code: str
    name: str
    outcome_required: bool


class CounterView(View, frozen=True, kw_only=True):
    """A counter and all that its buttons depend on."""

    version: int
    now: int
    number: int
    state: str
    officer: str | None
    officer_name: str
    officer_title: str
    supervisor: bool
    since: int
    reason: str
    back_at: int | None
    services: tuple[str, ...]
    current: CurrentCard | None
    wrap_up: CurrentCard | None
    waiting: tuple[TicketCard, ...]
    waiting_count: int
    priority_count: int
    longest_min: int
    parked: tuple[TicketCard, ...]
    undo: str | None
    undo_version: int | None
    undo_until: int | None
    fault: str | None
    fault_until: int | None
    recall_after_s: int
    max_calls: int
    miss_min_calls: int
    miss_after_s: int
    fields: tuple[FieldChoice, ...]
    counters: tuple[int, ...]
    supervisors: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, str], ...]
    printer: PartHealth
    announcer: PartHealth
    link: PartHealth
    power: str
    help_at: int | None
    training: bool


def counter_view(state: OfficeState, site: SiteConfig, now: Instant, number: int) -> CounterView:
    """The page of one counter; the counter must be in the site configuration."""
    counter = state.counters.get(str(number)) or Counter(number=number)
    config = site.counter(number)
    services = config.services if config else ()
    waiting = sorted(candidates(state, config), key=place) if config else []
    mine = [t for t in state.tickets.values() if t.counter == number]
    person = site.officer(counter.officer) if counter.officer else None
    undo = _undoable(mine, counter, site, now)
    report = state.office.fault_reports.get(str(number))
    return CounterView(
        version=state.office.version,
        now=now.wall,
        number=number,
        state=counter.state.value,
        officer=counter.officer,
        officer_name=person.name if person else "",
        officer_title=person.title if person else "",
        supervisor=person is not None and "supervisor" in person.roles,
        since=counter.since,
        reason=counter.reason,
        back_at=counter.back_at,
        services=services,
        current=_current(mine, AT_COUNTER, now),
        wrap_up=_current(mine, frozenset({TicketState.WRAP_UP}), now),
        waiting=tuple(_card(t, now) for t in waiting[:_SHOWN]),
        waiting_count=len(waiting),
        priority_count=sum(is_priority(t) for t in waiting),
        longest_min=max((minutes_since(t.waiting_since, now.wall) for t in waiting), default=0),
        parked=_parked(state, services, number, now),
        undo=undo.id if undo else None,
        undo_version=undo.version if undo else None,
        undo_until=undo.last_at + site.queue.undo_s * 1000 if undo else None,
        fault=report.component if report else None,
        fault_until=report.at + site.queue.undo_s * 1000 if report else None,
        recall_after_s=site.queue.recall_after_s,
        max_calls=site.queue.max_calls,
        miss_min_calls=site.queue.miss_min_calls,
        miss_after_s=site.queue.miss_after_s,
        fields=_choices(site),
        counters=tuple(c.number for c in site.counters),
        supervisors=tuple((o.id, o.name) for o in site.officers if "supervisor" in o.roles),
        officers=_sitting(site, counter),
        printer=family_health(state, PRINTER),
        announcer=family_health(state, ANNOUNCER),
        link=part_health(state, LINK),
        power=state.office.power.mode.value,
        help_at=state.office.help_at,
        training=state.office.training,
    )


def _choices(site: SiteConfig) -> tuple[FieldChoice, ...]:
    return tuple(
        FieldChoice(code=s.code, name=s.name, outcome_required=s.outcome_required)
        for s in site.services
        if s.state == "active"
    )


def _sitting(site: SiteConfig, counter: Counter) -> tuple[tuple[str, str], ...]:
    """Who may log in: at an open counter only who sits there, from another machine."""
    work, free = {"officer", "supervisor"}, counter.state is CounterState.CLOSED
    return tuple(
        (o.id, o.name)
        for o in site.officers
        if work & set(o.roles) and (free or o.id == counter.officer)
    )


def _card(ticket: Ticket, now: Instant) -> TicketCard:
    return TicketCard(
        id=ticket.id,
        label=ticket.label,
        version=ticket.version,
        state=ticket.state.value,
        service=ticket.service,
        purpose=ticket.purpose.value,
        priority=ticket.priority.value,
        test=ticket.test,
        waited_min=minutes_since(ticket.waiting_since, now.wall),
        issued_at=ticket.issued_at,
        counter=ticket.counter,
        officer=ticket.officer,
        reason=ticket.reason,
        note=ticket.note,
        deadline=ticket.deadline,
        hops=ticket.hops,
        print=ticket.print.state.value,
    )


def _current(
    mine: list[Ticket], states: frozenset[TicketState], now: Instant
) -> CurrentCard | None:
    here = [t for t in mine if t.state in states]
    if not here:
        return None
    ticket = max(here, key=lambda t: t.last_at)
    call = ticket.call
    return CurrentCard(
        ticket=_card(ticket, now),
        since=_since(ticket),
        first_call_at=call.first_at if call else None,
        last_call_at=call.last_at if call else None,
        times=call.times if call else 0,
        heard=call.played if call else 0,
        sound_failed=call is not None and call.announcement is AnnouncementState.FAILED,
    )


def _since(ticket: Ticket) -> int:
    if ticket.state is TicketState.CALLED and ticket.call:
        return ticket.call.first_at
    if ticket.state is TicketState.SERVING and ticket.started_at is not None:
        return ticket.started_at
    return ticket.finished_at or ticket.last_at


def _parked(
    state: OfficeState, services: tuple[str, ...], number: int, now: Instant
) -> tuple[TicketCard, ...]:
    found = [
        t
        for t in state.tickets.values()
        if t.state in _PARKED and (t.counter == number or t.service in services)
    ]
    found.sort(key=lambda t: (t.counter != number, t.last_at))
    return tuple(_card(t, now) for t in found[:_SHOWN])


def _undoable(
    mine: list[Ticket], counter: Counter, site: SiteConfig, now: Instant
) -> Ticket | None:
    """A hint for the button; the rules decide when it is pressed."""
    recent = [
        t
        for t in mine
        if t.prior is not None
        and t.last_actor == counter.officer
        and now.wall - t.last_at <= site.queue.undo_s * 1000
    ]
    return max(recent, key=lambda t: (t.last_at, t.state in AT_COUNTER), default=None)
