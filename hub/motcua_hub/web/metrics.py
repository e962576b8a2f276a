"""`/metrics`: what the hub knows of every site, for Prometheus.

The number of series is bounded by the registry of sites: (11 + 6 device states) a site. Components,
codes and tickets are never labels. What nobody knows is absent, not 0.
"""

import ipaddress
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import Link
from motcua_hub.store.engine import reading
from motcua_hub.web import localtime
from motcua_hub.web.queries import overview as query
from motcua_hub.web.views import overview as views

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SITE: Final = ("site",)
_STATES: Final = tuple((state, state.value) for state in HealthState)
_log = logging.getLogger(__name__)
Families = dict[str, GaugeMetricFamily]

_GAUGES: Final = {
    "online": "1 while the site is heard.",
    "tickets_issued_today": "Tickets issued on the hub's calendar day.",
    "tickets_served_today": "Tickets served on the hub's calendar day.",
    "waiting": "Citizens waiting now, as last told.",
    "outbox_events": "Events at the site that the hub has not acknowledged, as last told.",
    "last_seen_timestamp_seconds": "When the site was last heard, Unix time.",
    "open_incidents": "Open incidents of the site.",
    "figures_stale": "1 while the figures are older than now.",
}


class SitesCollector(Collector):
    """Reads the overview at every scrape; a database that does not answer yields `up` 0 only."""

    def __init__(self, engine: Engine, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._clock = clock

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: registering must not read the database."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All families, filled from one reading of the database."""
        up = GaugeMetricFamily("motcua_hub_store_up", "1 when the database answered this scrape.")
        try:
            view = self._read()
        except SQLAlchemyError as error:
            _log.debug("no site metrics: %s", error)
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from _families(view)

    def _read(self) -> views.Overview:
        now = self._clock()
        with reading(self._engine) as connection:
            return views.build(query.read(connection, localtime.day_of(now), now), now)


def _families(view: views.Overview) -> Iterator[GaugeMetricFamily]:
    gauges = {
        name: GaugeMetricFamily(f"motcua_site_{name}", text, labels=_SITE)
        for name, text in _GAUGES.items()
    }
    link = GaugeMetricFamily(
        "motcua_site_link", "1 for the link's state.", labels=("site", "state")
    )
    verdict = GaugeMetricFamily(
        "motcua_site_verdict", "1 for whether it can serve.", labels=("site", "state")
    )
    devices = GaugeMetricFamily(
        "motcua_site_devices", "Components by state.", labels=("site", "state")
    )
    for line in view.lines:
        _site(gauges, line)
        _add(link, {"site": line.site, "state": line.link.value}, 1)
        _add(verdict, {"site": line.site, "state": line.verdict.value}, 1)
        for state, name in _STATES:
            _add(devices, {"site": line.site, "state": name}, line.devices.get(state, 0))
    hears = GaugeMetricFamily("motcua_hub_hears", "1 while ingest runs and is connected.")
    hears.add_metric((), int(view.hub_hears))
    yield from (hears, *gauges.values(), link, verdict, devices)


def _site(gauges: Families, line: views.SiteLine) -> None:
    values: dict[str, float | None] = {
        "online": None if line.link is Link.UNKNOWN else int(line.link is Link.ONLINE),
        "tickets_issued_today": line.issued,
        "tickets_served_today": line.served,
        "waiting": line.waiting,
        "outbox_events": line.outbox,
        "last_seen_timestamp_seconds": None if line.seen_at is None else line.seen_at / 1000,
        "open_incidents": line.incidents,
        "figures_stale": int(line.stale),
    }
    labels = {"site": line.site}
    for name, value in values.items():
        if value is not None:
            _add(gauges[name], labels, value)


def _add(family: GaugeMetricFamily, labels: dict[str, str], value: float) -> None:
    """Thousands are added a scrape; the labels of one site are the same for many families."""
    family.add_sample(family.name, labels, value)


def exposition(registry: CollectorRegistry, open_to: Iterable[str]) -> "WSGIApplication":
    """The WSGI part that answers `/metrics`, to the networks in `open_to` only."""
    networks = [ipaddress.ip_network(text) for text in open_to]
    answer = make_wsgi_app(registry)

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if _inside(environ.get("REMOTE_ADDR", ""), networks):
            allowed: Iterable[bytes] = answer(environ, start_response)
            return allowed
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [b"this address may not read metrics: see web.metrics_open_to\n"]

    return guarded


def _inside(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
