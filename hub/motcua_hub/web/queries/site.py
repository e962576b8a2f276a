"""Everything one site's live page needs."""

import msgspec
from sqlalchemy import Connection, func, select

from motcua_contract.vocabulary import TicketState
from motcua_hub.domain.health.component import Part
from motcua_hub.store import assets, desired, schema
from motcua_hub.store.desired import Desired, Reported
from motcua_hub.web.queries import common, health
from motcua_hub.web.status import Beat

RECENT = 12
STREAMS = 8
_AT_COUNTER = (TicketState.CALLED.value, TicketState.SERVING.value, TicketState.WRAP_UP.value)


class SiteLive(msgspec.Struct, frozen=True, kw_only=True):
    """What a site last said of itself; times are UTC ms, None was never heard."""

    id: str
    name: str = ""
    registered: bool = False
    closed_at: int | None = None
    status: str | None = None
    status_at: int | None = None
    status_why: str = ""
    seen_at: int | None = None
    hello_at: int | None = None
    event_at: int | None = None
    boot: str | None = None
    jid: str | None = None
    device: str = ""
    hardware: str = ""
    clock: str | None = None
    business_day: str = ""
    free_bytes: int | None = None
    about: str | None = None
    about_at: int | None = None
    metrics: str | None = None
    poisoned: int = 0
    quarantined: int = 0


class CounterRow(msgspec.Struct, frozen=True, kw_only=True):
    """A counter as its office last told; `since` is UTC ms."""

    number: int
    state: str
    officer: str | None
    reason: str
    since: int


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket; times are UTC ms, `wait_ms` is from issue to first call."""

    id: str
    label: str
    service: str
    state: str
    counter: int | None
    officer: str | None
    priority: str
    test: bool
    issued_at: int | None
    called_at: int | None
    started_at: int | None
    wait_ms: int | None
    print_state: str


class ServiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One service field's day; `oldest_waiting_at` is the issue of the longest waiting ticket."""

    service: str
    issued: int
    waiting: int
    serving: int
    served: int
    missed: int
    wait_n: int
    wait_ms: int
    oldest_waiting_at: int | None = None


class RatingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A day's ratings on one scale; `levels[0]` is level 1, the worst. Scale 0: what has none."""

    scale: int
    offered: int
    declined: int
    levels: tuple[int, ...]


class StreamRow(msgspec.Struct, frozen=True, kw_only=True):
    """One journal incarnation as the hub has it."""

    jid: str
    have: int
    safe: int
    boot: str
    hardware: str
    first_seen: int
    last_seen: int
    replaced_at: int | None
    missing: int = 0


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds (ms) of wall-clock minus boot-clock fitted for the current boot."""

    rank: int
    offset: int | None
    error: int | None


class SiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of one site; what it means is said by `views.site`."""

    live: SiteLive
    day: str
    counters: tuple[CounterRow, ...]
    at_counters: tuple[TicketRow, ...]
    services: tuple[ServiceRow, ...]
    recent: tuple[TicketRow, ...]
    ratings: tuple[RatingRow, ...]
    parts: tuple[Part, ...]
    assets: tuple[assets.Asset, ...]
    flapping: frozenset[str]
    streams: tuple[StreamRow, ...]
    incidents: tuple[common.OpenIncident, ...]
    clock: ClockRow | None
    ingest: Beat | None
    desired: tuple[Desired, Reported | None] | None = None


def read_live(connection: Connection, site: str) -> SiteLive | None:
    """The site's own word; None when neither the registry nor the broker knows this site."""
    s, v = schema.site, schema.site_live.c
    told = (
        v.status,
        v.status_at,
        v.status_why,
        v.boot,
        v.jid,
        v.device,
        v.clock,
        v.business_day,
        v.free_bytes,
        v.about,
        v.about_at,
        v.metrics,
        v.poisoned,
        v.quarantined,
        v.hw.label("hardware"),
        v.last_seen_at.label("seen_at"),
        v.last_hello_at.label("hello_at"),
        v.last_event_at.label("event_at"),
    )
    registered = connection.execute(select(s).where(s.c.id == site)).one_or_none()
    live = connection.execute(select(*told).where(v.site == site)).mappings().one_or_none()
    if registered is None and live is None:
        return None
    values = dict(live) if live is not None else {}
    if registered is not None:
        values |= {"name": registered.name, "closed_at": registered.closed_at, "registered": True}
    return SiteLive(**{"id": site} | values)


def read(connection: Connection, site: str, today: str, now: int) -> SiteFacts | None:
    """One site with the figures of its own business day (`today` until it has told one)."""
    live = read_live(connection, site)
    if live is None:
        return None
    day = live.business_day or today
    return SiteFacts(
        live=live,
        day=day,
        counters=_counters(connection, site),
        at_counters=_tickets_at_counters(connection, site, day),
        services=_services(connection, site, day),
        recent=_recent(connection, site, day),
        ratings=_ratings(connection, site, day),
        parts=tuple(health.parts(connection, site)),
        assets=tuple(assets.of_site(connection, site)),
        flapping=frozenset(name for _, name in health.flapping(connection, now, site)),
        streams=_streams(connection, site),
        incidents=common.incidents(connection, open_only=True, site=site, limit=50),
        clock=_clock(connection, site, live.boot),
        ingest=common.ingest_beat(common.beats(connection)),
        desired=desired.both(connection, site),
    )


def _counters(connection: Connection, site: str) -> tuple[CounterRow, ...]:
    c = schema.counter.c
    statement = (
        select(c.number, c.state, c.officer, c.reason, c.since)
        .where(c.site == site)
        .order_by(c.number)
    )
    return tuple(CounterRow(**row) for row in connection.execute(statement).mappings())


_TICKET = schema.ticket.c
_TICKET_COLUMNS = tuple(_TICKET[name] for name in TicketRow.__struct_fields__)


def _tickets_at_counters(connection: Connection, site: str, day: str) -> tuple[TicketRow, ...]:
    statement = (
        select(*_TICKET_COLUMNS)
        .where(_TICKET.site == site, _TICKET.day == day, _TICKET.state.in_(_AT_COUNTER))
        .order_by(_TICKET.called_at)
    )
    return tuple(TicketRow(**row) for row in connection.execute(statement).mappings())


def _recent(connection: Connection, site: str, day: str) -> tuple[TicketRow, ...]:
    statement = (
        select(*_TICKET_COLUMNS)
        .where(_TICKET.site == site, _TICKET.day == day)
        .order_by(func.coalesce(_TICKET.issued_at, 0).desc(), _TICKET.id.desc())
        .limit(RECENT)
    )
    return tuple(TicketRow(**row) for row in connection.execute(statement).mappings())


def _services(connection: Connection, site: str, day: str) -> tuple[ServiceRow, ...]:
    q = schema.queue_day.c
    names = [name for name in ServiceRow.__struct_fields__ if name != "oldest_waiting_at"]
    longest = connection.execute(
        select(_TICKET.service, func.min(_TICKET.issued_at).label("oldest"))
        .where(
            _TICKET.site == site,
            _TICKET.day == day,
            _TICKET.state == TicketState.WAITING.value,
            ~_TICKET.test,
        )
        .group_by(_TICKET.service)
    )
    oldest = {row.service: row.oldest for row in longest}
    statement = (
        select(*(q[name] for name in names)).where(q.site == site, q.day == day).order_by(q.service)
    )
    return tuple(
        ServiceRow(**row, oldest_waiting_at=oldest.get(row["service"]))
        for row in connection.execute(statement).mappings()
    )


def _ratings(connection: Connection, site: str, day: str) -> tuple[RatingRow, ...]:
    r = schema.rating_day.c
    levels = (r.level1, r.level2, r.level3, r.level4, r.level5)
    statement = (
        select(
            r.scale,
            func.sum(r.offered).label("offered"),
            func.sum(r.declined).label("declined"),
            *(func.sum(level) for level in levels),
        )
        .where(r.site == site, r.day == day)
        .group_by(r.scale)
        .order_by(r.scale)
    )
    return tuple(
        RatingRow(
            scale=row[0],
            offered=int(row[1]),
            declined=int(row[2]),
            levels=tuple(int(n) for n in row[3 : 3 + max(row[0], 0)]),
        )
        for row in connection.execute(statement)
    )


def _streams(connection: Connection, site: str) -> tuple[StreamRow, ...]:
    s, g = schema.stream.c, schema.gap.c
    missing = (
        select(func.coalesce(func.sum(g.last - g.first + 1), 0))
        .where(g.site == s.site, g.jid == s.jid)
        .correlate(schema.stream)
        .scalar_subquery()
    )
    statement = (
        select(
            s.jid,
            s.have,
            s.safe,
            s.boot,
            s.hw.label("hardware"),
            s.first_seen,
            s.last_seen,
            s.replaced_at,
            missing.label("missing"),
        )
        .where(s.site == site)
        .order_by(s.depth.desc(), s.first_seen.desc())
        .limit(STREAMS)
    )
    return tuple(
        StreamRow(**{**row, "missing": int(row["missing"])})
        for row in connection.execute(statement).mappings()
    )


def _clock(connection: Connection, site: str, boot: str | None) -> ClockRow | None:
    if boot is None:
        return None
    o = schema.clock_offset.c
    row = connection.execute(
        select(o.rank, o.applied_offset, o.applied_error).where(o.site == site, o.boot == boot)
    ).one_or_none()
    if row is None:
        return None
    return ClockRow(rank=row.rank, offset=row.applied_offset, error=row.applied_error)
