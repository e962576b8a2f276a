"""The part of the running hub that makes reports and the public page's contents."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import Engine

from motcua_hub.config import HubConfig
from motcua_hub.loop import Loop
from motcua_hub.reporting.calendar_watch import CalendarWatch
from motcua_hub.reporting.child import Made, Task
from motcua_hub.reporting.drawing import Drawing
from motcua_hub.reporting.public import PublicStatus

REPORTS_EVERY_S: Final = 5.0
STATUS_EVERY_S: Final = 15.0
CALENDAR_EVERY_S: Final = 600.0


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
            "How long the last report took, from the first look at evidence to the archive.",
            registry=registry,
        )
        self.peak = Gauge(
            "motcua_report_peak_bytes",
            "The most memory that the last drawing process had.",
            registry=registry,
        )
        self.failures = Counter(
            "motcua_report_failures_total",
            "Drawing processes that ended without having done what they had begun.",
            registry=registry,
        )
        self.status_at = Gauge(
            "motcua_public_status_made_timestamp_seconds",
            "When the contents of the public status page were made last, Unix time.",
            registry=registry,
        )
        self.calendars = Gauge(
            "motcua_calendars_unofficial",
            "Years that run, or begin within 60 days, whose days off nobody has fixed officially.",
            registry=registry,
        )

    def done(self, made: Made) -> None:
        """A version is in the archive."""
        self.made.labels(made.kind).inc()
        self.seconds.set(made.seconds)
        self.peak.set(made.peak_bytes)

    def failed(self) -> None:
        """A drawing process ended without having done what it had begun."""
        self.failures.inc()


class Reporting:
    """Loops: citizens' page does not wait for a long report, nor the calendar for either.

    Args:
        engine: The hub's database.
        config: Where it is, and the state's folder, for the process that draws.
        registry: Where counters are shown.
        clock: UTC ms.
    """

    def __init__(
        self,
        engine: Engine,
        config: HubConfig,
        registry: CollectorRegistry,
        clock: Callable[[], int],
    ) -> None:
        self._metrics, self._clock = ReportingMetrics(registry), clock
        task = Task(url=config.url, state_dir=config.state_dir, log_level=config.log_level)
        self._drawing = Drawing(engine, task, self._metrics, clock)
        self._status, self._watch = PublicStatus(engine), CalendarWatch(engine)
        self._loops = (
            Loop("reports", self._drawing.work, REPORTS_EVERY_S),
            Loop("public-status", self._public, STATUS_EVERY_S),
            Loop("calendar-watch", self._calendar, CALENDAR_EVERY_S),
        )

    def _public(self) -> None:
        self._metrics.status_at.set(self._status.work(self._clock()).made_at / 1000)

    def _calendar(self) -> None:
        self._metrics.calendars.set(len(self._watch.work(self._clock())))

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End; a report under way is dropped and made after the next start."""
        self._drawing.stop()
        for loop in self._loops:
            loop.stop()

    @property
    def alive(self) -> bool:
        """Whether all loops work, or were told to end."""
        return all(loop.alive for loop in self._loops)
