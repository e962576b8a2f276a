"""The part of the running hub that probes: a loop that asks, and a round that tells the ledger."""

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from motcua_contract.probes import ProbeList, ProbeSpec
from motcua_hub.domain.availability import liveness
from motcua_hub.ledger import probes
from motcua_hub.ledger.alive import EVERY_S, AliveRecord
from motcua_hub.loop import Loop
from motcua_hub.probing.board import Board
from motcua_hub.probing.metrics import ProbeMetrics
from motcua_hub.probing.writer import HUB, Said, Snapshot, Writer
from motcua_hub.store import pushes
from motcua_hub.store.engine import reading
from motcua_probes.asking import Asker, NetworkAsker
from motcua_probes.clock import Clock, SystemClock
from motcua_probes.schedule import Prober
from motcua_probes.trust import Secret

log = logging.getLogger(__name__)
T = TypeVar("T")
ROUND_S: Final = 0.25
LOOK_S: Final = 1.0
CHECKPOINT_S: Final = 30.0
_STUCK_S: Final = 30.0
_ENDING_S: Final = 1.5


class Probing:
    """Implements `Part`.

    Args:
        engine: The hub's database.
        metrics: What is counted.
        secrets: What probes log in with, by name.
        asker: Who asks; by default the network.
        clock: Both clocks.
    """

    def __init__(
        self,
        engine: Engine,
        metrics: ProbeMetrics,
        secrets: Mapping[str, Secret],
        *,
        asker: Callable[[], Asker] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._engine, self._metrics = engine, metrics
        self._clock = clock or SystemClock()
        self._new_asker = asker or (lambda: NetworkAsker(secrets, clock=self._clock))
        self._writer = Writer(engine)
        self._record = AliveRecord(engine, _boot(), uuid.uuid4().hex)
        self._specs: dict[str, ProbeSpec] = {}
        self._board = Board(metrics, self._kind_of)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._prober: Prober | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        self._asking = threading.Thread(target=self._ask, name="probing", daemon=True)
        self._telling = Loop("probing-ledger", self._round, ROUND_S)
        self._due = dict.fromkeys(("alive", "look", "checkpoint"), 0.0)
        # a word holds for its horizon: it is told again before that is over
        self._checkpoint_s = CHECKPOINT_S
        self._begun = False
        self._version: int | None = None
        self._pushed = self._clock.wall()
        self._last_alive: int | None = None

    def start(self) -> None:
        """Begin to probe, and to tell the ledger."""
        self._asking.start()
        self._ready.wait(_STUCK_S)
        self._telling.start()

    def stop(self) -> None:
        """Tell the ledger the last word and end."""
        self._telling.stop()
        if self._loop is not None and self._task is not None and self._asking.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._asking.join(_ENDING_S)
        if not self._asking.is_alive() and not self._telling.is_alive():
            with contextlib.suppress(SQLAlchemyError):
                self._tell(self._snapshot(whole=True), whole=True)

    @property
    def alive(self) -> bool:
        """Whether loop and round both still work."""
        return self._telling.alive and (self._asking.is_alive() or not self._ready.is_set())

    def _kind_of(self, target: str) -> str:
        spec = self._specs.get(target)
        return spec.kind.value if spec is not None else "gone"

    def _ask(self) -> None:
        """The loop's thread: one prober until it is cancelled."""
        try:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(self._probe())
        finally:
            # also when it could not begin: `start` waits no longer, and `alive` tells
            self._ready.set()

    async def _probe(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._prober = Prober(HUB, self._new_asker(), self._board, clock=self._clock)
        self._board.run = self._prober.run_id
        self._ready.set()
        await self._prober.run()

    def _in_loop(self, work: Callable[[], T]) -> T:
        """Do something in the loop's thread. Raises TimeoutError when the loop is stuck."""
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def do() -> None:
            try:
                done.set_result(work())
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                done.set_exception(error)

        assert self._loop is not None  # noqa: S101 - `start` waited for it
        self._loop.call_soon_threadsafe(do)
        return done.result(_STUCK_S)

    def _round(self) -> None:
        """One look at what is to be probed, and one word to the ledger."""
        try:
            self._work()
        except SQLAlchemyError:
            # whatever was due is due again at once
            self._due = dict.fromkeys(self._due, 0.0)
            raise

    def _work(self) -> None:
        if not self._begun:
            known = self._writer.begin(self._clock.wall())
            self._in_loop(lambda: self._board.remember(known))
            self._begun = True
        if self._is_due("look", LOOK_S):
            self._look()
        whole = self._is_due("checkpoint", self._checkpoint_s)
        snapshot = self._in_loop(lambda: self._snapshot(whole=whole))
        if self._is_due("alive", EVERY_S):
            self._beat()
        self._tell(snapshot, whole=whole)

    def _is_due(self, what: str, every_s: float) -> bool:
        now = time.monotonic()
        if now < self._due[what]:
            return False
        self._due[what] = now + every_s
        return True

    def _beat(self) -> None:
        """The hub's sign of life: this runs only when the loop has just answered."""
        at = self._record.beat(self._clock.wall(), self._clock.mono())
        if self._last_alive is None or at - self._last_alive > liveness.LIMIT:
            self._writer.lived(at)
        self._last_alive = at

    def _look(self) -> None:
        """What is to be probed by now, and who has called."""
        with reading(self._engine) as connection:
            version = probes.versions(connection).get(HUB, 0)
            changed = version != self._version
            wanted = probes.probe_list(connection, HUB) if changed else None
            called = pushes.latest(connection, self._pushed)
        if wanted is not None:
            self._in_loop(lambda: self._change(wanted))
            self._version = version
        if called:
            self._pushed = max(called.values())
            self._in_loop(lambda: self._hear(called))

    def _change(self, wanted: ProbeList) -> None:
        gone = set(self._specs) | self._board.warned
        gone -= {each.target for each in wanted.probes}
        if self._prober is not None:
            self._prober.change(wanted)
        for target in gone:
            self._board.forget(target)
        self._specs = {each.target: each for each in reversed(wanted.probes)}
        shortest = min((each.horizon for each in wanted.probes), default=0) / 2000
        self._checkpoint_s = min(CHECKPOINT_S, max(shortest, LOOK_S))

    def _hear(self, called: Mapping[str, int]) -> None:
        for target in called:
            if self._prober is not None:
                self._prober.heard(target)

    def _count(self, prober: Prober, snapshot: Snapshot) -> None:
        """What is counted of the targets, while all of them are at hand."""
        states = Counter(said.spell.claim.value for said in snapshot.said.values())
        states["unknown"] = len(self._specs) - len(snapshot.said)
        for state in ("up", "down", "blind", "unknown"):
            self._metrics.targets.labels(state).set(states[state])
        self._metrics.warnings.set(self._board.warnings)
        self._metrics.sees.set(prober.sees)
        self._metrics.steps.set(prober.counts.steps)
        self._metrics.waited.set(prober.counts.waited)

    def _snapshot(self, *, whole: bool) -> Snapshot:
        """What is new, and what is said of targets that changed or, with `whole`, of all."""
        prober = self._prober
        words, warned, touched = self._board.taken()
        names = None if whole else touched | self._writer.touched
        open_ = prober.open(names) if prober is not None else {}
        said = {t: Said(self._specs[t], spell) for t, spell in open_.items() if t in self._specs}
        snapshot = Snapshot(
            now=self._clock.wall(),
            run=self._board.run,
            words=words,
            warned=warned,
            touched=touched,
            said=said,
        )
        if prober is not None and whole:
            self._count(prober, snapshot)
        return snapshot

    def _tell(self, snapshot: Snapshot, *, whole: bool) -> None:
        self._writer.take(snapshot)
        self._metrics.untold.set(self._writer.untold)
        self._writer.write(snapshot, whole=whole)
        self._metrics.untold.set(self._writer.untold)


def _boot() -> str:
    """Which boot of this machine it is."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
