"""The power service: journal first, one report for a change, tests, mending, the end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from motcua_contract.facts.office import HealthChanged
from motcua_contract.facts.power import BatteryMeasured, PowerChanged, PowerTested
from motcua_contract.vocabulary import PowerMode, SelfTest
from motcua_edge.domain import rows
from motcua_edge.domain.power.machine import Policy
from motcua_edge.domain.power.selftest import DAY
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.drivers.ups import FakePrograms, FakeUps, UpsStaleError
from motcua_edge.journal import Journal
from motcua_edge.services.devices import Component
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService
from motcua_edge.services.power import PowerService, PowerSettings, SelfTestRefusedError
from support.desk import ms, site
from support.journals import opened
from support.ups import variables
from support.waiting import until_async

NIGHT = ms("2026-11-23 21:00")
SETTINGS = PowerSettings(
    shutdown=("poweroff",), restart_driver=("restart-driver",), clear_latch=("restart-upsd",)
)


class Room:
    """A service over a fake UPS, on a clock that goes by `look`."""

    def __init__(self, journal: Journal, settings: PowerSettings, *, gated: bool) -> None:
        self.clock = FakeClock(NIGHT)
        self.ups = FakeUps(variables())
        self.programs = FakePrograms()
        self.office = OfficeService(
            journal=journal, site=site(), clock=self.clock, state=_empty(journal)
        )
        self.book = HealthBook(self.office)
        self.service = PowerService(
            office=self.office,
            ups=self.ups,
            reporter=self.book,
            programs=self.programs,
            settings=settings,
            gated=gated,
        )
        self.component = Component("ups", self.book, lambda: self.clock.mono)
        self.commits = self.office.subscribe()

    async def look(self, times: int = 1, every_ms: int = 1_000) -> None:
        for _ in range(times):
            await self.service.look(self.component)
            self.clock.advance(every_ms)

    async def say(self, status: str, times: int = 3, **more: str) -> None:
        self.ups.variables = variables(status, **more)
        await self.look(times)

    def facts(self) -> list[object]:
        return [fact for outcome in self.commits.arrived() for fact in outcome.facts]

    @property
    def mode(self) -> PowerMode:
        return self.office.state.office.power.mode

    @property
    def code(self) -> str:
        return self.book.current["ups"].code


def _empty(journal: Journal):
    return rows.load(journal.load_rows())


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = opened(tmp_path / "journal.db")
    yield journal
    journal.close()


@pytest.fixture
def room(journal: Journal) -> Room:
    return Room(journal, SETTINGS, gated=False)


async def test_an_outage_is_one_fact_for_each_change_and_the_power_comes_before_the_health(
    room: Room,
):
    await room.say("OL")
    await room.say("OB", 40)
    await room.say("OL")
    said = [
        fact.mode if isinstance(fact, PowerChanged) else fact.code or fact.state
        for fact in room.facts()
        if isinstance(fact, PowerChanged | HealthChanged)
    ]
    assert said == ["mains", "ok", "battery", "on_battery", "shedding", "mains", "ok"]
    assert room.service.counts()["outages"] == 1


async def test_power_that_is_back_before_critical_shuts_nothing(room: Room):
    await room.say("OL")
    await room.say("OB", 60, battery_charge="31")
    await room.say("OL", battery_charge="31")
    assert not room.service.battery_ends.is_set()
    assert room.programs.ran == []
    assert room.mode is PowerMode.MAINS


async def test_critical_is_written_down_before_anybody_is_asked_to_end(room: Room):
    await room.say("OL")
    await room.say("OB", 2, battery_charge="20")
    assert not room.service.battery_ends.is_set()
    await room.look()
    assert room.service.battery_ends.is_set()
    facts = room.facts()
    last = [type(fact) for fact in facts[-2:]]
    assert last == [PowerChanged, HealthChanged]
    assert room.code == "low_battery"
    assert room.programs.ran == []  # the agent does that, after the journal is closed


async def test_the_machine_is_switched_off_once_however_often_it_is_asked_for(room: Room):
    stop = asyncio.Event()
    stop.set()
    codes = await asyncio.gather(*(room.service.switch_off(stop) for _ in range(3)))
    assert codes == [0, 0, 0]
    assert room.programs.ran == [("poweroff",)]


async def test_after_its_shutdown_the_program_waits_for_the_machine_to_end(room: Room):
    stop = asyncio.Event()
    off = asyncio.create_task(room.service.switch_off(stop))
    await until_async(lambda: room.programs.ran)
    await asyncio.sleep(0.05)  # time in which it could end too soon
    assert not off.done()
    stop.set()
    assert await off == 0


async def test_a_shutdown_that_does_nothing_or_fails_is_tried_again_by_a_new_start(
    journal: Journal,
):
    room = Room(journal, msgspec.structs.replace(SETTINGS, linger_s=0.05), gated=False)
    assert await room.service.switch_off(asyncio.Event()) == 0
    failing = Room(journal, SETTINGS, gated=False)
    failing.programs.code = 1
    assert await failing.service.switch_off(asyncio.Event()) == 1


async def test_a_silent_ups_is_unknown_and_its_driver_is_restarted_less_and_less_often(
    room: Room,
):
    await room.say("OL")
    room.ups.error = UpsStaleError("DATA-STALE")
    await room.look(61)
    assert (room.code, room.mode) == ("comm_lost", PowerMode.UNKNOWN)
    await until_async(lambda: room.programs.ran)
    counts = []
    for _ in range(5):
        for _ in range(30):
            await room.look(1, every_ms=10_000)
            await asyncio.sleep(0)  # the program's task takes its turn
        counts.append(len(room.programs.ran))
    assert counts == [2, 3, 3, 3, 4]  # after 0, 1, 6 and 21 minutes; looked at every 5
    assert set(room.programs.ran) == {("restart-driver",)}
    room.ups.error = None
    await room.look(3)
    assert room.code == ""
    assert "charge_percent" in room.service.counts()


async def test_a_silent_ups_shows_no_figures(room: Room):
    await room.say("OL")
    room.ups.error = UpsStaleError("DATA-STALE")
    await room.look(70)
    assert "charge_percent" not in room.service.counts()
    assert room.service.counts()["lost_looks"] == 70
    assert room.service.counts()["mode_unknown"] == 1


async def test_a_latched_shutdown_on_mains_restarts_upsd(room: Room):
    await room.say("FSD OL", 40)
    assert room.code == "shutdown_latched"
    await until_async(lambda: room.programs.ran == [("restart-upsd",)])
    assert not room.service.battery_ends.is_set()
    await room.say("OL")
    assert room.code == ""


async def test_an_error_of_the_driver_of_any_kind_is_never_well(room: Room):
    room.ups.error = UpsStaleError("x")
    await room.look(70)
    assert room.book.current["ups"].state == "unknown"


# ---- the gate ----


async def test_after_a_halt_the_office_charges_first(journal: Journal):
    room = Room(journal, SETTINGS, gated=True)
    await room.say("OL CHRG", battery_charge="25")
    assert (room.mode, room.code) == (PowerMode.CHARGING, "charging")
    await room.say("OL CHRG", battery_charge="41")
    assert (room.mode, room.code) == (PowerMode.MAINS, "")


async def test_a_gate_of_zero_is_none(journal: Journal):
    settings = msgspec.structs.replace(SETTINGS, policy=Policy(gate_charge=0.0))
    room = Room(journal, settings, gated=True)
    await room.say("OL CHRG", battery_charge="5")
    assert room.mode is PowerMode.MAINS


# ---- self-tests ----


async def test_a_test_that_was_asked_for_says_how_it_went(room: Room):
    await room.say("OL", ups_test_result="No test initiated")
    asked = asyncio.create_task(room.service.self_test())
    await until_async(lambda: room.ups.ran == ["test.battery.start.quick"])
    await room.say("OB", 8, ups_test_result="In progress")
    assert room.mode is PowerMode.MAINS
    await room.say("OL", ups_test_result="Done and passed")
    assert await asked == "passed: Done and passed"
    (tested,) = [fact for fact in room.facts() if isinstance(fact, PowerTested)]
    assert (tested.outcome, tested.cause) == (SelfTest.PASSED, "asked")


async def test_a_test_that_fails_is_told_until_one_passes(room: Room):
    await room.say("OL", ups_test_result="Done and passed")
    await room.say("OL", ups_test_result="Done and error")
    assert room.code == "self_test_failed"
    await room.say("OL", ups_test_result="Done and passed again")
    assert room.code == ""
    causes = [fact.cause for fact in room.facts() if isinstance(fact, PowerTested)]
    assert causes == ["ups", "ups"]


async def test_the_mains_that_goes_during_a_test_ends_the_test(room: Room):
    await room.say("OL", input_voltage="230")
    asked = asyncio.create_task(room.service.self_test())
    await until_async(lambda: room.ups.ran)
    await room.say("OB", 5, input_voltage="0")
    assert "mains was lost" in await asked
    assert room.mode is PowerMode.BATTERY


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda ups: setattr(ups, "offered", frozenset()), "does not offer"),
        (lambda ups: setattr(ups, "error", UpsStaleError("DATA-STALE")), "DATA-STALE"),
    ],
)
async def test_a_test_that_cannot_be_is_refused_with_a_reason(room: Room, prepare, why: str):
    await room.say("OL")
    prepare(room.ups)
    with pytest.raises(SelfTestRefusedError, match=why):
        await room.service.self_test()


async def test_no_test_is_begun_twice_nor_on_battery(room: Room):
    with pytest.raises(SelfTestRefusedError, match="unknown"):
        await room.service.self_test()
    await room.say("OL")
    asked = asyncio.create_task(room.service.self_test())
    await until_async(lambda: room.ups.ran)
    with pytest.raises(SelfTestRefusedError, match="already"):
        await room.service.self_test()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)


async def test_two_who_ask_at_the_same_moment_get_one_test(room: Room):
    await room.say("OL")
    both = [asyncio.create_task(room.service.self_test()) for _ in range(2)]
    done, waiting = await asyncio.wait(both, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert [type(task.exception()) for task in done] == [SelfTestRefusedError]
    assert room.ups.ran == ["test.battery.start.quick"]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_test_that_was_refused_leaves_nothing_under_way(room: Room):
    await room.say("OL")
    room.ups.error = UpsStaleError("DATA-STALE")
    with pytest.raises(SelfTestRefusedError):
        await room.service.self_test()
    room.ups.error = None
    await room.say("OB", 3)
    assert room.mode is PowerMode.BATTERY


async def test_once_a_month_the_battery_is_tested_at_night(room: Room):
    await room.say("OL", ups_test_result="Done and passed")
    room.clock.advance(31 * DAY)
    await room.look(3)
    assert room.ups.ran == ["test.battery.start.quick"]
    await room.look(70)
    (tested,) = [fact for fact in room.facts() if isinstance(fact, PowerTested)]
    assert (tested.cause, tested.outcome) == ("schedule", SelfTest.PASSED)
    await room.look(30)
    assert len(room.ups.ran) == 1


async def test_a_ups_that_cannot_be_tested_is_not_asked_every_second(room: Room):
    room.ups.offered = frozenset()
    await room.say("OL")
    room.clock.advance(31 * DAY)
    await room.look(30)
    room.clock.advance(10 * DAY)
    await room.look(3)
    assert room.code == "self_test_overdue"


async def test_an_outage_of_a_minute_that_the_battery_bore_is_a_test(room: Room):
    await room.say("OL")
    await room.say("OB", 55)
    await room.say("OL")
    assert room.office.state.office.power.test is SelfTest.NONE
    await room.say("OB", 61)
    await room.say("OL")
    assert room.office.state.office.power.test is SelfTest.PASSED


async def test_a_full_battery_is_measured_once_a_day(room: Room):
    await room.say("OL", 30)
    room.clock.advance(DAY)
    await room.look(30)
    measured = [fact for fact in room.facts() if isinstance(fact, BatteryMeasured)]
    assert [(fact.load, fact.runtime_s) for fact in measured] == [(10, 1800)] * 2
