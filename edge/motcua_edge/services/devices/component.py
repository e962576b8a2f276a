"""One component's voice: readings in, one report per lasting change out."""

import logging
from collections.abc import Callable
from typing import Final, Protocol

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import Patience, Reading, Steady, look

_LOG: Final = logging.getLogger(__name__)


class Reporter(Protocol):
    """Who wants to know how a component is; repeating a report is free."""

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> object:
        """Take one report."""
        ...


class Component:
    """A component that speaks for one device.

    Args:
        name: `KIND` or `KIND-NAME`, as `motcua_contract.faults.device_kind` reads it.
        reporter: Told of lasting changes.
        mono: Boot-time clock in ms.
        patience: How long a reading must last, both ways.
    """

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        mono: Callable[[], int],
        patience: Patience | None = None,
    ) -> None:
        self.name: Final = name
        self._reporter = reporter
        self._mono = mono
        self._patience = patience or Patience()
        self._steady = Steady()
        self.looks = 0
        self.changes = 0

    @property
    def told(self) -> Reading | None:
        """The verdict in force; None before the first."""
        return self._steady.told

    async def saw(self, reading: Reading, patience: Patience | None = None) -> bool:
        """Take one look's reading; True if a new verdict was told because of it.

        `patience` replaces the component's own for this look: some codes need longer than others.
        """
        self.looks += 1
        before = self._steady.told
        self._steady = look(self._steady, reading, self._mono(), patience or self._patience)
        told = self._steady.told
        if told is None or (before is not None and before.key == told.key):
            return False
        await self._tell(told, before)
        return True

    async def _tell(self, told: Reading, before: Reading | None) -> None:
        self.changes += 1
        if told.code:
            _LOG.warning("%s: %s %s (%s)", self.name, told.state, told.code, told.detail)
        elif before is not None:
            _LOG.info("%s: %s after %s", self.name, told.state, before.code or before.state)
        await self._reporter.report(self.name, told.state, told.code, told.detail)
