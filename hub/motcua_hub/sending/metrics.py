"""What sending counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (5, 10, 15, 30, 45, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200, 86_400)


class SendingMetrics:
    """Counters and gauges of one process that sends."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.notify = Histogram(
            "motcua_incident_notify_seconds",
            "From the detection of a problem to the first message that a server took.",
            ("severity",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.messages = Counter(
            "motcua_sending_messages_total",
            "Attempts to send, by what came of them.",
            ("channel", "outcome"),
            registry=registry,
        )
        self.waiting = Gauge(
            "motcua_outbox_waiting", "Messages that wait.", ("channel",), registry=registry
        )
        self.oldest = Gauge(
            "motcua_outbox_oldest_seconds",
            "Age of the oldest message that waits.",
            ("channel",),
            registry=registry,
        )
        self.dead = Gauge(
            "motcua_outbox_dead",
            "Dead letters that nobody has looked at.",
            ("channel",),
            registry=registry,
        )
        self.circuit = Gauge(
            "motcua_sending_circuit_open",
            "1 while a channel rests because it failed again and again.",
            ("channel",),
            registry=registry,
        )
        self.unrouted = Gauge(
            "motcua_incidents_unrouted",
            "Open incidents for which the directory has nobody.",
            registry=registry,
        )
        self.unreached = Gauge(
            "motcua_incidents_unreached",
            "Open incidents of which every message is a dead letter: nobody could be told.",
            registry=registry,
        )
        self.gaps = Gauge(
            "motcua_directory_gaps",
            "Offices and classes of repairers without a unit that can be told.",
            registry=registry,
        )
        self.ping = Gauge(
            "motcua_watchman_heard",
            "1 while the watchman takes the hub's signs of life.",
            registry=registry,
        )
