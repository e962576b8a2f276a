"""The part of the running hub that tells people."""

import time
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom
from typing import Final

import msgspec
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, func, select

from motcua_hub.config_sending import SendingSection
from motcua_hub.domain.availability.hours import ALWAYS
from motcua_hub.domain.routing.book import Phase
from motcua_hub.domain.routing.chain import DEFAULT, session_of
from motcua_hub.domain.routing.directory import Directory
from motcua_hub.domain.routing.gaps import gaps
from motcua_hub.loop import Loop
from motcua_hub.sending.channels import open_channels
from motcua_hub.sending.metrics import SendingMetrics
from motcua_hub.sending.ping import Pinger
from motcua_hub.sending.reading import Reader
from motcua_hub.sending.sender import Sender
from motcua_hub.sending.telling import Teller
from motcua_hub.store import directory, escalations, outbox_work, schema
from motcua_hub.store.engine import reading, writing

_EVERY_S: Final = 0.5
_FIGURES_S: Final = 5.0
_GAPS_MS: Final = 600_000
_NAMES: Final = ("email", "sms", "telegram", "webhook", "zalo")


def now_ms() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


class Sending:
    """Reads timelines, tells people, and sends a sign of life to the watchman.

    Args:
        engine: The hub's database.
        config: The section `sending`.
        state_dir: Where channels keep what they must not lose.
        registry: What `/metrics` reads.
        clock: UTC milliseconds.
    """

    def __init__(
        self,
        engine: Engine,
        config: SendingSection,
        state_dir: Path,
        registry: CollectorRegistry,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._engine = engine
        self._config = config
        self._clock = clock
        self._metrics = SendingMetrics(registry)
        self._reader = Reader(engine, clock)
        self._again: set[int] = set()
        self._gaps_of, self._gaps_at = -1, 0
        settle_ms = round(config.settle_s * 1000)
        self._policy = msgspec.structs.replace(DEFAULT, settle_ms=settle_ms)
        chance = SystemRandom()
        self._senders = [
            Sender(engine, one, config, self._metrics, now_ms=clock, chance=chance)
            for one in open_channels(config, state_dir, clock)
        ]
        self._loops = [
            Loop("telling", self.tell, _EVERY_S),
            Loop("outbox-figures", self.measure, _FIGURES_S),
            *(
                Loop(f"sending-{name}", sender.round, _EVERY_S)
                for name, sender in zip(_NAMES, self._senders, strict=True)
            ),
        ]
        if config.ping is not None:
            pinger = Pinger(config.ping, clock, self._metrics.ping)
            self._loops.append(Loop("ping", pinger.ping, config.ping.every_s))

    def start(self) -> None:
        """Begin; what the last run left half sent is sent again."""
        with writing(self._engine) as connection:
            outbox_work.interrupted(connection, self._clock())
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End. A message under way is left as it is: the next run sends it again."""
        for sender in self._senders:
            sender.end()
        for loop in self._loops:
            loop.stop()

    @property
    def alive(self) -> bool:
        """Whether all of it works."""
        return all(loop.alive for loop in self._loops)

    def tell(self) -> None:
        """Look at every incident that may have changed, each in its own transaction."""
        found = self._reader.changed() | self._again
        if found:
            with reading(self._engine) as connection:
                held = directory.load(connection)
            self._again = {one for one in sorted(found) if not self._look(one, held)}
        self._reader.done()

    def _look(self, incident: int, held: Directory) -> bool:
        with writing(self._engine) as connection:
            teller = Teller(connection, held, self._policy, self._config.url, self._clock())
            return teller.look(incident)

    def measure(self) -> None:
        """Bring the gauges up to date."""
        now = self._clock()
        with reading(self._engine) as connection:
            depths = outbox_work.depths(connection, now)
            unrouted = len(escalations.in_phase(connection, [Phase.UNROUTED.value]))
            unreached = len(escalations.unreached(connection))
            units = connection.scalar(select(func.count()).select_from(schema.unit))
        for name in _NAMES:
            depth = depths.get(name)
            oldest = depth.oldest_at if depth else None
            self._metrics.waiting.labels(name).set(depth.waiting if depth else 0)
            self._metrics.dead.labels(name).set(depth.dead if depth else 0)
            self._metrics.oldest.labels(name).set((now - oldest) / 1000 if oldest else 0)
        self._metrics.unrouted.set(unrouted if units else 0)
        self._metrics.unreached.set(unreached)
        self._gaps(now)

    def _gaps(self, now: int) -> None:
        """Now and then, and whenever the directory was changed."""
        with reading(self._engine) as connection:
            changed_at = directory.changed_at(connection)
            if changed_at == self._gaps_of and now - self._gaps_at < _GAPS_MS:
                return
            held = directory.load(connection)
            table = schema.site
            sites = list(connection.scalars(select(table.c.id).where(table.c.closed_at.is_(None))))
        day, _ = session_of(ALWAYS, now)
        self._gaps_of, self._gaps_at = changed_at, now
        self._metrics.gaps.set(len(gaps(held, sites, day)) if held.units else 0)
