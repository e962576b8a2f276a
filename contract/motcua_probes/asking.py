"""Asks a target once, whatever its kind, and says what was found. Never raises."""

import asyncio
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from motcua_contract.probes import ProbeSpec
from motcua_probes.addresses import Resolver
from motcua_probes.attempt import Attempt, Vantage, time_out
from motcua_probes.clock import Clock, SystemClock
from motcua_probes.echo import EchoPinger, Pinger
from motcua_probes.failures import ProbeError, of_os
from motcua_probes.kinds import kind_of
from motcua_probes.results import Outcome, Result, Trouble
from motcua_probes.sessions import Sessions
from motcua_probes.trust import Secret, Trust

log = logging.getLogger(__name__)
_SHORT = 200


class Asker(Protocol):
    """What asks. Its answers never take longer than the specification's time-out."""

    async def ask(self, spec: ProbeSpec) -> Result:
        """Ask once. Every failure is a result."""

    def close(self) -> None:
        """Give back what it holds."""


class NetworkAsker:
    """Implements `Asker` over the network.

    Args:
        secrets: What probes log in with, by the names their specifications mention.
        resolver: Names to addresses; the machine's own unless a test wants another.
        clock: For what certificates have left.
        pinger: Sends ICMP.
        sessions: TLS sessions that web probes may resume.
    """

    def __init__(
        self,
        secrets: Mapping[str, Secret] = MappingProxyType({}),
        resolver: Resolver | None = None,
        clock: Clock | None = None,
        pinger: Pinger | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._resolver = resolver or Resolver()
        self._pinger = pinger or EchoPinger()
        self._sessions = sessions or Sessions(self._clock)
        trust = Trust(secrets)
        self._vantage = Vantage(trust, self._resolver, self._clock, self._pinger, self._sessions)
        self._said: set[str] = set()

    async def ask(self, spec: ProbeSpec) -> Result:
        """Ask once. Every failure is a result."""
        begun = self._clock.mono()
        attempt = Attempt(spec, self._vantage)
        try:
            ask = await kind_of(spec.kind)
            begun = self._clock.mono()
            async with asyncio.timeout(spec.timeout / 1000):
                await ask(attempt)
        except TimeoutError:
            failure = _late(attempt)
        except ProbeError as error:
            failure = error
        except OSError as error:
            failure = of_os(error)
        except Exception as error:  # noqa: BLE001 - a target's surprise must not end the others' watch
            failure = self._surprised(spec, error)
        else:
            attempt.succeeded()
            took = self._clock.mono() - begun
            return Result(
                outcome=Outcome.OK,
                warning=attempt.warning,
                detail=attempt.detail,
                latency_ms=took,
            )
        self._resolver.forget(spec.host)
        self._sessions.forget(spec)
        return self._failed(failure, self._clock.mono() - begun)

    def close(self) -> None:
        """Give back sockets and what is being looked up."""
        self._pinger.close()
        self._resolver.close()

    def _failed(self, failure: ProbeError, took: int) -> Result:
        unable = failure.trouble in {Trouble.NOT_PERMITTED, Trouble.NO_SECRET}
        if unable and failure.detail not in self._said:
            self._said.add(failure.detail)
            log.error("probes from here are blind: %s", failure.detail)
        return Result(
            outcome=failure.outcome,
            cause=failure.trouble.value,
            detail=failure.detail[:_SHORT],
            latency_ms=took,
        )

    def _surprised(self, spec: ProbeSpec, error: Exception) -> ProbeError:
        what = f"{spec.kind}: {type(error).__name__}"
        if what not in self._said:
            self._said.add(what)
            log.error("a probe of %s failed in an unforeseen way", spec.target, exc_info=error)
        return ProbeError(Trouble.FAULT, what, Outcome.BLIND)


def _late(attempt: Attempt) -> ProbeError:
    trouble = time_out(attempt)
    outcome = Outcome.BLIND if trouble is Trouble.RESOLVER else Outcome.FAIL
    return ProbeError(trouble, f"nothing within {attempt.spec.timeout} ms", outcome)
