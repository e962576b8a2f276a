"""The desk as a part of the running hub: a round every few seconds."""

import logging
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Connection, Engine, func, select

from motcua_hub.desk.rounds import Desk
from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.loop import Loop
from motcua_hub.store import schema
from motcua_hub.store.engine import reading

log = logging.getLogger(__name__)
EVERY_S = 3.0
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class DeskMetrics:
    """What the desk counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.entries = Counter(
            "motcua_incident_entries_total",
            "Entries that the desk added to timelines.",
            registry=registry,
        )
        self.round = Histogram(
            "motcua_incident_round_seconds",
            "Time of one round of the desk, its transaction included.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.open = Gauge(
            "motcua_incident_open",
            "Incidents that are not closed, by severity.",
            ("severity",),
            registry=registry,
        )
        self.overdue = Gauge(
            "motcua_incident_overdue",
            "Incidents that are not over and missed a deadline.",
            registry=registry,
        )


def desk(engine: Engine, registry: CollectorRegistry, clock: Callable[[], int]) -> Loop:
    """The part; `clock` tells UTC ms."""
    metrics = DeskMetrics(registry)
    worker = Desk()

    def work() -> None:
        with metrics.round.time():
            written = worker.work(engine, clock())
        if written:
            log.info("desk: %d entries", written)
            metrics.entries.inc(written)
        with reading(engine) as connection:
            _measure(connection, metrics)

    return Loop("desk", work, EVERY_S)


def _measure(connection: Connection, metrics: DeskMetrics) -> None:
    i = schema.incident.c
    query = select(i.severity, func.count()).where(i.status != Status.CLOSED.value)
    counts = {row[0]: row[1] for row in connection.execute(query.group_by(i.severity))}
    for severity in (1, 2, 3, 4):
        metrics.open.labels(str(severity)).set(counts.get(severity, 0))
    late = select(func.count()).where(
        i.restored_at.is_(None), i.closed_at.is_(None), i.ack_missed | i.repair_missed
    )
    metrics.overdue.set(connection.scalar(late) or 0)
