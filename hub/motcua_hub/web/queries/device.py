"""Everything the page of one device needs."""

from typing import Final

import msgspec
from sqlalchemy import Connection, and_, func, or_, select

from motcua_hub.domain.health.component import Part
from motcua_hub.domain.health.spans import Span
from motcua_hub.store import assets, numbers, schema
from motcua_hub.store.numbers import Point
from motcua_hub.web.queries import common, health
from motcua_hub.web.queries.site import SiteLive, read_live
from motcua_hub.web.status import Beat

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
MOST_SPANS: Final = 500
EVENTS: Final = 60
_SPAN: Final = schema.health_span
_COLUMNS: Final = tuple(_SPAN.c[name] for name in Span.__struct_fields__)


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """How many tickets of today's business; `first_at` (UTC ms) is None before the first."""

    today: int
    last_hour: int
    first_at: int | None


class DeviceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of one device; what it means is said by `views.device`."""

    live: SiteLive
    part: Part | None
    asset: assets.Asset | None
    spans: tuple[Span, ...]
    latest: tuple[Span, ...]
    numbers: dict[str, list[Point]]
    daily: dict[str, list[Point]]
    heard: tuple[int, ...]
    demand: Demand
    flapping: bool
    ingest: Beat | None


def read(
    connection: Connection, site: str, component: str, *, now: int, begin: int, step_s: int
) -> DeviceFacts | None:
    """One device with its history since `begin` (UTC ms) in steps; None when it is unknown."""
    live = read_live(connection, site)
    if live is None:
        return None
    told = {part.component: part for part in health.parts(connection, site)}
    written = {
        asset.component or health.asset_key(asset.id): asset
        for asset in reversed(assets.of_site(connection, site))
    }
    latest = _latest(connection, site, component)
    if component not in told and component not in written and not latest:
        return None
    return DeviceFacts(
        live=live,
        part=told.get(component),
        asset=written.get(component),
        spans=_since(connection, site, component, begin),
        latest=latest,
        numbers=numbers.read_numbers(connection, site, component, step_s, begin),
        daily=numbers.read_numbers(connection, site, component, 86_400, 0),
        heard=tuple(numbers.heard_slots(connection, site, step_s, begin)),
        demand=_demand(connection, site, live.business_day, now),
        flapping=(site, component) in health.flapping(connection, now, site),
        ingest=common.ingest_beat(common.beats(connection)),
    )


def _latest(connection: Connection, site: str, component: str) -> tuple[Span, ...]:
    s = _SPAN.c
    query = select(*_COLUMNS).where(s.site == site, s.component == component)
    newest = query.order_by(s.by_depth.desc(), s.by_jid.desc(), s.by_seq.desc()).limit(EVENTS)
    return tuple(Span(**row) for row in connection.execute(newest).mappings())


def _since(connection: Connection, site: str, component: str, begin: int) -> tuple[Span, ...]:
    """The spans that reach into the time after `begin`: the newest when there are too many."""
    s = _SPAN.c
    lasting = and_(~s.drill, or_(s.until.is_(None), s.until >= begin))
    query = select(*_COLUMNS).where(s.site == site, s.component == component, lasting)
    rows = connection.execute(query.order_by(s.since.desc()).limit(MOST_SPANS)).mappings()
    return tuple(Span(**row) for row in rows)


def _demand(connection: Connection, site: str, day: str, now: int) -> Demand:
    t = schema.ticket.c
    row = connection.execute(
        select(
            func.count().label("today"),
            func.count().filter(t.issued_at >= now - HOUR_MS).label("last_hour"),
            func.min(t.issued_at).label("first_at"),
        ).where(t.site == site, t.day == day, ~t.test)
    ).one()
    return Demand(today=row.today, last_hour=row.last_hour, first_at=row.first_at)
