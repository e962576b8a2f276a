"""How the printer is, told when it changes, and how soon to look again."""

import logging
from typing import Final, Protocol

import msgspec

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState, PrintFailure
from motcua_edge.drivers.printer import PrinterStatus, verdict

_NOT_HEALTH: Final = frozenset({PrintFailure.CRASH, PrintFailure.STALE})
"""Causes that say something about a job and nothing about the printer."""
_REMOTE: Final = frozenset({PrintFailure.OFFLINE, PrintFailure.NO_ANSWER, PrintFailure.STALLED})
"""Causes that no sensor reports: looking again costs a time-out, so looks become rarer."""
_LOG = logging.getLogger(__name__)


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """When to look, and how old a job may be.

    Attributes:
        stale_after_ms: A job older than this is dropped and offered on the screens.
        again_within_ms: A failed job this young is printed once more by itself. Shorter than the
            other on purpose: after that the citizen has left the kiosk with the number in mind,
            and a refill must not bring out slips that nobody waits for.
        poll_s: Between looks at an idle printer.
        hurry_s: Between looks while a failed job waits to be printed again.
        longest_s: Between looks at a printer that is not there.
    """

    stale_after_ms: int = 120_000
    again_within_ms: int = 30_000
    poll_s: float = 5.0
    hurry_s: float = 1.0
    longest_s: float = 40.0


class HealthReporter(Protocol):
    """Who wants to know how a component is; repeating a report is free."""

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> object:
        """Take one report."""
        ...


class Watch:
    """Reports a printer's health once per change and spaces the looks at it."""

    def __init__(self, health: HealthReporter, component: str, retry: Retry) -> None:
        self._health = health
        self._component = component
        self._retry = retry
        self._last: tuple[HealthState, str] | None = None
        self._misses = 0

    def delay_s(self, *, hurry: bool) -> float:
        """Seconds until the next look; the first one is due at once."""
        if self._last is None:
            return 0.0
        if hurry:
            return self._retry.hurry_s
        delay: float = self._retry.poll_s * 2 ** min(self._misses, 10)
        return min(delay, max(self._retry.longest_s, self._retry.poll_s))

    async def saw(self, status: PrinterStatus) -> None:
        """A look at the printer."""
        self._misses = self._misses + 1 if status.cause in _REMOTE else 0
        await self._report(*verdict(status), say("printer.paper", paper=status.paper.value))

    async def failed(self, cause: PrintFailure, detail: str) -> None:
        """A slip failed; the next look, soon, says whether it lasts."""
        self._misses = 0
        if cause not in _NOT_HEALTH:
            await self._report(HealthState.CRITICAL, cause.value, say("printer.slip", why=detail))

    async def _report(self, state: HealthState, code: str, detail: str) -> None:
        if (state, code) == self._last:
            return
        _LOG.log(
            logging.INFO if state is HealthState.OK else logging.WARNING,
            "%s: %s %s (%s)",
            self._component,
            state,
            code,
            detail,
        )
        self._last = (state, code)
        await self._health.report(self._component, state, code, detail)
