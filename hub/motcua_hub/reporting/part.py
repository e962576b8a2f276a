"""The part of the running hub that makes reports and the public page's contents."""

import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import Engine

from motcua_hub.loop import Loop
from motcua_hub.reporting.public import PublicStatus
from motcua_hub.reporting.schedule import Schedule

REPORTS_EVERY_S: Final = 5.0
STATUS_EVERY_S: Final = 15.0


class ReportingMetrics:
    """What the part counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.made = Counter(
            "motcua_reports_made_total",
            "Versions of reports archived.",
            ("kind",),
            registry=registry,
        )
        self.seconds = Gauge(
            "motcua_report_last_seconds",
            "How long the last round that archived a report took.",
            registry=registry,
        )
        self.status_at = Gauge(
            "motcua_public_status_made_timestamp_seconds",
            "When the contents of the public status page were made last, Unix time.",
            registry=registry,
        )


class Reporting:
    """Two loops: citizens' page does not wait for a long report.

    Args:
        engine: The hub's database.
        registry: Where counters are shown.
        clock: UTC ms.
    """

    def __init__(
        self, engine: Engine, registry: CollectorRegistry, clock: Callable[[], int]
    ) -> None:
        self._schedule, self._status = Schedule(engine), PublicStatus(engine)
        self._metrics, self._clock = ReportingMetrics(registry), clock
        self._loops = (
            Loop("reports", self._reports, REPORTS_EVERY_S),
            Loop("public-status", self._public, STATUS_EVERY_S),
        )

    def _reports(self) -> None:
        begun = time.monotonic()
        for entry in self._schedule.work(self._clock()):
            self._metrics.made.labels(entry.kind).inc()
            self._metrics.seconds.set(time.monotonic() - begun)

    def _public(self) -> None:
        self._metrics.status_at.set(self._status.work(self._clock()).made_at / 1000)

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End; a report under way is dropped and made after the next start."""
        for loop in self._loops:
            loop.stop()

    @property
    def alive(self) -> bool:
        """Whether both loops work, or were told to end."""
        return all(loop.alive for loop in self._loops)
