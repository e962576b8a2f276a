"""Whatever kind of UPS: it answers, it fails with a type, it is never silently well.

The same tests run on the fake and on a real upsd with NUT's own dummy driver.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Protocol

import pytest

from motcua_edge.domain.power.readings import NoReading, UpsReading, read
from motcua_edge.drivers.ups import (
    FakeUps,
    NutUps,
    Ups,
    UpsDriverGoneError,
    UpsError,
    UpsRefusedError,
    UpsStaleError,
    UpsUnknownError,
    UpsUnreachableError,
)
from support import nut
from support.ups import variables

pytestmark = pytest.mark.slow


class Stage(Protocol):
    """A UPS with everything that can happen to it."""

    ups: Ups
    offered: str

    def say(self, status: str = "OL", **more: str) -> None: ...
    def go_stale(self) -> None: ...
    def lose_driver(self) -> None: ...
    def lose_upsd(self) -> None: ...
    def come_back(self) -> None: ...
    def stranger(self) -> Ups: ...


class FakeStage:
    """The fake is told what to raise."""

    offered = "test.battery.start.quick"

    def __init__(self) -> None:
        self.ups = FakeUps(variables())

    def say(self, status: str = "OL", **more: str) -> None:
        self.ups.variables = variables(status, **more)

    def go_stale(self) -> None:
        self.ups.error = UpsStaleError("ERR DATA-STALE")

    def lose_driver(self) -> None:
        self.ups.error = UpsDriverGoneError("ERR DRIVER-NOT-CONNECTED")

    def lose_upsd(self) -> None:
        self.ups.error = UpsUnreachableError("connection refused")

    def come_back(self) -> None:
        self.ups.error = None

    def stranger(self) -> Ups:
        other = FakeUps()
        other.error = UpsUnknownError("ERR UNKNOWN-UPS")
        return other


class NutStage:
    """The real ones are stopped, killed and started."""

    offered = "load.off"

    def __init__(self, running: nut.Nut) -> None:
        self._nut = running
        self._lost = ""
        self.ups = self._client(nut.NAME)
        self.say = running.say

    def _client(self, name: str) -> NutUps:
        return NutUps(name, port=self._nut.port, login=(nut.USER, nut.PASSWORD), timeout_s=2.0)

    def go_stale(self) -> None:
        self._lost = "thaw"
        self._nut.freeze_driver()

    def lose_driver(self) -> None:
        self._lost = "driver"
        self._nut.kill_driver()

    def lose_upsd(self) -> None:
        self._lost = "upsd"
        self._nut.kill_upsd()

    def come_back(self) -> None:
        again = {
            "thaw": self._nut.thaw_driver,
            "driver": self._nut.start_driver,
            "upsd": self._nut.start_upsd,
        }
        again[self._lost]()

    def stranger(self) -> Ups:
        return self._client("nobody")


@pytest.fixture(params=["fake", "nut"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    if request.param == "fake":
        yield FakeStage()
        return
    with nut.running() as running:
        yield NutStage(running)


async def looked(ups: Ups) -> UpsReading | NoReading | UpsError:
    """One look, whatever comes of it."""
    try:
        return read(await ups.read())
    except UpsError as error:
        return error


async def until_look(ups: Ups, kind: type, within_s: float = 20.0) -> object:
    """Looks until one is of this kind; meanwhile none may be a reading unless asked for."""
    deadline = asyncio.get_running_loop().time() + within_s
    seen: list[object] = []
    while asyncio.get_running_loop().time() < deadline:
        seen.append(await looked(ups))
        if isinstance(seen[-1], kind):
            return seen[-1]
        await asyncio.sleep(0.05)  # between two looks
    msg = f"never {kind.__name__}: {seen[-3:]}"
    raise AssertionError(msg)


async def until_said(ups: Ups, token: str) -> UpsReading:
    deadline = asyncio.get_running_loop().time() + 20
    while asyncio.get_running_loop().time() < deadline:
        look = await looked(ups)
        if isinstance(look, UpsReading) and token in look.tokens:
            return look
        await asyncio.sleep(0.05)  # between two looks
    msg = f"{token} was never said"
    raise AssertionError(msg)


async def test_what_the_ups_says_is_read(stage: Stage) -> None:
    stage.say("OB DISCHRG NEWTOKEN", battery_charge="41.5", ups_load="7")
    look = await until_said(stage.ups, "OB")
    assert (look.charge, look.load, look.runtime_s) == (41.5, 7, 1800)
    assert look.strangers == {"NEWTOKEN"}


async def test_quotes_and_backslashes_in_a_value_are_read_as_they_are(stage: Stage) -> None:
    named = 'Smart "X" 1000 \\ "Y"'
    stage.say("OL", device_location=named)
    await until_said(stage.ups, "OL")
    deadline = asyncio.get_running_loop().time() + 10
    found = await stage.ups.read()
    while "device.location" not in found and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)  # until the driver has read its file
        found = await stage.ups.read()
    assert found["device.location"] == named


@pytest.mark.parametrize(
    ("lose", "error"),
    [
        ("go_stale", UpsStaleError),
        ("lose_driver", UpsDriverGoneError),
        ("lose_upsd", UpsUnreachableError),
    ],
)
async def test_a_loss_has_its_own_type_and_its_end_is_a_reading_again(
    stage: Stage, lose: str, error: type[UpsError]
) -> None:
    await until_look(stage.ups, UpsReading)
    getattr(stage, lose)()
    await until_look(stage.ups, error)
    stage.come_back()
    # on the way back upsd says WAIT, or nothing: never a reading that is none
    await until_look(stage.ups, UpsReading)


async def test_a_name_that_upsd_does_not_know_is_a_wrong_setting(stage: Stage) -> None:
    assert isinstance(await looked(stage.stranger()), UpsUnknownError)


async def test_only_what_is_offered_can_be_run(stage: Stage) -> None:
    await until_look(stage.ups, UpsReading)
    assert stage.offered in await stage.ups.commands()
    with pytest.raises(UpsRefusedError):
        await stage.ups.run("fly.away")
    await stage.ups.run(stage.offered)


async def test_commands_of_a_lost_ups_fail_with_its_type(stage: Stage) -> None:
    await until_look(stage.ups, UpsReading)
    stage.lose_upsd()
    with pytest.raises(UpsUnreachableError):
        await stage.ups.commands()
    with pytest.raises(UpsUnreachableError):
        await stage.ups.run(stage.offered)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start NUT as somebody else")
async def test_nut_run_by_an_ordinary_account_is_read_all_the_same() -> None:
    with nut.running("nobody") as running:
        ups = NutUps(nut.NAME, port=running.port)
        running.say("OB LB")
        assert "LB" in (await until_said(ups, "OB")).tokens
        with pytest.raises(UpsRefusedError):
            await ups.run("load.off")  # without a login
