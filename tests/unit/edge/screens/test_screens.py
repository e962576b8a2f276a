"""Displays and kiosks that fall silent, paint nothing new or are never touched are told of."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.facts.office import HealthChanged
from motcua_contract.faults import find
from motcua_contract.vocabulary import Channel, HealthState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.screens import SILENT_MS, STALE_MS, START_MS, Beat, connected
from motcua_edge.domain.steady import OK
from motcua_edge.services.health import HealthBook
from motcua_edge.services.screens import MOST, Screens
from support.waiting import until_async
from support.webapp import Office


class Hall:
    """A hall whose screens beat every ten seconds, looked at every five."""

    def __init__(self, *expected: str, silent_ms: Mapping[str, int] | None = None) -> None:
        self.office = Office()
        self.touched_at: int | None = None
        self.restart(*expected, silent_ms=silent_ms)

    def restart(self, *expected: str, silent_ms: Mapping[str, int] | None = None) -> None:
        health = HealthBook(self.office.service)
        self.screens = Screens(self.office.service, health, expected, silent_ms or {})

    async def watch(self, name: str, *, aside: bool) -> None:
        await self.office.do(c.SetScreenAside(component=name, on=aside, actor="tuan"))

    async def seconds(self, count: int, *beating: str, painted_ms: int = 500) -> None:
        for second in range(0, count, 5):
            if second % 10 == 0:
                for name in beating:
                    self.screens.present(name, painted_ms, self._since_touch())
            await self.screens.step()
            self.office.clock.advance(5_000)

    def touch(self) -> None:
        self.touched_at = self.office.clock.mono

    def _since_touch(self) -> int | None:
        return None if self.touched_at is None else self.office.clock.mono - self.touched_at

    async def issue_at_a_counter(self) -> None:
        command = c.IssueTicket(service="CT", device="counter-1", channel=Channel.COUNTER)
        self.screens.note(await self.office.do(command))

    def told(self, name: str) -> list[str]:
        facts = self.office.journal.facts
        told = [f for f in facts if isinstance(f, HealthChanged) and f.component == name]
        return [fact.code or fact.state for fact in told]


async def test_a_screen_that_falls_silent_is_told_of_and_so_is_its_return():
    hall = Hall("display-hall")
    await hall.seconds(60, "display-hall")
    await hall.seconds(60)
    await hall.seconds(60, "display-hall")
    assert hall.told("display-hall") == ["ok", "not_connected", "ok"]


@pytest.mark.parametrize("name", ["display", "display-phone", "kiosk"])
async def test_a_visitors_browser_that_is_closed_is_no_fault(name: str):
    hall = Hall("display-hall")
    await hall.seconds(60, "display-hall", name)
    await hall.seconds(60, "display-hall", name, painted_ms=STALE_MS)
    await hall.seconds(300, "display-hall")
    assert hall.told(name) == ["ok", "deactivated"]
    await hall.seconds(60, "display-hall", name)
    assert hall.told(name) == ["ok", "deactivated", "ok"]


async def test_a_screen_set_aside_is_no_fault_until_it_is_taken_back():
    hall = Hall("display-hall")
    await hall.seconds(60, "display-hall")
    await hall.seconds(60)
    await hall.watch("display-hall", aside=True)
    await hall.seconds(60)
    assert hall.told("display-hall") == ["ok", "not_connected", "deactivated"]
    await hall.seconds(60, "display-hall")
    assert hall.told("display-hall")[-1] == "deactivated"
    await hall.watch("display-hall", aside=False)
    await hall.seconds(60, "display-hall")
    assert hall.told("display-hall")[-2:] == ["deactivated", "ok"]
    await hall.seconds(60)
    assert hall.told("display-hall")[-1] == "not_connected"


async def test_a_screen_set_aside_before_a_restart_is_not_missed_after_it():
    hall = Hall("display-hall")
    await hall.seconds(120)
    await hall.watch("display-hall", aside=True)
    hall.restart("display-hall")
    await hall.seconds(200)
    assert hall.told("display-hall") == ["not_connected", "deactivated"]


async def test_only_screens_that_were_heard_of_are_set_aside_and_only_once():
    hall = Hall()
    await hall.seconds(20, "display")
    for name in ("printer", "display-nowhere"):
        with pytest.raises(Refusal) as refused:
            await hall.watch(name, aside=True)
        assert refused.value.code is RefusalCode.SCREEN_UNKNOWN
    await hall.watch("display", aside=True)
    with pytest.raises(Refusal) as refused:
        await hall.watch("display", aside=True)
    assert refused.value.code is RefusalCode.NO_CHANGE


async def test_an_office_says_how_long_each_screen_may_be_silent():
    hall = Hall("display-near", "display-far", silent_ms={"display-near": 12_000})
    await hall.seconds(20, "display-near", "display-far")
    await hall.seconds(20)
    await hall.seconds(20, "display-near", "display-far")
    assert hall.told("display-near") == ["ok", "not_connected", "ok"]
    assert hall.told("display-far") == ["ok"]


async def test_a_screen_that_must_be_there_is_missed_once_it_had_time_to_start():
    hall = Hall("display-hall", "kiosk")
    await hall.seconds(60, "kiosk")
    assert hall.told("display-hall") == []
    await hall.seconds(60, "kiosk")
    assert hall.told("display-hall") == ["not_connected"]
    assert hall.told("kiosk") == ["ok"]


async def test_a_screen_that_beats_and_paints_nothing_new_is_stale():
    hall = Hall("display")
    await hall.seconds(60, "display")
    await hall.seconds(60, "display", painted_ms=STALE_MS)
    assert hall.told("display") == ["ok", "stale"]


async def test_a_kiosk_that_nobody_touches_while_people_come_is_told_of_until_it_is_touched():
    hall = Hall("kiosk")
    await hall.seconds(60, "kiosk")
    hall.touch()
    for _ in range(3):
        await hall.seconds(60, "kiosk")
        await hall.issue_at_a_counter()
    await hall.seconds(26 * 60, "kiosk")
    assert hall.told("kiosk") == ["ok"]
    await hall.seconds(2 * 60, "kiosk")
    assert hall.told("kiosk") == ["ok", "touch_silent"]
    hall.touch()
    await hall.seconds(60, "kiosk")
    assert hall.told("kiosk") == ["ok", "touch_silent", "ok"]


async def test_a_quiet_afternoon_is_no_fault_of_the_kiosk():
    hall = Hall("kiosk")
    await hall.seconds(3 * 3600, "kiosk")
    assert hall.told("kiosk") == ["ok"]


async def test_browsers_that_call_themselves_anything_are_not_kept_for_ever():
    hall = Hall()
    for number in range(MOST * 3):
        hall.screens.present(f"display-{number}", 0, None)
    await hall.screens.step()
    assert len(hall.screens.numbers()) == MOST * 2


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7), st.booleans())
def test_a_screen_is_ok_only_when_it_was_heard_and_painted_lately(
    at: int, age: int, later: int, heard: bool
):
    beat = Beat(at, at - age) if heard else None
    now = at + later
    reading = connected(beat, at, now)
    fresh = heard and later <= SILENT_MS and age + later <= STALE_MS
    assert (reading == OK) == fresh
    if reading is None:
        assert not heard
        assert later < START_MS


@pytest.mark.parametrize("kind", ["display", "kiosk"])
def test_a_silent_screen_is_critical_with_a_card(kind: str):
    reading = connected(None, 0, START_MS)
    assert reading is not None
    fault = find(kind, reading.code)
    assert fault is not None
    assert reading.state is HealthState.CRITICAL is fault.state


async def test_commits_never_wait_for_the_next_look():
    hall = Hall()
    running = asyncio.create_task(hall.screens.run())
    await asyncio.sleep(0)
    for _ in range(20):
        await hall.issue_at_a_counter()
    await until_async(lambda: hall.office.service.load()["unread_commits"] == 0, within=2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
