"""A driver that ends is started again, later each time; meanwhile its device is unknown."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from motcua_contract.faults import DRIVER_FAILED
from motcua_contract.sentences import Sentence, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.services.devices.component import Reporter

_LOG: Final = logging.getLogger(__name__)


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds to wait before a restart: doubled from `first_s` up to `longest_s`.

    A run that lasted `calm_s` begins again at `first_s`.
    """

    first_s: float = 1.0
    longest_s: float = 300.0
    calm_s: float = 60.0

    def after(self, failures: int) -> float:
        """The wait after so many failures in a row (1 or more)."""
        wait: float = self.first_s * 2 ** min(failures - 1, 30)
        return min(wait, self.longest_s)


class Supervised:
    """Runs a device's loop for ever; the loop's end, by error or not, is a failure.

    Ticketing never depends on it: nothing that the loop raises leaves `run`, except cancellation.

    Args:
        component: Reported `unknown`, `driver_failed` when the loop ends.
        loop: Makes the loop's coroutine; called for every start.
        reporter: Told of failures; what is good again is for the loop itself to say.
        mono: Boot-time clock in ms.
        backoff: Waits between starts.
    """

    def __init__(
        self,
        component: str,
        loop: Callable[[], Awaitable[None]],
        reporter: Reporter,
        mono: Callable[[], int],
        backoff: Backoff | None = None,
    ) -> None:
        self.component: Final = component
        self._loop = loop
        self._reporter = reporter
        self._mono = mono
        self._backoff = backoff or Backoff()
        self._restart = asyncio.Event()
        self.starts = 0
        self.failures = 0

    def restart(self) -> None:
        """End the present run, or the wait for the next one, and start at once."""
        self._restart.set()

    async def run(self) -> None:
        """Run and restart until cancelled."""
        failed = 0
        while True:
            began = self._mono()
            self.starts += 1
            if await self._once():
                failed = 0
                continue
            calm = self._mono() - began >= self._backoff.calm_s * 1000
            failed = 1 if calm else failed + 1
            if await self._pause(self._backoff.after(failed)):
                failed = 0

    async def _once(self) -> bool:
        """One run; True if it was ended by `restart`."""
        running = asyncio.ensure_future(self._loop())
        asked = asyncio.create_task(self._restart.wait())
        try:
            await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
            if self._restart.is_set():
                self._restart.clear()
                return True
            await self._failed(running)
            return False
        finally:
            for task in (running, asked):
                task.cancel()
            await asyncio.gather(running, asked, return_exceptions=True)

    async def _failed(self, running: asyncio.Future[None]) -> None:
        error = running.exception()
        detail = _ended(error) if error else say("driver.gone")
        self.failures += 1
        _LOG.warning("%s: driver ended: %s", self.component, detail, exc_info=error)
        await self._reporter.report(self.component, HealthState.UNKNOWN, DRIVER_FAILED, detail)

    async def _pause(self, seconds: float) -> bool:
        """Wait; True if `restart` cut the wait short."""
        try:
            async with asyncio.timeout(seconds):
                await self._restart.wait()
        except TimeoutError:
            return False
        self._restart.clear()
        return True


def _ended(error: BaseException) -> Sentence:
    return say("driver.ended", error=f"{type(error).__name__}: {error}"[:500])
