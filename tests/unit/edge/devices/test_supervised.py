"""A driver that ends is started again; its device is unknown meanwhile; nothing else suffers."""

import asyncio

import pytest

from motcua_contract.faults import DRIVER_FAILED, find
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Patience, Reading
from motcua_edge.services.devices import Backoff, Component, Supervised
from support.waiting import until_async


class Told:
    """Keeps every report."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, HealthState, str, str]] = []

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> None:
        self.reports.append((component, state, code, detail))


class Driver:
    """Fails as often as it is told, then runs."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.starts = 0
        self.running = asyncio.Event()

    async def loop(self) -> None:
        self.starts += 1
        if self.starts <= self.failures:
            msg = f"no device, try {self.starts}"
            raise OSError(msg)
        self.running.set()
        await asyncio.Event().wait()


QUICK = Backoff(first_s=0.001, longest_s=0.004)


async def test_a_failed_driver_is_unknown_and_started_again():
    told, driver = Told(), Driver(failures=3)
    supervised = Supervised("camera-1", driver.loop, told, lambda: 0, QUICK)
    task = asyncio.create_task(supervised.run())
    await asyncio.wait_for(driver.running.wait(), 5)
    assert [report[1:3] for report in told.reports] == [(HealthState.UNKNOWN, DRIVER_FAILED)] * 3
    assert "no device, try 1" in told.reports[0][3]
    assert (supervised.starts, supervised.failures) == (4, 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_driver_that_ends_without_an_error_is_a_failure_too():
    told = Told()

    async def loop() -> None:
        return

    task = asyncio.create_task(Supervised("ups", loop, told, lambda: 0, QUICK).run())
    await until_async(lambda: len(told.reports) >= 2)
    task.cancel()
    assert told.reports[0][3] == "the driver ended by itself"


async def test_a_restart_that_is_asked_for_is_no_failure_and_waits_for_nothing():
    told, driver = Told(), Driver(failures=0)
    supervised = Supervised("ups", driver.loop, told, lambda: 0, Backoff(first_s=1000))
    task = asyncio.create_task(supervised.run())
    await asyncio.wait_for(driver.running.wait(), 5)
    supervised.restart()
    await until_async(lambda: driver.starts == 2)
    task.cancel()
    assert told.reports == []


async def test_a_restart_cuts_the_wait_after_a_failure_short():
    told, driver = Told(), Driver(failures=1)
    supervised = Supervised("ups", driver.loop, told, lambda: 0, Backoff(first_s=1000))
    task = asyncio.create_task(supervised.run())
    await until_async(lambda: bool(told.reports))
    supervised.restart()
    await asyncio.wait_for(driver.running.wait(), 5)
    task.cancel()


def test_waits_double_up_to_their_bound():
    backoff = Backoff(first_s=1, longest_s=10)
    assert [backoff.after(n) for n in (1, 2, 3, 4, 5, 500)] == [1, 2, 4, 8, 10, 10]


async def test_a_component_tells_each_lasting_change_once():
    told, clock = Told(), iter(range(0, 100_000, 1000))
    component = Component("gear-switch", told, lambda: next(clock), Patience(worse_looks=3))
    bad = Reading(HealthState.PROBLEM, "unreachable", "10.0.0.2")
    for reading in (OK, OK, bad, bad, OK, bad, bad, bad, bad, OK):
        await component.saw(reading)
    assert [report[1:3] for report in told.reports] == [OK.key, bad.key, OK.key]
    assert (component.looks, component.changes) == (10, 3)


def test_every_kind_of_device_has_a_card_for_a_failed_driver():
    fault = find("camera-hall", DRIVER_FAILED)
    assert fault is not None
    assert fault.device == "camera"
    assert fault.card.steps
