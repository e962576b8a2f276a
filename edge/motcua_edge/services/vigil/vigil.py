"""Ticks every ten seconds by the boot-time clock, and states what it saw in few facts."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract.facts.evidence import REPORT_MS, TICK_MS, ProbeRun
from motcua_edge.domain.commands import Command
from motcua_edge.domain.model import Instant
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.vigil import spans
from motcua_edge.domain.vigil.commands import RecordMeeting, RecordProbes, RecordTicks
from motcua_edge.domain.vigil.spans import Look, Spans
from motcua_edge.services.office import OfficeService
from motcua_edge.services.vigil.notebook import Notebook, Notes

_LOG: Final = logging.getLogger(__name__)
AT_ONCE_MS: Final = 20_000
"""A change is told at once, but not more often than this."""
_BETTER: Final = 4
"""A later meeting is told when its round trip is so many times shorter, and the first was slow."""
_SLOW_MS: Final = 1_000


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Probes that no fact tells of yet. `urgent`: something was confirmed since the last report."""

    version: int = 0
    runs: tuple[ProbeRun, ...] = ()
    urgent: bool = False


class Vigil:
    """Call `begin` once, then run it as a task; `end` says the last tick.

    Args:
        office: States the facts.
        notebook: What must outlive a power cut.
        run: This program's journal incarnation.
        same_boot: Whether the machine has been on since the program before this one.
        look: What is seen now, at the instant given.
        probed: Takes the probes' runs; with True they count as told from then on.
        news: Set by the probes when something was confirmed.
    """

    def __init__(
        self,
        *,
        office: OfficeService,
        notebook: Notebook,
        run: str,
        same_boot: bool,
        look: Callable[[Instant], Look],
        probed: Callable[[bool], Runs] = lambda _told: Runs(),
        news: asyncio.Event | None = None,
    ) -> None:
        self.ticks = 0
        self.late = 0
        self._office = office
        self._notebook = notebook
        self._run = run
        self._look = look
        self._probed = probed
        self._news = news or asyncio.Event()
        self._beginning = asyncio.Lock()
        self._left = notebook.read()
        self._spans = self._taken_up(office.now(), same_boot=same_boot)
        self._met = self._left.met if self._left and self._goes_on(office.now()) else None
        self._told_at = office.now().mono
        self._tick_at = office.now().mono

    def _goes_on(self, now: Instant) -> bool:
        """Whether what was left is of this boot."""
        return self._left is not None and self._left.spans.boot == now.boot

    def _taken_up(self, now: Instant, *, same_boot: bool) -> Spans:
        number = spans.next_number(now.mono) if same_boot else 1
        if self._left is not None:
            number = self._left.spans.number if self._goes_on(now) else 1
        return Spans(boot=now.boot, run=self._run, number=number)

    async def begin(self) -> None:
        """State what the last program, or the last boot, could not state any more."""
        async with self._beginning:
            await self._begin()

    async def _begin(self) -> None:
        left = self._left
        if left is None:
            return
        await self._execute(RecordTicks(spans=left.spans.told))
        probes = RecordProbes(boot=left.spans.boot, version=left.version, runs=left.runs)
        await self._execute(probes)
        self._left = None
        await self._note()

    async def run(self) -> None:
        """Tick until cancelled."""
        await self.begin()
        while True:
            await self.tick()
            self._tick_at += TICK_MS
            now = self._office.now().mono
            if self._tick_at < now - TICK_MS:
                # asleep or held up for longer than a tick: what was missed is not made up for
                self.late += 1
                self._tick_at = now + TICK_MS
            await self._until_tick()

    async def _until_tick(self) -> None:
        """Sleep; what the probes confirm meanwhile is told without waiting for the tick."""
        while (left := self._tick_at - self._office.now().mono) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left / 1000):
                    await self._news.wait()
            if self._news.is_set():
                self._news.clear()
                await self.hurry()
        # ticks that are behind must not keep the rest of the program from its turn
        await asyncio.sleep(0)

    async def hurry(self) -> None:
        """Report what was confirmed, unless the last report was only just now: the tick does it."""
        now = self._office.now()
        if self._probed(False).urgent and now.mono - self._told_at >= AT_ONCE_MS:
            await self._report(now)

    async def tick(self) -> None:
        """One tick, kept on the card before anything else; and a report when one is due."""
        now = self._office.now()
        self._spans = spans.ticked(self._spans, self._look(now))
        self.ticks += 1
        since = now.mono - self._told_at
        urgent = self._spans.changed or self._probed(False).urgent
        if since >= REPORT_MS or (urgent and since >= AT_ONCE_MS):
            await self._report(now)
        else:
            await self._note()

    async def end(self) -> None:
        """The last tick, and everything that was not told."""
        await self.begin()
        now = self._office.now()
        self._spans = spans.ticked(self._spans, self._look(now))
        await self._report(now)

    async def met(self, hub: int, at: int, round_trip: int) -> None:
        """The hub told its time (UTC ms) at our boot-time clock `at`."""
        known = self._met
        better = known is None or (known > _SLOW_MS and round_trip * _BETTER <= known)
        if not better:
            return
        # a meeting places this boot, and so ends the last one: what is left of it comes first
        await self.begin()
        self._met = round_trip
        boot = self._office.now().boot
        await self._execute(RecordMeeting(boot=boot, hub=hub, at=at, round_trip=round_trip))
        await self._note()

    async def _report(self, now: Instant) -> None:
        """State everything; what comes in meanwhile stays for the next time."""
        told, probes = self._spans.told, self._probed(True)
        self._spans = spans.reported(self._spans)
        self._told_at = now.mono
        await self._execute(RecordTicks(spans=told))
        await self._execute(RecordProbes(boot=now.boot, version=probes.version, runs=probes.runs))
        await self._note()

    async def _note(self) -> None:
        probes = self._probed(False)
        notes = Notes(spans=self._spans, version=probes.version, runs=probes.runs, met=self._met)
        if self._left is None:
            await asyncio.to_thread(self._notebook.write, notes)

    async def _execute(self, command: Command) -> None:
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.NO_CHANGE:
                raise

    def counts(self) -> dict[str, float]:
        """Figures for metrics."""
        return {
            "ticks": float(self.ticks),
            "late_ticks": float(self.late),
            "note_bytes": float(self._notebook.bytes_written),
            "note_failures": float(self._notebook.failures),
        }
