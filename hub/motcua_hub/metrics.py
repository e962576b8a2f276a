"""What ingest counts, for Prometheus. Each says itself what it means.

The registry is an argument: the web part exposes the one that ingest counts in.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LAG = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400)


class IngestMetrics:
    """Counters of one ingest process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
            return Counter(f"motcua_ingest_{name}", text, labels, registry=registry)

        self.registry = registry
        self.messages = counter("messages", "Messages received, by kind of topic.", ("kind",))
        self.batches = counter("batches", "Batches acknowledged after their commit.")
        self.events = counter("events", "Events newly stored.")
        self.duplicates = counter("duplicate_events", "Events received again and held already.")
        self.quarantined = counter("quarantined_events", "Events stored without being understood.")
        self.naks = counter("naks", "Batches not taken, by NAK code.", ("code",))
        self.poison = counter("poison_messages", "Malformed messages kept raw.")
        self.conflicts = counter("conflicts", "Rows that differ from the row already held.")
        self.gaps = counter("gaps", "Ranges declared lost.")
        self.hellos = counter("hellos", "Hellos answered with a resume.")
        self.dropped = counter("dropped_messages", "Messages not taken because the queue was full.")
        self.unsent = counter("unsent_replies", "Replies not sent because the broker was away.")
        self.failures = counter("store_failures", "Transactions that the database refused.")
        self.queue = Gauge("motcua_ingest_queue_messages", "Waiting messages.", registry=registry)
        self.connected = Gauge(
            "motcua_ingest_connected", "1 while connected to the broker.", registry=registry
        )
        self.transaction = Histogram(
            "motcua_ingest_transaction_seconds",
            "Time of one durable transaction.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.lag = Histogram(
            "motcua_ingest_lag_seconds",
            "From an event's commit at the office to its commit here, newest of each batch.",
            buckets=_LAG,
            registry=registry,
        )
