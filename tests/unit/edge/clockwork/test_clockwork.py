"""Time passing in the office service, on a clock that stands until it is told to go."""

import asyncio
from collections.abc import Sequence

import pytest

from motcua_contract.facts import Fact
from motcua_contract.facts.office import ClockChanged, DayClosed
from motcua_contract.facts.tickets import TicketNoShow
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain import commands as c
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.rows import RowChange
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.services.clockwork import Clockwork
from motcua_edge.services.office import OfficeService
from support.desk import ms, site
from support.waiting import until_async


class Notebook:
    """A journal that keeps facts in memory; it cannot fail or lose anything."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> None:
        assert isinstance(business_day, str)
        assert now.boot
        assert len(changes) >= 1
        self.facts += facts


class Bench:
    def __init__(self, clock: ClockState = ClockState.NTP) -> None:
        self.clock = FakeClock(ms("2026-11-23 08:00"), clock)
        self.notebook = Notebook()
        self.office = OfficeService(
            journal=self.notebook, site=site(), clock=self.clock, state=OfficeState()
        )
        self.clockwork = Clockwork(self.office, every_s=0.005)


async def test_nothing_due_commits_nothing():
    bench = Bench()
    await bench.clockwork.step()
    assert bench.notebook.facts == []


async def test_what_is_due_happens_without_anybody_asking():
    bench = Bench()
    await bench.office.execute(c.IssueTicket(service="CT"))
    bench.clock.advance(10 * 3_600_000)
    await bench.clockwork.step()
    assert DayClosed(day="2026-11-23", late=True) in bench.notebook.facts


async def test_a_clock_that_gains_trust_is_recorded_once():
    bench = Bench(ClockState.SAVED)
    bench.clock.advance(1000)
    bench.clock.clock = ClockState.NTP
    await bench.clockwork.step()
    await bench.clockwork.step()
    assert bench.notebook.facts == [ClockChanged(state=ClockState.NTP, before=ClockState.SAVED)]


@pytest.mark.parametrize("jump", [2001, -2001, 86_400_000])
async def test_a_wall_clock_that_jumps_is_recorded_with_how_far(jump):
    bench = Bench()
    bench.clock.advance(1000)
    bench.clock.jump(jump)
    await bench.clockwork.step()
    assert bench.notebook.facts == [
        ClockChanged(state=ClockState.NTP, before=ClockState.NTP, jump_ms=jump)
    ]


@pytest.mark.parametrize("slew", [2000, -2000, 1])
async def test_a_clock_that_is_slewed_has_not_jumped(slew):
    bench = Bench()
    for _ in range(5):
        bench.clock.advance(1000)
        bench.clock.jump(slew)
        await bench.clockwork.step()
    assert bench.notebook.facts == []


async def test_a_jump_is_recorded_before_the_tick_so_that_nobody_loses_time():
    bench = Bench()
    office = bench.office
    for command in (
        c.PairDevice(device="d", counter=1, token_sha256="a" * 64, actor="t"),
        c.LogIn(officer="an", counter=1, device="d"),
        c.IssueTicket(service="CT"),
        c.CallNext(counter=1, officer="an"),
    ):
        await office.execute(command)
    (ticket,) = office.state.tickets
    who = {"ticket": ticket, "counter": 1, "officer": "an"}
    bench.clock.advance(25_000)
    await office.execute(c.Recall(**who))
    played = c.RecordPlayed(
        ticket=ticket, call=f"{ticket}#1", times=2, zone="main", rung="clips", frames=1
    )
    await office.execute(played)
    bench.clock.advance(25_000)
    await office.execute(c.Miss(**who))
    await bench.clockwork.step()
    bench.clock.jump(5 * 3_600_000)
    await bench.clockwork.step()
    assert not any(isinstance(fact, TicketNoShow) for fact in bench.notebook.facts)
    assert await office.execute(c.Rejoin(ticket=ticket))


async def test_it_runs_until_it_is_cancelled():
    bench = Bench()
    await bench.office.execute(c.IssueTicket(service="CT"))
    task = asyncio.create_task(bench.clockwork.run())
    bench.clock.advance(10 * 3_600_000)
    await until_async(lambda: bench.office.state.office.day_closed)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_refusal_that_is_not_about_nothing_to_do_ends_it():
    class Broken(OfficeService):
        async def execute(self, command: c.Command):
            raise Refusal(RefusalCode.WRONG_STATE, "x", f"{command} cannot be; report it")

    bench = Bench()
    broken = Broken(journal=bench.notebook, site=site(), clock=bench.clock, state=OfficeState())
    with pytest.raises(Refusal):
        await Clockwork(broken).run()
