"""What the hub's probes count, for Prometheus. Kinds and outcomes are labels, targets never."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class ProbeMetrics:
    """Counters of the hub as a vantage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(f"motcua_probe_{name}", text, labels, registry=registry)

        self.samples = Counter(
            "motcua_probe_samples_total",
            "Probes from the hub, by kind and outcome (ok, fail, blind).",
            ("kind", "outcome"),
            registry=registry,
        )
        self.latency = Histogram(
            "motcua_probe_latency_seconds",
            "Time to an answer as it should be.",
            ("kind",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.confirmed = Histogram(
            "motcua_probe_confirmation_seconds",
            "From the first failure of an outage to its confirmation.",
            buckets=(1, 5, 10, 15, 20, 30, 45, 60, 120, 300),
            registry=registry,
        )
        self.targets = gauge("targets", "Targets that the hub probes, by what it says.", ("state",))
        self.warnings = gauge("warnings", "Targets that work with a warning: a certificate ends.")
        self.sees = gauge("vantage_sees", "1 while a reference of the hub answers.")
        self.steps = gauge("clock_steps", "Steps of the wall clock seen since the start.")
        self.waited = gauge("waited", "Probes that had to wait for room since the start.")
        self.untold = gauge("untold", "What the ledger was not told yet, in pieces.")
