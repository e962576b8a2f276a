"""Self-tests as they happen: begun by the calendar or by a person, followed look by look."""

import asyncio
import logging
from typing import Final

from motcua_contract.vocabulary import SelfTest
from motcua_edge.domain.model import Instant
from motcua_edge.domain.power import selftest
from motcua_edge.domain.power.commands import RecordPowerTest
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.readings import UpsReading
from motcua_edge.domain.power.selftest import COMMAND, Trial
from motcua_edge.drivers.ups import Ups, UpsError
from motcua_edge.services.office import OfficeService

_LOG: Final = logging.getLogger(__name__)
_AGAIN_MS: Final = 6 * 3600 * 1000
"""A scheduled test that could not be begun is tried again after this."""


class SelfTestRefusedError(RuntimeError):
    """A self-test cannot be done now; str() says in English why and what to do."""


class Testing:
    """At most one self-test at a time; every outcome is a fact."""

    def __init__(self, office: OfficeService, ups: Ups, every_days: int) -> None:
        self.trial: Trial | None = None
        self._office = office
        self._ups = ups
        self._every_days = every_days
        self._not_before = 0
        self._done: asyncio.Future[str] | None = None

    @property
    def under_way(self) -> bool:
        """Whether the UPS runs on battery because of us."""
        return self.trial is not None

    async def begin(self, machine: Machine, cause: str) -> asyncio.Future[str]:
        """Start a test; the future has its outcome in words.

        Raises:
            SelfTestRefusedError: Not now, or this UPS cannot.
        """
        why = "a test is under way already" if self.trial else selftest.refusal(machine)
        if why:
            raise SelfTestRefusedError(why)
        look = machine.last
        before = look.test_text if look else ""
        # before the UPS is told: what it does next is our doing, and nobody else may begin one
        self.trial = Trial(cause=cause, began=self._office.now().mono, before=before)
        try:
            await self._start()
        except BaseException:
            self.trial = None
            raise
        self._done = asyncio.get_running_loop().create_future()
        _LOG.info("ups: self-test begun (%s)", cause)
        return self._done

    async def _start(self) -> None:
        try:
            if COMMAND not in await self._ups.commands():
                msg = f"this UPS does not offer {COMMAND}; cut the mains for a minute instead"
                raise SelfTestRefusedError(msg)
            await self._ups.run(COMMAND)
        except UpsError as error:
            msg = f"the UPS would not begin: {error}"
            raise SelfTestRefusedError(msg) from error

    async def look(self, before: UpsReading | None, machine: Machine, now: Instant) -> None:
        """After a look: follow the trial, note the UPS's own tests, begin what is due."""
        look = machine.last
        if look is None:
            return
        if self.trial is not None:
            await self._follow(self.trial, look, now)
            return
        own = selftest.own_test(before, look)
        if own is not None:
            await self._record(own, "ups", look.test_text)
        await self._scheduled(machine, now)

    async def _scheduled(self, machine: Machine, now: Instant) -> None:
        power, hours = self._office.state.office.power, self._office.site.calendar
        if now.mono < self._not_before:
            return
        if not selftest.due(machine, power, hours, now, self._every_days):
            return
        self._not_before = now.mono + _AGAIN_MS
        try:
            await self.begin(machine, "schedule")
        except SelfTestRefusedError as error:
            _LOG.info("ups: no scheduled self-test: %s", error)

    async def _follow(self, trial: Trial, look: UpsReading, now: Instant) -> None:
        self.trial = selftest.followed(trial, look)
        outcome = selftest.result(self.trial, look, now.mono)
        if outcome is not None:
            await self.finish(outcome, look.test_text)

    async def finish(self, outcome: SelfTest, text: str) -> None:
        """Record the outcome of the trial and tell whoever asked; harmless without a trial."""
        trial, self.trial = self.trial, None
        if trial is None:
            return
        await self._record(outcome, trial.cause, text)
        if self._done is not None and not self._done.done():
            self._done.set_result(f"{outcome}: {text}" if text else outcome.value)

    async def held(self, outage_ms: int) -> None:
        """An outage is over that the battery bore; a long one is a test that it passed."""
        if outage_ms >= selftest.HELD_MS:
            await self._record(
                SelfTest.PASSED, "outage", f"held an outage of {outage_ms // 1000} s"
            )

    async def _record(self, outcome: SelfTest, cause: str, text: str) -> None:
        _LOG.info("ups: self-test %s: %s %s", cause, outcome, text)
        await self._office.execute(RecordPowerTest(outcome=outcome, cause=cause, text=text))
