"""One device: why it is as it is, how it was, what it will need, what to do."""

from typing import Final

import msgspec

from motcua_hub.domain.health import forecasts, spans
from motcua_hub.domain.health.component import FRESH_MS, Known
from motcua_hub.domain.health.forecasts import Battery, Paper
from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.health.quantities import KEPT
from motcua_hub.domain.health.site import HEARD
from motcua_hub.domain.health.spans import Span
from motcua_hub.domain.health.why import nothing_told
from motcua_hub.domain.link import Link, link_state
from motcua_hub.web.queries.device import DAY_MS, DeviceFacts
from motcua_hub.web.status import hub_hears
from motcua_hub.web.views import charts
from motcua_hub.web.views.about import parse_about
from motcua_hub.web.views.health import DeviceView, device

RANGES: Final = {
    "1h": (DAY_MS // 24, 300),
    "24h": (DAY_MS, 300),
    "7d": (7 * DAY_MS, 3_600),
    "30d": (30 * DAY_MS, 3_600),
}
"""Name -> length in ms and width of an interval in seconds."""
_PAPER: Final = "paper_left_slips"
_SHARE: Final = "battery_share"
_BATTERY_DAYS: Final = 180
"""A forecast from older days would not know of a new battery, nor of heat."""


class DevicePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page of one device shows; times are UTC ms.

    `paper` and `battery` are None when nothing is known; `few_days` says that the battery's
    numbers are too few to judge by.
    """

    now: int
    site: str
    site_name: str
    link: Link
    hub_hears: bool
    deaf_since: int | None
    device: DeviceView
    changed_at: int | None
    range: str
    band: charts.Band
    lines: tuple[charts.Line, ...]
    events: tuple[Span, ...]
    paper: Paper | None
    battery: Battery | None
    few_days: bool
    is_printer: bool
    is_ups: bool


def build(facts: DeviceFacts, component: str, now: int, shown: str) -> DevicePage:
    """The page of a device at `now`, with the history of the range `shown`."""
    live = facts.live
    hears = hub_hears(facts.ingest, now)
    link = link_state(live.status, live.status_at, live.seen_at, now) if hears else Link.UNKNOWN
    asset = facts.asset
    gone = asset is not None and asset.retired_at is not None
    known = Known(facts.part or nothing_told(component), now, link in HEARD, gone)
    length, step_s = RANGES[shown]
    kind = kind_of(component)
    about = parse_about(live.about)
    return DevicePage(
        now=now,
        site=live.id,
        site_name=live.name or (about.name if about else "") or live.id,
        link=link,
        hub_hears=hears,
        deaf_since=facts.ingest.at if facts.ingest is not None and not hears else None,
        device=device(known, asset, unstable=facts.flapping),
        changed_at=next((span.since for span in facts.latest if span.changed), None),
        range=shown,
        band=_band(facts, now - length, now, step_s * 1000),
        lines=_lines(facts, now - length, now, step_s * 1000),
        events=facts.latest,
        paper=_paper(facts, now) if kind == "printer" else None,
        battery=_battery(facts) if kind == "ups" else None,
        few_days=len(facts.daily.get(_SHARE, ())) < forecasts.LEAST_DAYS,
        is_printer=kind == "printer",
        is_ups=kind == "ups",
    )


def _band(facts: DeviceFacts, begin: int, end: int, step_ms: int) -> charts.Band:
    gaps = spans.unobserved(facts.heard, step_ms, FRESH_MS, begin, end)
    pieces = spans.masked(spans.band(facts.spans, begin, end), gaps)
    return charts.band(pieces, begin, end)


def _lines(facts: DeviceFacts, begin: int, end: int, step_ms: int) -> tuple[charts.Line, ...]:
    drawn = (
        charts.line(name, facts.numbers[name], begin, end, step_ms)
        for name in KEPT
        if name in facts.numbers
    )
    return tuple(each for each in drawn if each is not None)


def _paper(facts: DeviceFacts, now: int) -> Paper | None:
    """Only from a number told within the last hours: an old one knows nothing of a new roll."""
    told = facts.numbers.get(_PAPER, [])[-1:]
    if not told or now - told[0].at > 2 * forecasts.HOUR_MS:
        return None
    demand = facts.demand
    open_ms = now - demand.first_at if demand.first_at is not None else 0
    return forecasts.paper(told[0].last, demand.last_hour, demand.today, open_ms)


def _battery(facts: DeviceFacts) -> Battery | None:
    days = facts.daily.get(_SHARE, [])[-_BATTERY_DAYS:]
    return forecasts.battery([(point.at, point.last) for point in days])
