"""Ticks of one office through reports, power cuts, new programs and new boots."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from motcua_contract.facts import Fact
from motcua_contract.facts.evidence import (
    REPORT_MS,
    TICK_MS,
    BootMet,
    ProbeOutcome,
    ProbeRun,
    ProbesReported,
    TickSpan,
    TicksReported,
)
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.rows import RowChange
from motcua_edge.domain.vigil.spans import Look
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.services.office import OfficeService
from motcua_edge.services.vigil import Notebook, Vigil
from motcua_edge.services.vigil.vigil import AT_ONCE_MS, Runs
from support.desk import site
from support.waiting import until_async


class Machine:
    """One machine: its card survives, programs and boots come and go; `facts` is its journal."""

    def __init__(self, folder: Path) -> None:
        self.facts: list[Fact] = []
        self.path = folder / "notes"
        self.hub = True
        self.runs = Runs()
        self.news = asyncio.Event()
        self.wall = 1_000_000_000
        self.boot("boot-1")

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> None:
        del changes, business_day, now
        self.facts += facts

    def boot(self, name: str) -> None:
        self.clock = FakeClock(self.wall, boot=name)
        self.start("run-of-" + name, same_boot=False)

    def start(self, run: str, *, same_boot: bool = True) -> None:
        office = OfficeService(journal=self, site=site(), clock=self.clock, state=OfficeState())
        self.vigil = Vigil(
            office=office,
            notebook=Notebook(self.path),
            run=run,
            same_boot=same_boot,
            look=self.look,
            probed=self.probed,
            news=self.news,
        )

    def look(self, now: Instant) -> Look:
        return Look(mono=now.mono, offset=now.wall - now.mono, hub=self.hub)

    def probed(self, told: bool) -> Runs:
        runs = self.runs
        if told:
            self.runs = Runs(version=runs.version)
        return runs

    async def ticks(self, count: int) -> None:
        for _ in range(count):
            self.clock.advance(TICK_MS)
            await self.vigil.tick()

    def spans(self) -> list[TickSpan]:
        return [s for fact in self.facts if isinstance(fact, TicksReported) for s in fact.spans]

    def told(self) -> list[tuple[str, int, int]]:
        return [(each.run, each.first, each.last) for each in self.spans()]


async def test_a_quiet_office_states_one_fact_in_five_minutes(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(3 * REPORT_MS // TICK_MS)
    assert machine.told() == [
        ("run-of-boot-1", 1, 30),
        ("run-of-boot-1", 31, 60),
        ("run-of-boot-1", 61, 90),
    ]


async def test_a_change_is_told_at_once_but_not_at_every_tick(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(5)
    machine.hub = False
    await machine.ticks(1)
    assert machine.spans() == [], "one tick may be a moment's"
    await machine.ticks(1)
    assert [(s.first, s.last, s.hub) for s in machine.spans()] == [(1, 5, True), (6, 7, False)]
    for hub in (True, False, True, False):
        machine.hub = hub
        await machine.ticks(1)
    run = "run-of-boot-1"
    assert machine.told()[2:] == [(run, 8, 8), (run, 9, 9), (run, 10, 10), (run, 11, 11)]


async def test_a_power_cut_loses_no_tick_that_was_taken(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(7)
    assert machine.facts == []
    machine.boot("boot-2")
    await machine.vigil.begin()
    (left,) = machine.spans()
    assert (left.boot, left.first, left.last, left.until) == ("boot-1", 1, 7, 70_000)
    await machine.ticks(1)
    await machine.vigil.end()
    assert machine.told()[1:] == [("run-of-boot-2", 1, 2)]


async def test_a_killed_program_counts_on_in_the_same_boot(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(3)
    machine.clock.advance(60_000)
    machine.start("run-2")
    await machine.vigil.begin()
    await machine.ticks(2)
    await machine.vigil.end()
    assert machine.told() == [("run-of-boot-1", 1, 3), ("run-2", 4, 6)]
    assert machine.spans()[1].since - machine.spans()[0].until == 70_000


async def test_what_was_told_is_not_told_again_after_a_cut(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(REPORT_MS // TICK_MS)
    machine.start("run-2")
    await machine.vigil.begin()
    assert machine.told() == [("run-of-boot-1", 1, 30)]
    await machine.ticks(1)
    await machine.vigil.end()
    assert machine.told()[1:] == [("run-2", 31, 32)]


async def test_a_lost_card_file_leaves_a_hole_in_the_numbers_and_never_the_same_number(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(30)
    machine.path.unlink()
    machine.start("run-2")
    await machine.ticks(1)
    await machine.vigil.end()
    assert machine.told()[1][1] > 31


async def test_probes_are_told_with_the_ticks_and_survive_the_cut(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    run = ProbeRun(target="srv-1", outcome=ProbeOutcome.FAIL, since=5, until=9, count=3)
    machine.runs = Runs(version=4, runs=(run,))
    await machine.ticks(1)
    assert machine.facts == []
    machine.runs = Runs()
    machine.boot("boot-2")
    await machine.vigil.begin()
    assert machine.facts[-1] == ProbesReported(boot="boot-1", version=4, runs=(run,))
    machine.runs = Runs(version=4, runs=(run,), urgent=True)
    await machine.ticks(2)
    assert machine.facts[-1] == ProbesReported(boot="boot-2", version=4, runs=(run,))


async def test_what_a_probe_confirms_does_not_wait_for_the_next_tick(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    run = ProbeRun(target="srv-1", outcome=ProbeOutcome.FAIL, since=5, until=9, count=3)
    await machine.ticks(3)
    machine.runs = Runs(version=4, runs=(run,))
    machine.clock.advance(3_000)
    await machine.vigil.hurry()
    assert machine.facts == [], "nothing was confirmed"
    machine.runs = Runs(version=4, runs=(run,), urgent=True)
    await machine.vigil.hurry()
    assert machine.facts[-1] == ProbesReported(boot="boot-1", version=4, runs=(run,))
    assert machine.told() == [("run-of-boot-1", 1, 3)]
    machine.runs = Runs(version=4, runs=(run,), urgent=True)
    machine.clock.advance(1_000)
    await machine.vigil.hurry()
    assert len(machine.facts) == 2, "not twice within seconds"
    machine.clock.advance(AT_ONCE_MS)
    await machine.vigil.tick()
    assert machine.facts[-1] == ProbesReported(boot="boot-1", version=4, runs=(run,))


async def test_a_vigil_that_runs_is_woken_by_news(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    running = asyncio.create_task(machine.vigil.run())
    try:
        await until_async(lambda: machine.vigil.ticks == 1)
        run = ProbeRun(target="srv-1", outcome=ProbeOutcome.FAIL, since=5, until=9, count=3)
        machine.clock.advance(TICK_MS // 2 * 3)
        await machine.vigil.tick()
        machine.clock.advance(TICK_MS // 2)
        machine.runs = Runs(version=4, runs=(run,), urgent=True)
        machine.news.set()
        await until_async(lambda: machine.facts != [])
    finally:
        running.cancel()
    assert machine.facts[-1] == ProbesReported(boot="boot-1", version=4, runs=(run,))
    assert not machine.news.is_set()


async def test_a_boot_tells_of_its_first_meeting_and_of_a_much_better_one(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.vigil.met(5_000_000, 40, 8_000)
    await machine.vigil.met(5_000_100, 140, 7_000)
    await machine.vigil.met(5_000_200, 240, 30)
    await machine.vigil.met(5_000_300, 340, 1)
    machine.start("run-2")
    await machine.vigil.met(5_000_400, 440, 31)
    machine.boot("boot-2")
    await machine.vigil.met(6_000_000, 10, 400)
    assert machine.facts == [
        BootMet(boot="boot-1", hub=5_000_000, at=40, round_trip=8_000),
        BootMet(boot="boot-1", hub=5_000_200, at=240, round_trip=30),
        BootMet(boot="boot-2", hub=6_000_000, at=10, round_trip=400),
    ]


async def test_the_note_of_a_tick_is_a_page_or_less(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.ticks(REPORT_MS // TICK_MS - 1)
    assert machine.vigil.counts()["note_bytes"] / machine.vigil.counts()["ticks"] < 4096
