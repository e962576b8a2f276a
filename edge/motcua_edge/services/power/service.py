"""Looks at the UPS, writes down what changed, and asks for the end before the battery does.

Journal first: what the office lives by is committed before anybody is told, published or switched
off. Everybody who sheds load reads `office.state.office.power.mode`.
"""

import asyncio
import logging
from collections import Counter
from typing import Final

import msgspec

from motcua_contract.vocabulary import PowerMode, SelfTest
from motcua_edge.domain.model import Instant
from motcua_edge.domain.power import ageing, selftest
from motcua_edge.domain.power.commands import RecordBattery, RecordPower
from motcua_edge.domain.power.machine import Machine, Policy, step
from motcua_edge.domain.power.readings import NoReading, UpsReading, read
from motcua_edge.domain.power.verdict import verdict
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.drivers.ups import Programs, Ups, UpsError
from motcua_edge.services.devices import Component
from motcua_edge.services.devices.component import Reporter
from motcua_edge.services.office import OfficeService
from motcua_edge.services.power.mending import Mender
from motcua_edge.services.power.settings import PowerSettings
from motcua_edge.services.power.testing import SelfTestRefusedError, Testing

__all__ = ["UPS", "PowerService", "SelfTestRefusedError"]
UPS: Final = "ups"
_LOG: Final = logging.getLogger(__name__)


class PowerService:
    """Run `run` under supervision; `battery_ends` is set when the machine must go down.

    Args:
        office: Where everything is recorded.
        ups: The UPS.
        reporter: Told of the component `ups`.
        programs: Runs the configured programs.
        settings: Paces, limits and programs.
        gated: Whether this start follows a halt, so that the charge gate is to be passed.
    """

    def __init__(
        self,
        *,
        office: OfficeService,
        ups: Ups,
        reporter: Reporter,
        programs: Programs,
        settings: PowerSettings,
        gated: bool = False,
    ) -> None:
        self.battery_ends = asyncio.Event()
        self.machine = Machine(armed=gated and settings.policy.gate_charge > 0)
        self._office = office
        self._ups = ups
        self._reporter = reporter
        self._programs = programs
        self._settings = settings
        self._policy = _measured(settings.policy, office.state.office.power.stop_ms)
        self._testing = Testing(office, ups, settings.test_every_days)
        self._driver = Mender(programs, settings.restart_driver, settings.program_s)
        self._latch = Mender(programs, settings.clear_latch, settings.program_s)
        self._counts: Counter[str] = Counter()
        self._lost = ""
        self._off: asyncio.Task[int] | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        component = Component(UPS, self._reporter, lambda: self._office.now().mono)
        try:
            while True:
                await self.look(component)
                await asyncio.sleep(self._pause())
        finally:
            await self._driver.close()
            await self._latch.close()

    async def look(self, component: Component) -> None:
        """One look, and everything that follows from it."""
        answer = await self._ask()
        now, before = self._office.now(), self.machine
        self.machine = step(before, answer, now.mono, self._policy, testing=self._testing.under_way)
        await self._mode_changed(before, now.mono)
        await self._after(before.last, answer, now)
        told = verdict(self.machine, self._office.state.office.power, now.wall)
        if told is not None:
            await component.saw(told)
        self._driver.look(trouble=self._silent, mono=now.mono)
        self._latch.look(trouble=self.machine.latched, mono=now.mono)
        if self.machine.mode is PowerMode.CRITICAL:
            self.battery_ends.set()

    def _pause(self) -> float:
        wary = self.machine.wary or self._testing.under_way
        return self._settings.wary_s if wary else self._settings.every_s

    @property
    def _silent(self) -> bool:
        return self.machine.mode is PowerMode.UNKNOWN and bool(self.machine.rule)

    async def _ask(self) -> UpsReading | NoReading:
        self._counts["looks"] += 1
        try:
            answer = read(await self._ups.read())
        except UpsError as error:
            answer = NoReading(f"{type(error).__name__}: {error}"[:300])
        self._note(answer)
        return answer

    def _note(self, answer: UpsReading | NoReading) -> None:
        """Count, and log a loss once and its end once."""
        lost = answer.cause if isinstance(answer, NoReading) else ""
        if lost:
            self._counts["lost_looks"] += 1
        elif isinstance(answer, UpsReading) and answer.strangers:
            self._counts["unknown_tokens"] += len(answer.strangers)
        if lost and not self._lost:
            _LOG.warning("ups: no valid answer: %s", lost)
        elif self._lost and not lost:
            _LOG.info("ups: answers again")
        self._lost = lost

    # ---- what changed ----

    async def _mode_changed(self, before: Machine, mono: int) -> None:
        """Commit another mode; only then may anybody act on it."""
        machine = self.machine
        if machine.mode is self._office.state.office.power.mode:
            return
        look = machine.last
        command = RecordPower(
            mode=machine.mode,
            rule=str(machine.rule),
            charge=look.charge if look else None,
            runtime_s=look.runtime_s if look else None,
            load=look.load if look else None,
        )
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.NO_CHANGE:
                raise
        _LOG.warning("power: %s after %s: %s", machine.mode, before.mode, machine.rule)
        if machine.mode is PowerMode.BATTERY:
            self._counts["outages"] += 1
        if before.mode.on_battery and machine.last is not None and not machine.mode.on_battery:
            await self._testing.held(mono - before.battery.since)

    async def _after(
        self, before: UpsReading | None, answer: UpsReading | NoReading, now: Instant
    ) -> None:
        """What else a valid answer leads to: tests, and the day's figure of the battery."""
        if isinstance(answer, NoReading):
            return
        if self._testing.under_way and self.machine.mode.on_battery:
            await self._testing.finish(SelfTest.UNCLEAR, "the mains was lost during the test")
        await self._testing.look(before, self.machine, now)
        battery = self._office.state.office.power.battery
        if ageing.sample_due(self.machine, battery, now):
            await self._sample(answer)

    async def _sample(self, look: UpsReading) -> None:
        if look.load is None or look.runtime_s is None or look.charge is None:
            return
        await self._office.execute(
            RecordBattery(
                load=look.load,
                runtime_s=look.runtime_s,
                charge=look.charge,
                battery=look.battery,
            )
        )

    # ---- for others ----

    async def self_test(self) -> str:
        """Have the battery tested now; the outcome in words, after a minute or two.

        Raises:
            SelfTestRefusedError: Not now, or this UPS cannot; says why and what to do.
        """
        done = await self._testing.begin(self.machine, "asked")
        try:
            async with asyncio.timeout(selftest.PATIENCE_MS / 1000 + 30):
                return await asyncio.shield(done)
        except TimeoutError:
            await self._testing.finish(SelfTest.UNCLEAR, "no result in time")
            return "unclear: no result in time"

    async def switch_off(self, stop: asyncio.Event) -> int:
        """Run the configured shutdown, once however often it is asked for; its exit code.

        Then wait for `stop`, which comes with the machine's own end: a program that ended sooner
        would be started again, and open an office that is about to go dark. When nothing ends it
        the shutdown did not work; a new start looks at the UPS afresh and tries again.
        """
        if self._off is None:
            self._off = asyncio.ensure_future(self._switch_off())
        code = await asyncio.shield(self._off)
        if not code:
            await self._linger(stop)
        return code

    async def _switch_off(self) -> int:
        argv = self._settings.shutdown
        _LOG.warning("ups: the battery ends, switching off: %s", " ".join(argv))
        code = await self._programs.run(argv, self._settings.program_s)
        if code:
            _LOG.critical("ups: the shutdown failed with %s; check [ups] shutdown", code)
        return code

    async def _linger(self, stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(self._settings.linger_s):
                await stop.wait()
        except TimeoutError:
            _LOG.critical("ups: still on after %s s; starting again", self._settings.linger_s)

    def numbers(self) -> dict[str, float]:
        """What the UPS measures, for charts; what it does not tell is absent."""
        look = self.machine.last
        known = {
            "charge_percent": look.charge if look else None,
            "runtime_seconds": look.runtime_s if look else None,
            "load_percent": look.load if look else None,
            "input_volts": look.input_v if look else None,
            "battery_share": ageing.share(self._office.state.office.power.battery),
        }
        return {name: float(value) for name, value in known.items() if value is not None}

    def counts(self) -> dict[str, float]:
        """The numbers, and figures of our own work, for metrics."""
        mode = self.machine.mode
        own = {
            "looks": self._counts["looks"],
            "lost_looks": self._counts["lost_looks"],
            "unknown_tokens": self._counts["unknown_tokens"],
            "outages": self._counts["outages"],
            "driver_restarts": self._driver.tries,
            "latch_restarts": self._latch.tries,
        }
        states = {f"mode_{each.value}": int(mode is each) for each in PowerMode}
        return self.numbers() | {name: float(n) for name, n in (own | states).items()}


def _measured(policy: Policy, program_ms: int) -> Policy:
    """The policy with what the program itself needed the last time added to the machine's halt."""
    return msgspec.structs.replace(policy, stop_s=policy.stop_s + program_ms / 1000)
