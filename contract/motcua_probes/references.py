"""Whether the vantage itself sees anything: one of its references answered in this cycle (R4)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from motcua_contract.probes import ProbeSpec, Reference
from motcua_probes.asking import Asker
from motcua_probes.results import Outcome

EVERY_MS: Final = 10_000
TIMEOUT_MS: Final = 2_000


class References:
    """Asks all references together, every few seconds and whenever a failure is to be believed.

    Without any reference the vantage is always believed.

    Args:
        asker: Who asks them.
        mono: The monotonic clock in ms.
        every: Ms between rounds: a success needs none, so this is how long a cut stays unseen by
            targets that still answer.
        timeout: Ms that one round may take.
    """

    def __init__(
        self,
        asker: Asker,
        mono: Callable[[], int],
        every: int = EVERY_MS,
        timeout: int = TIMEOUT_MS,
    ) -> None:
        self._asker, self._mono, self._every, self._timeout = asker, mono, every, timeout
        self._specs: tuple[ProbeSpec, ...] = ()
        self._begun = -1
        self._answered = True
        self._round: asyncio.Task[None] | None = None

    @property
    def answered(self) -> bool:
        """Whether one of them answered in the last round."""
        return self._answered

    def change(self, references: Sequence[Reference]) -> None:
        """Ask these from now on."""
        self._specs = tuple(
            ProbeSpec(
                target="reference", kind=each.kind, host=each.host, port=each.port,
                timeout=self._timeout,
            )
            for each in references
        )  # fmt: skip
        self._begun = -1

    async def watch(self) -> None:
        """Round after round, for ever."""
        while True:
            await self.seen(self._mono())
            await asyncio.sleep(self._every / 1000)

    async def seen(self, since: int) -> bool:
        """Whether a reference answered a question that was asked at `since` or later."""
        if not self._specs:
            self._answered = True
            return True
        while self._begun < since or self._round is not None:
            if self._round is None:
                self._begun = self._mono()
                self._round = asyncio.create_task(self._asked())
            # whoever gives up does not take the answer from the others
            await asyncio.shield(self._round)
        return self._answered

    def fresh(self) -> bool:
        """Whether the last round is over, recent, and somebody answered: nothing to wait for."""
        if not self._specs:
            return True
        recent = self._begun >= 0 and self._mono() - self._begun <= self._every + self._timeout
        return recent and self._answered

    def close(self) -> None:
        """Give up the round under way."""
        if self._round is not None:
            self._round.cancel()

    async def _asked(self) -> None:
        """One round: over with the first answer."""
        tasks = [asyncio.ensure_future(self._asker.ask(each)) for each in self._specs]
        answered = False
        try:
            for each in asyncio.as_completed(tasks):
                if (await each).outcome is Outcome.OK:
                    answered = True
                    break
        finally:
            for task in tasks:
                task.cancel()
            self._round = None
        self._answered = answered
