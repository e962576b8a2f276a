"""What the hall display shows. Numbers and counters only, never a citizen's name."""

from collections import Counter as Tally

from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import AnnouncementState, CounterState, Rung, TicketState
from motcua_edge.domain.model import Counter, Instant, OfficeState, Ticket
from motcua_edge.domain.queue import waiting
from motcua_edge.services.views_common import (
    ANNOUNCER,
    View,
    broken,
    family_health,
    zone_of,
)
from motcua_edge.services.views_kiosk import hours

_NOW = frozenset({TicketState.CALLED, TicketState.SERVING})
_FLASH_MS = 20_000
_RECENT = 6
_UNHEARD = frozenset({AnnouncementState.FAILED, AnnouncementState.EXPIRED})


class BoardRow(View, frozen=True, kw_only=True):
    """A number at a counter. `flash`: the loudspeaker did not say it, so the screen must."""

    label: str
    counter: int
    area: str
    floor: str
    state: str
    at: int
    times: int
    flash: bool
    priority: bool


class BoardLine(View, frozen=True, kw_only=True):
    """How many wait for a service field."""

    code: str
    name: str
    name_en: str
    waiting: int


class BoardPause(View, frozen=True, kw_only=True):
    """A counter on a break."""

    counter: int
    reason: str
    back_at: int | None


class BoardView(View, frozen=True, kw_only=True):
    """`silent`: the loudspeaker is known to be broken. `power`: as `PowerMode` says."""

    version: int
    now: int
    zone: str
    zones: tuple[str, ...]
    serving: tuple[BoardRow, ...]
    recent: tuple[BoardRow, ...]
    missed: tuple[str, ...]
    paused: tuple[BoardPause, ...]
    lines: tuple[BoardLine, ...]
    waiting: int
    silent: bool
    power: str
    training: bool
    morning: str
    afternoon: str
    filmed: bool


def board_view(
    state: OfficeState, site: SiteConfig, now: Instant, zone: str = "", *, filmed: bool = False
) -> BoardView:
    """The board of one zone, or of the whole hall when `zone` is empty; `filmed` by cameras."""
    called = [t for t in state.tickets.values() if t.call and _in_zone(site, zone, t)]
    called.sort(key=lambda t: t.call.last_at if t.call else 0, reverse=True)
    missed = [t for t in called if t.state is TicketState.MISSED]
    lines = _lines(state, site, zone)
    morning, afternoon = hours(site, now)
    return BoardView(
        version=state.office.version,
        now=now.wall,
        zone=zone,
        zones=tuple(sorted({c.zone for c in site.counters})),
        serving=tuple(_row(site, t, now) for t in called if t.state in _NOW),
        recent=tuple(_row(site, t, now) for t in called if _gone_by(t))[:_RECENT],
        missed=tuple(t.label for t in missed),
        paused=tuple(_pause(c) for c in _paused(state, site, zone)),
        lines=lines,
        waiting=sum(entry.waiting for entry in lines),
        silent=broken(family_health(state, ANNOUNCER)),
        power=state.office.power.mode.value,
        training=state.office.training,
        morning=morning,
        afternoon=afternoon,
        filmed=filmed,
    )


def _gone_by(ticket: Ticket) -> bool:
    return ticket.state not in _NOW and ticket.state not in (
        TicketState.MISSED,
        TicketState.VOID,
        TicketState.WAITING,
    )


def _in_zone(site: SiteConfig, zone: str, ticket: Ticket) -> bool:
    return not zone or (ticket.call is not None and zone_of(site, ticket.call.counter) == zone)


def _row(site: SiteConfig, ticket: Ticket, now: Instant) -> BoardRow:
    call = ticket.call
    counter = call.counter if call else 0
    place = site.counter(counter)
    unheard = call is not None and (call.announcement in _UNHEARD or call.rung is Rung.FLASH)
    recent = call is not None and now.wall - call.last_at < _FLASH_MS
    return BoardRow(
        label=ticket.label,
        counter=counter,
        area=place.area if place else "",
        floor=place.floor if place else "",
        state=ticket.state.value,
        at=call.last_at if call else 0,
        times=call.times if call else 0,
        flash=ticket.state is TicketState.CALLED and unheard and recent,
        priority=ticket.priority.value != "none",
    )


def _lines(state: OfficeState, site: SiteConfig, zone: str) -> tuple[BoardLine, ...]:
    tally = Tally(ticket.service for ticket in waiting(state))
    shown = [s for s in site.services if s.state == "active" and (not zone or s.zone == zone)]
    return tuple(
        BoardLine(code=s.code, name=s.name, name_en=s.name_en, waiting=tally[s.code]) for s in shown
    )


def _paused(state: OfficeState, site: SiteConfig, zone: str) -> list[Counter]:
    paused = [
        c
        for c in state.counters.values()
        if c.state is CounterState.BREAK and (not zone or zone_of(site, c.number) == zone)
    ]
    return sorted(paused, key=lambda c: c.number)


def _pause(counter: Counter) -> BoardPause:
    return BoardPause(counter=counter.number, reason=counter.reason, back_at=counter.back_at)
