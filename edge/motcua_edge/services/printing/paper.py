"""Counts the slips of a roll, so that a change of roll can be planned (R27)."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain import paper
from motcua_edge.domain.paper import Roll
from motcua_edge.services.printing.watch import HealthReporter

_LOG: Final = logging.getLogger(__name__)
_EVERY: Final = 5
"""Slips between two writes to disk: a forecast that is off by a few after a power cut is good."""


class PaperMeter:
    """Stands between the printer's watch and the health book, and hears what both say.

    Args:
        file: Where the count is kept; a damaged one begins anew.
        capacity: Slips of a whole roll; 0: learnt from the rolls themselves.
        health: Every report is passed on.
    """

    def __init__(self, file: Path, capacity: int, health: HealthReporter) -> None:
        self._file = file
        self._capacity = capacity
        self._health = health
        self._roll = _read(file)

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> object:
        """Note what it says about paper, and pass it on."""
        before = self._roll
        if state is not HealthState.UNKNOWN:
            self._roll = paper.said(self._roll, code)
        if before != self._roll:
            self._write()
        return await self._health.report(component, state, code, detail)

    def printed(self) -> None:
        """A slip came out."""
        self._roll = paper.printed(self._roll)
        if self._roll.slips % _EVERY == 0:
            self._write()

    def numbers(self) -> Mapping[str, float]:
        """What is known of the roll, by `printer.QUANTITY`."""
        slips = paper.left(self._roll, self._capacity)
        known = {} if slips is None else {"printer.paper_left_slips": float(slips)}
        return {"printer.slips_on_roll": float(self._roll.slips), **known}

    def _write(self) -> None:
        fresh = self._file.with_name(self._file.name + ".new")
        try:
            fresh.write_bytes(msgspec.json.encode(self._roll))
            fresh.replace(self._file)
        except OSError as error:
            _LOG.info("the count of slips could not be kept: %s", error)


def _read(file: Path) -> Roll:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Roll)
    except (OSError, msgspec.MsgspecError):
        return Roll()
