"""The web server's own metrics, and the office's lines as gauges. Names are stable."""

from collections import Counter as Tally
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from motcua_contract.vocabulary import CounterState, TicketState
from motcua_edge.services.office import OfficeService

NAMES: Final = {
    "motcua_http_requests_total": "Requests by method, route and status.",
    "motcua_http_request_seconds": "Time to answer, by route; streams are left out.",
    "motcua_http_streams": "Pages that listen for changes now.",
    "motcua_http_ended_total": (
        "Connections that the server ended: silent (no whole request in 15 s), too_many (from one "
        "address), untaken (a stream that nobody reads)."
    ),
    "motcua_http_refusals_total": "Answers that are not a success, by code.",
    "motcua_office_version": "State version; rises with every fact.",
    "motcua_office_training": "1 while in training mode.",
    "motcua_tickets": "Today's tickets by service and state; test tickets are left out.",
    "motcua_counters": "Counters by state.",
    "motcua_component_state": "1 for the state that a component has now.",
}
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class OfficeCollector(Collector):
    """Reads the state when scraped, so that nothing has to be kept in step."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office

    def collect(self) -> Iterator[Metric]:
        """The office's gauges."""
        state = self._office.state
        yield _single("motcua_office_version", state.office.version)
        yield _single("motcua_office_training", int(state.office.training))
        yield self._tickets()
        yield self._counters()
        components = _family("motcua_component_state", ["component", "state"])
        for health in state.health.values():
            components.add_metric([health.component, str(health.state)], 1)
        yield components

    def _tickets(self) -> GaugeMetricFamily:
        state = self._office.state
        day = state.office.day
        tally = Tally(
            (t.service, t.state.value)
            for t in state.tickets.values()
            if t.day == day and not t.test and t.state is not TicketState.VOID
        )
        family = _family("motcua_tickets", ["service", "state"])
        for service in self._office.site.services:
            tally.setdefault((service.code, TicketState.WAITING.value), 0)
        for labels, count in sorted(tally.items()):
            family.add_metric(list(labels), count)
        return family

    def _counters(self) -> GaugeMetricFamily:
        known = self._office.state.counters
        tally = Tally(
            known[str(c.number)].state if str(c.number) in known else CounterState.CLOSED
            for c in self._office.site.counters
        )
        family = _family("motcua_counters", ["state"])
        for state in CounterState:
            family.add_metric([state.value], tally[state])
        return family


def _family(name: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, NAMES[name], labels=labels)


def _single(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, NAMES[name], value=value)


class WebMetrics:
    """Counts what the web server does, in the registry it is given."""

    def __init__(self, registry: CollectorRegistry, office: OfficeService) -> None:
        name = "motcua_http_requests_total"
        self.requests = Counter(name, NAMES[name], ["method", "route", "status"], registry=registry)
        name = "motcua_http_request_seconds"
        self.seconds = Histogram(name, NAMES[name], ["route"], registry=registry, buckets=_BUCKETS)
        name = "motcua_http_streams"
        self.streams = Gauge(name, NAMES[name], registry=registry)
        name = "motcua_http_ended_total"
        self.ended = Counter(name, NAMES[name], ["reason"], registry=registry)
        name = "motcua_http_refusals_total"
        self.refusals = Counter(name, NAMES[name], ["code"], registry=registry)
        registry.register(OfficeCollector(office))
