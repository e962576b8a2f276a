"""`/metrics`: what the hub knows of every site, for Prometheus.

The number of series is bounded by the registry of sites and the contract's list of faults: a site
has (11 + 6 device states) series, one for each kind of fault that stands now, and one for each of a
few numbers. Components and tickets are never labels, and a code that this version does not know is
`other`. What nobody knows is absent, not 0.
"""

import gzip
import ipaddress
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from motcua_contract.faults import FAULTS, find
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import Link
from motcua_hub.store.engine import reading
from motcua_hub.web import localtime
from motcua_hub.web.queries import overview as query
from motcua_hub.web.views import overview as views
from motcua_hub.web.views.about import numbers_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PACKED: Final = 1
"""How hard gzip tries: more makes it little smaller."""
KINDS: Final = frozenset(fault.device for fault in FAULTS)
_STATES: Final = tuple((state, state.value) for state in HealthState)
_log = logging.getLogger(__name__)
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


_QUANTITIES: Final = {
    "link.hub_rtt_ms": "link_rtt_ms",
    "link.hub_loss_ratio": "link_loss_ratio",
    "ups.charge_percent": "ups_charge_percent",
    "ups.runtime_seconds": "ups_runtime_seconds",
    "printer.paper_left_slips": "paper_left_slips",
    "controller.temperature_c": "controller_temperature_c",
    "controller.disk_free_bytes": "controller_disk_free_bytes",
    "controller.clock_skew_ms": "clock_skew_ms",
}
"""What a site calls it -> what it is called here."""


class Gauge:
    """One family in the text format. A site's id and our own words need no quoting in it."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self._lines = [f"# HELP {name} {text}\n# TYPE {name} gauge\n"]

    def add(self, labels: str, value: float) -> None:
        """A sample; `labels` as they stand between the braces."""
        braced = f"{{{labels}}}" if labels else ""
        self._lines.append(f"{self.name}{braced} {float(value)!r}\n")

    def __str__(self) -> str:
        return "".join(self._lines)


class SitesGauges:
    """Reads the overview at every scrape; a database that does not answer yields `up` 0 only.

    A province is thousands of samples, all gauges: they are written here, three times as quickly
    as by way of the library's own objects.
    """

    def __init__(self, engine: Engine, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._clock = clock

    def read(self) -> list[Gauge]:
        """All families, filled from one reading of the database."""
        up = Gauge("motcua_hub_store_up", "1 when the database answered this scrape.")
        try:
            facts, view = self._read()
        except SQLAlchemyError as error:
            _log.debug("no site metrics: %s", error)
            up.add("", 0)
            return [up]
        up.add("", 1)
        return [up, *_families(view), _numbers(facts)]

    def _read(self) -> tuple[query.OverviewFacts, views.Overview]:
        now = self._clock()
        with reading(self._engine) as connection:
            facts = query.read(connection, localtime.day_of(now), now)
        return facts, views.build(facts, now)


def _numbers(facts: query.OverviewFacts) -> Gauge:
    """A few numbers of devices, as the sites told them with their last minute."""
    gauge = Gauge("motcua_site_number", "A device's newest number, by a closed list of quantities.")
    for row in facts.sites:
        told = numbers_of(row.metrics)
        for key, quantity in _QUANTITIES.items():
            if key in told:
                gauge.add(f'site="{row.id}",quantity="{quantity}"', told[key])
    return gauge


def _families(view: views.Overview) -> Iterator[Gauge]:
    gauges = {name: Gauge(f"motcua_site_{name}", text) for name, text in _GAUGES.items()}
    link = Gauge("motcua_site_link", "1 for the link's state.")
    verdict = Gauge("motcua_site_verdict", "1 for whether it can serve.")
    devices = Gauge("motcua_site_devices", "Components by state.")
    faults = Gauge("motcua_site_faults", "Faults that stand now, by kind of device and code.")
    for line in view.lines:
        site = f'site="{line.site}"'
        for name, value in _values(line).items():
            if value is not None:
                gauges[name].add(site, value)
        link.add(f'{site},state="{line.link.value}"', 1)
        verdict.add(f'{site},state="{line.verdict.value}"', 1)
        for state, name in _STATES:
            devices.add(f'{site},state="{name}"', line.devices.get(state, 0))
        for labels, count in _faults(line).items():
            faults.add(f"{site},{labels}", count)
    hears = Gauge("motcua_hub_hears", "1 while ingest runs and is connected.")
    hears.add("", int(view.hub_hears))
    yield from (hears, *gauges.values(), link, verdict, devices, faults)


def _faults(line: views.SiteLine) -> dict[str, int]:
    """How many faults of each kind stand at a site, by labels of a closed list."""
    found: dict[str, int] = {}
    for one in line.broken:
        known = find(one.component, one.code)
        device, code = (known.device, known.code) if known else ("other", "other")
        device = device if device in KINDS else "other"
        labels = f'device="{device}",code="{code}",responsible="{one.responsible.value}"'
        found[labels] = found.get(labels, 0) + 1
    return found


def _values(line: views.SiteLine) -> dict[str, float | None]:
    return {
        "online": None if line.link is Link.UNKNOWN else int(line.link is Link.ONLINE),
        "tickets_issued_today": line.issued,
        "tickets_served_today": line.served,
        "waiting": line.waiting,
        "outbox_events": line.outbox,
        "last_seen_timestamp_seconds": None if line.seen_at is None else line.seen_at / 1000,
        "open_incidents": line.incidents,
        "figures_stale": int(line.stale),
    }


def exposition(
    registry: CollectorRegistry, sites: SitesGauges, open_to: Iterable[str]
) -> "WSGIApplication":
    """The WSGI part that answers `/metrics`, to the networks in `open_to` only."""
    networks = [ipaddress.ip_network(text) for text in open_to]

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not _inside(environ.get("REMOTE_ADDR", ""), networks):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"this address may not read metrics: see web.metrics_open_to\n"]
        body = generate_latest(registry) + "".join(map(str, sites.read())).encode()
        headers = [("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Vary", "Accept-Encoding")]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers.append(("Content-Encoding", "gzip"))
            body = gzip.compress(body, _PACKED)
        start_response("200 OK", headers)
        return [body]

    return guarded


def _inside(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
