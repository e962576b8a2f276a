"""The part of the running hub that drafts notices and keeps papers: one thread, small rounds."""

import logging
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Engine

from motcua_hub.config import HubConfig, NoticesSection
from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice.text import Letterhead
from motcua_hub.loop import Loop
from motcua_hub.store import notices
from motcua_hub.store.engine import reading
from motcua_hub.upkeep import retention, tasks
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.filing import file_papers
from motcua_hub.upkeep.watch import Watch
from motcua_hub.upkeep.words import vietnamese

EVERY_S: Final = 10.0
"""An outage waits so long for its draft at most, and as long as the drafting takes."""
_LIST_EVERY_MS: Final = 300_000
_PURGE_EVERY_MS: Final = 24 * 3_600_000
_DELAYS: Final = (1, 5, 10, 15, 30, 60, 120, 300, 600, 3600)
log = logging.getLogger(__name__)


class UpkeepMetrics:
    """What is drafted, waits, and falls due."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"motcua_upkeep_{name}", text, registry=registry)

        self.delay = Histogram(
            "motcua_upkeep_draft_delay_seconds",
            "From the moment an interruption notice became due to its draft; 300 s are allowed.",
            buckets=_DELAYS,
            registry=registry,
        )
        self.purged = Counter(
            "motcua_upkeep_purged_papers_total",
            "Notices, minutes and plans that went after their five years.",
            registry=registry,
        )
        self.waiting = gauge("notices_waiting", "Notices that nobody has sent or excused yet.")
        self.overdue = gauge("servicing_overdue", "Calibrations and tests that are overdue.")
        self.failed = gauge("servicing_failed", "Devices whose last check failed.")


def desk_of(section: NoticesSection) -> Desk:
    """Words and letterhead, as configured."""
    head = Letterhead(
        authority=section.authority,
        unit=section.unit,
        place=section.place,
        contact=section.contact,
        signer_title=section.signer_title,
        mark=section.mark,
    )
    return Desk(say=vietnamese(), head=head)


class Rounds:
    """What is done again and again; `now` is UTC ms."""

    def __init__(self, engine: Engine, desk: Desk, metrics: UpkeepMetrics) -> None:
        self._engine = engine
        self._desk = desk
        self._metrics = metrics
        self._watch = Watch(engine, desk)
        self._listed_at = self._purged_at = 0

    def work(self, now: int) -> None:
        """One round."""
        self._draft(now)
        with reading(self._engine) as connection:
            self._metrics.waiting.set(notices.waiting(connection))
        file_papers(self._engine, self._desk, now)
        if abs(now - self._listed_at) >= _LIST_EVERY_MS:
            self._list(now)
            self._listed_at = now
        if abs(now - self._purged_at) >= _PURGE_EVERY_MS:
            self._metrics.purged.inc(retention.purge(self._engine, now))
            self._purged_at = now

    def _draft(self, now: int) -> None:
        made = self._watch.round(now)
        if not made:
            return
        with reading(self._engine) as connection:
            drafted = [notices.find(connection, number) for number in made]
        for one in drafted:
            if one is not None:
                self._metrics.delay.observe(max(0, one.drafted_at - one.due_at) / 1000)
                log.info("notice %d drafted: %s", one.id, one.title)

    def _list(self, now: int) -> None:
        with reading(self._engine) as connection:
            due = tasks.listing(connection, day_of(now))
        self._metrics.overdue.set(sum(1 for one in due if one.late_days > 0))
        self._metrics.failed.set(sum(1 for one in due if one.failed))


class Upkeep(Loop):
    """Drafts notices from the incidents' timeline; keeps and purges papers; counts what is due."""

    def __init__(
        self,
        engine: Engine,
        config: HubConfig,
        registry: CollectorRegistry,
        clock: Callable[[], int],
        every_s: float = EVERY_S,
    ) -> None:
        rounds = Rounds(engine, desk_of(config.notices), UpkeepMetrics(registry))
        super().__init__("upkeep", lambda: rounds.work(clock()), every_s)
