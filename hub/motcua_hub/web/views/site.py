"""One site, live."""

from typing import Final

import msgspec

from motcua_contract.vocabulary import CounterState, HealthState, TicketState
from motcua_hub.domain.health.site import HEARD, causes, rule_of, told_of
from motcua_hub.domain.link import Link, link_state
from motcua_hub.web.queries.common import OpenIncident
from motcua_hub.web.queries.site import (
    ClockRow,
    CounterRow,
    RatingRow,
    ServiceRow,
    SiteFacts,
    SiteLive,
    StreamRow,
    TicketRow,
)
from motcua_hub.web.status import hub_hears
from motcua_hub.web.views.about import outbox_of, parse_about
from motcua_hub.web.views.desired import DesiredView, desired_view
from motcua_hub.web.views.health import DeviceView, retired
from motcua_hub.web.views.health import devices as all_devices

SMALL_SAMPLE: Final = 30
"""Fewer ratings than this say nothing about an office."""


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """A counter and the ticket at it; `state` is a CounterState or `unknown`."""

    number: int
    state: str
    officer: str
    reason: str
    ticket: str
    ticket_state: str
    since: int | None


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A service field's day. Waits in ms; None without a single call (or nobody waiting)."""

    service: str
    issued: int
    waiting: int
    served: int
    wait_n: int
    average_wait: int | None
    longest_wait: int | None


class RatingView(msgspec.Struct, frozen=True, kw_only=True):
    """Ratings on one scale. `levels` best first as (level, n); rates in percent, None if unknown.

    `asked` is how many citizens could rate: tickets that were served.
    """

    scale: int
    n: int
    asked: int
    declined: int
    satisfied: float | None
    response: float | None
    small: bool
    levels: tuple[tuple[int, int], ...]


class StreamView(msgspec.Struct, frozen=True, kw_only=True):
    """A journal incarnation: what the hub has; `last` is what the office wrote (None: not told)."""

    jid: str
    current: bool
    have: int
    safe: int
    last: int | None
    missing: int
    first_seen: int
    last_seen: int
    hardware: str


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a site's live page; times are UTC ms."""

    now: int
    site: str
    name: str
    link: Link
    verdict: HealthState
    rule: str
    why: tuple[DeviceView, ...]
    seen_at: int | None
    stale: bool
    hub_hears: bool
    deaf_since: int | None
    day: str
    device: str
    hardware: str
    clock: str
    clock_error: int | None
    version: str
    outbox: int | None
    issued: int | None
    served: int | None
    waiting: int | None
    counters: tuple[CounterView, ...]
    services: tuple[ServiceView, ...]
    recent: tuple[TicketRow, ...]
    ratings: tuple[RatingView, ...]
    devices: tuple[DeviceView, ...]
    retired: tuple[DeviceView, ...]
    streams: tuple[StreamView, ...]
    incidents: tuple[OpenIncident, ...]
    quarantined: int
    poisoned: int
    desired: DesiredView | None = None


def build(facts: SiteFacts, now: int) -> SiteView:
    """The page of one site at `now` (UTC ms)."""
    live = facts.live
    hears = hub_hears(facts.ingest, now)
    link = link_state(live.status, live.status_at, live.seen_at, now) if hears else Link.UNKNOWN
    present = link in HEARD
    devices = all_devices(facts.parts, facts.assets, link=link, now=now, flapping=facts.flapping)
    states = {device.component: device.state for device in devices}
    rule = rule_of(link, told_of(states))
    caused = set(causes(link, states))
    told = bool(facts.services) or (link is Link.ONLINE and bool(live.business_day))
    about = parse_about(live.about)
    outbox = outbox_of(about, live.metrics)
    return SiteView(
        now=now,
        site=live.id,
        name=live.name or (about.name if about else "") or live.id,
        link=link,
        verdict=rule.state,
        rule=rule.name,
        why=tuple(device for device in devices if device.component in caused),
        seen_at=live.seen_at,
        stale=link is not Link.ONLINE,
        hub_hears=hears,
        deaf_since=facts.ingest.at if facts.ingest is not None and not hears else None,
        day=facts.day,
        device=live.device,
        hardware=live.hardware,
        clock=live.clock or "unknown",
        clock_error=_clock_error(facts.clock),
        version=_version(about.versions if about else {}),
        outbox=outbox,
        issued=sum(row.issued for row in facts.services) if told else None,
        served=sum(row.served for row in facts.services) if told else None,
        waiting=sum(row.waiting for row in facts.services) if told else None,
        counters=_counters(facts.counters, facts.at_counters),
        services=tuple(_service(row, now, present=present) for row in facts.services),
        recent=facts.recent,
        ratings=_ratings(facts.ratings),
        devices=devices,
        retired=retired(facts.assets, now),
        streams=tuple(_stream(row, live, outbox) for row in facts.streams),
        incidents=facts.incidents,
        quarantined=live.quarantined,
        poisoned=live.poisoned,
        desired=desired_view(facts.desired),
    )


def _version(versions: dict[str, str]) -> str:
    return versions.get("motcua-edge") or versions.get("edge") or next(iter(versions.values()), "")


def _clock_error(row: ClockRow | None) -> int | None:
    return row.error if row is not None else None


def _counters(
    rows: tuple[CounterRow, ...], tickets: tuple[TicketRow, ...]
) -> tuple[CounterView, ...]:
    at = {ticket.counter: ticket for ticket in tickets if ticket.counter is not None}
    known = {row.number: row for row in rows}
    return tuple(
        _counter(number, known.get(number), at.get(number)) for number in sorted({*known, *at})
    )


def _counter(number: int, row: CounterRow | None, ticket: TicketRow | None) -> CounterView:
    state = row.state if row is not None and row.state in set(CounterState) else "unknown"
    serving = ticket is not None and ticket.state != TicketState.CALLED
    since = row.since if row is not None else None
    if ticket is not None:
        since = ticket.started_at if serving else ticket.called_at
    return CounterView(
        number=number,
        state=state,
        officer=(row.officer if row is not None else None) or "",
        reason=row.reason if row is not None else "",
        ticket=ticket.label if ticket is not None else "",
        ticket_state=ticket.state if ticket is not None else "",
        since=since,
    )


def _service(row: ServiceRow, now: int, *, present: bool) -> ServiceView:
    oldest = row.oldest_waiting_at
    return ServiceView(
        service=row.service,
        issued=row.issued,
        waiting=row.waiting,
        served=row.served,
        wait_n=row.wait_n,
        average_wait=row.wait_ms // row.wait_n if row.wait_n else None,
        longest_wait=max(0, now - oldest) if oldest is not None and present else None,
    )


def _ratings(rows: tuple[RatingRow, ...]) -> tuple[RatingView, ...]:
    """One view a scale; a day on which nobody answered still tells how many were asked."""
    asked = sum(row.offered for row in rows)
    declined = sum(row.declined for row in rows)
    answered = [row for row in rows if row.scale > 0 and any(row.levels)]
    if not answered and asked:
        answered = [RatingRow(scale=0, offered=0, declined=0, levels=())]
    return tuple(_rating(row, asked, declined) for row in answered)


def _rating(row: RatingRow, asked: int, declined: int) -> RatingView:
    n = sum(row.levels)
    good = sum(row.levels[_first_good(row.scale) - 1 :])
    return RatingView(
        scale=row.scale,
        n=n,
        asked=asked,
        declined=declined,
        satisfied=100 * good / n if n else None,
        response=min(100.0, 100 * n / asked) if asked else None,
        small=n < SMALL_SAMPLE,
        levels=tuple((i + 1, count) for i, count in reversed(list(enumerate(row.levels)))),
    )


def _first_good(scale: int) -> int:
    """Satisfied are the two best answers: 2 and 3 of 3, 4 and 5 of 5."""
    return max(scale - 1, 1)


def _stream(row: StreamRow, live: SiteLive, outbox: int | None) -> StreamView:
    current = row.jid == live.jid
    return StreamView(
        jid=row.jid,
        current=current,
        have=row.have,
        safe=row.safe,
        last=row.have + outbox if current and outbox is not None else None,
        missing=row.missing,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        hardware=row.hardware,
    )
