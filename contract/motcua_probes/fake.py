"""Asks nobody: targets and their state are what a test says.

What it cannot do: certificates, name servers and protocols; a target here is up, refuses, hangs,
or cannot be reached from this vantage. Which port or path is asked for makes no difference.
"""

import asyncio
from collections import Counter
from enum import StrEnum

from motcua_contract.probes import ProbeSpec
from motcua_probes.results import Outcome, Result, Trouble


class Mood(StrEnum):
    """What a target does."""

    UP = "up"
    REFUSES = "refuses"
    HANGS = "hangs"
    NO_ROUTE = "no_route"


class FakeAsker:
    """Implements `Asker`. `moods` by host; a host that is not there is up."""

    def __init__(self) -> None:
        self.moods: dict[str, Mood] = {}
        self.asked: Counter[str] = Counter()
        self.under_way = 0
        self.most = 0
        self.closed = False

    async def ask(self, spec: ProbeSpec) -> Result:
        """Answer as the host's mood is."""
        self.asked[spec.target] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await self._answer(spec)
        finally:
            self.under_way -= 1

    async def _answer(self, spec: ProbeSpec) -> Result:
        mood = self.moods.get(spec.host, Mood.UP)
        if mood is Mood.HANGS:
            await asyncio.sleep(spec.timeout / 1000)
            return _failed(Outcome.FAIL, Trouble.TIMEOUT, spec.timeout)
        await asyncio.sleep(0)
        if mood is Mood.REFUSES:
            return _failed(Outcome.FAIL, Trouble.REFUSED)
        if mood is Mood.NO_ROUTE:
            return _failed(Outcome.BLIND, Trouble.NO_ROUTE)
        return Result(outcome=Outcome.OK)

    def close(self) -> None:
        """Nothing to give back; remembered for tests."""
        self.closed = True


def _failed(outcome: Outcome, cause: Trouble, took: int = 0) -> Result:
    return Result(outcome=outcome, cause=cause.value, latency_ms=took)
