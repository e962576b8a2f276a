"""The schedule of one vantage: asks every target in its turn and tells a sink what was found."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Iterable
from typing import Final, Protocol

import msgspec

from motcua_contract.probes import ProbeKind, ProbeList, ProbeSpec
from motcua_probes.asking import Asker
from motcua_probes.clock import Anchor, Clock, ClockStep, SystemClock
from motcua_probes.judging import Judge, Judged, Spell
from motcua_probes.references import References
from motcua_probes.results import Outcome, Result, Sample, Trouble

log = logging.getLogger(__name__)
ROOM: Final = 4_096
"""Most probes under way at once: fewer than the files a program may have open."""
BEAT_MS: Final = 250
"""Probes begin together on this beat: waking up for a single one costs several times the probe."""


class Sink(Protocol):
    """Who is told, in the loop's thread; must return at once and never raise."""

    def told(self, sample: Sample, judged: Judged) -> None:
        """A sample, and what it made sure."""

    def closed(self, target: str, spells: tuple[Spell, ...]) -> None:
        """Said for sure without another sample: the probe, its list or the run has ended."""

    def stepped(self, step: ClockStep) -> None:
        """The wall clock stepped; what was open has been closed, and a new run begins."""


class Counts(msgspec.Struct):
    """What a schedule counts, for metrics."""

    waited: int = 0
    """Probes that had to wait for room."""
    steps: int = 0


class _Watch:
    """One target's probe: its judge, and its task."""

    def __init__(self, spec: ProbeSpec) -> None:
        self.spec = spec
        self.judge = Judge(spec)
        self.task: asyncio.Task[None] | None = None
        self.heard: int | None = None
        self.word = asyncio.Event()


class Prober:
    """Probes for one vantage. One probe a target; a second one of the same target is left out.

    Start it with `run`, in a task of its own; cancel that to stop. `change`, `heard` and
    `open` belong to the loop's thread.

    Args:
        vantage: Its name: when in its interval each target has its turn depends on it.
        asker: Who asks.
        sink: Who is told.
        clock: Both clocks.
        references: What shows that the vantage is not cut off.
        room: Most probes under way at once.
    """

    def __init__(
        self,
        vantage: str,
        asker: Asker,
        sink: Sink,
        *,
        clock: Clock | None = None,
        references: References | None = None,
        room: int = ROOM,
    ) -> None:
        self._vantage, self._asker, self._sink = vantage, asker, sink
        self._clock = clock or SystemClock()
        self._anchor = Anchor(self._clock)
        self._references = references or References(asker, self._clock.mono)
        self._room = asyncio.Semaphore(room)
        self._watches: dict[str, _Watch] = {}
        self._running = False
        self._broken: asyncio.Future[None] | None = None
        self.counts = Counts()

    @property
    def run_id(self) -> str:
        """Of the run: samples of two runs are never judged together."""
        return self._anchor.run

    @property
    def sees(self) -> bool:
        """Whether a reference answered lately."""
        return self._references.answered

    def now(self) -> int:
        """UTC ms as this run reckons it."""
        return self._anchor.now()

    def open(self, targets: Iterable[str] | None = None) -> dict[str, Spell]:
        """What is said right now of these targets, or of all."""
        wanted = self._watches if targets is None else self._watches.keys() & set(targets)
        told = {target: self._watches[target].judge.open for target in wanted}
        return {target: spell for target, spell in told.items() if spell is not None}

    def heard(self, target: str) -> None:
        """A target of kind `push` called."""
        watch = self._watches.get(target)
        if watch is not None:
            watch.heard = self._clock.mono()
            watch.word.set()

    def change(self, probes: ProbeList) -> None:
        """Probe these from now on; what stays the same is not disturbed."""
        wanted: dict[str, ProbeSpec] = {}
        for spec in probes.probes:
            if wanted.setdefault(spec.target, spec) is not spec:
                log.warning("%s has several probes here; only one is used", spec.target)
        self._references.change(probes.references)
        for target, watch in [*self._watches.items()]:
            if wanted.get(target) != watch.spec:
                self._end(self._watches.pop(target))
        for target, spec in wanted.items():
            if target not in self._watches:
                self._watches[target] = _Watch(spec)
                self._start(self._watches[target])

    async def run(self) -> None:
        """Probe until cancelled; then everything open is closed and told to the sink."""
        self._broken = asyncio.get_running_loop().create_future()
        self._running = True
        watching = asyncio.create_task(self._references.watch())
        try:
            for watch in self._watches.values():
                self._start(watch)
            await self._broken
        finally:
            self._running = False
            await self._stopped(watching)

    async def _stopped(self, watching: asyncio.Task[None]) -> None:
        tasks = [watching, *(watch.task for watch in self._watches.values() if watch.task)]
        self._references.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for target, watch in self._watches.items():
            self._close(target, watch)
            watch.task = None
        self._asker.close()

    def _start(self, watch: _Watch) -> None:
        if not self._running or watch.task is not None:
            return
        life = self._listen(watch) if watch.spec.kind is ProbeKind.PUSH else self._probe(watch)
        watch.task = asyncio.create_task(life)
        watch.task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A task that ends by itself is a fault of ours: the whole schedule ends with it."""
        if task.cancelled() or self._broken is None or self._broken.done():
            return
        if error := task.exception():
            self._broken.set_exception(error)

    def _end(self, watch: _Watch) -> None:
        if watch.task is not None:
            watch.task.cancel()
        self._close(watch.spec.target, watch)

    def _close(self, target: str, watch: _Watch) -> None:
        if spells := watch.judge.end(self._anchor.now()):
            self._sink.closed(target, spells)

    async def _until(self, due: int, pause: int) -> None:
        """Sleep until the last beat before `due` (monotonic ms): never later than what is due."""
        beat = max(1, min(BEAT_MS, pause // 10))
        await asyncio.sleep(max(0, due - due % beat - self._clock.mono()) / 1000)

    def _turn(self, spec: ProbeSpec) -> int:
        """Ms into its interval when a target has its turn: always the same, spread evenly."""
        name = f"{self._vantage}/{spec.target}".encode()
        # not CRC32: names that differ in a digit would come in clusters
        place = int.from_bytes(hashlib.blake2b(name, digest_size=4).digest(), "big") / 2**32
        return int(place * spec.interval)

    async def _probe(self, watch: _Watch) -> None:
        spec = watch.spec
        await self._until(self._clock.mono() + self._turn(spec), spec.interval)
        while True:
            if self._room.locked():
                self.counts.waited += 1
            async with self._room:
                begun = self._clock.mono()
                result = await self._asker.ask(spec)
            result = await self._believed(result, begun)
            self._tell(watch, result, begun)
            pause = spec.retry if watch.judge.unsure else spec.interval
            await self._until(begun + pause, pause)

    async def _believed(self, result: Result, begun: int) -> Result:
        """The result, or blind where no reference answers (R4)."""
        if result.outcome is Outcome.BLIND:
            return result
        if result.outcome is Outcome.OK and self._references.fresh():
            return result
        if await self._references.seen(begun):
            return result
        return Result(outcome=Outcome.BLIND, cause=Trouble.REFERENCES, detail=result.cause)

    async def _listen(self, watch: _Watch) -> None:
        """A target that calls by itself: silence beyond its interval and time-out is a failure."""
        spec = watch.spec
        since, patience = self._clock.mono(), spec.interval + spec.timeout
        while True:
            await _waited(watch.word, max(0, since + patience - self._clock.mono()))
            if watch.word.is_set() and watch.heard is not None:
                watch.word.clear()
                # a word in the very ms of a failure comes after it
                since, patience = max(watch.heard, since + 1), spec.interval + spec.timeout
                self._tell(watch, Result(outcome=Outcome.OK), since)
                continue
            since = self._clock.mono()
            silent = Result(outcome=Outcome.FAIL, cause=Trouble.SILENT)
            self._tell(watch, await self._believed(silent, since), since)
            patience = spec.retry if watch.judge.unsure else spec.interval

    def _tell(self, watch: _Watch, result: Result, begun: int) -> None:
        if step := self._anchor.checked():
            self._step(step)
        spec = watch.spec
        sample = Sample(
            target=spec.target,
            at=self._anchor.at(begun),
            outcome=result.outcome,
            cause=result.cause,
            warning=result.warning,
            detail=result.detail,
            latency_ms=result.latency_ms,
        )
        self._sink.told(sample, watch.judge.feed(sample))

    def _step(self, step: ClockStep) -> None:
        """A new run: whatever the old one said ends where its own reckoning puts this moment."""
        self.counts.steps += 1
        log.warning("the wall clock stepped by %d ms; a new run of probes begins", step.by)
        for target, watch in self._watches.items():
            if spells := watch.judge.end(step.before):
                self._sink.closed(target, spells)
        self._sink.stepped(step)


async def _waited(word: asyncio.Event, ms: int) -> None:
    """Wait for a word, no longer than `ms`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ms / 1000):
            await word.wait()
