"""Port of the ticket printer: what it can be asked, and how far a failed slip got."""

from enum import StrEnum
from typing import Protocol

import msgspec

from motcua_contract.vocabulary import PrintFailure
from motcua_edge.drivers.printer.slip import Slip


class Paper(StrEnum):
    """What the paper sensors say; `UNKNOWN` when they were not heard."""

    PLENTY = "plenty"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


class PrinterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reading. Silence is `answered=False` with unknown paper, never plenty of it.

    Attributes:
        reports: False for a connection that can tell nothing (a file); such silence is no fault.
        reachable: Whether the connection could be opened at all.
        stalled: The connection is there but takes no bytes.
        error: An error that is neither the cutter's nor heat.
    """

    answered: bool = False
    reports: bool = True
    reachable: bool = True
    stalled: bool = False
    paper: Paper = Paper.UNKNOWN
    cover_open: bool = False
    offline: bool = False
    cutter_error: bool = False
    head_hot: bool = False
    error: bool = False

    @property
    def cause(self) -> PrintFailure | None:
        """Why nothing can be printed now, the most telling reason first; None when it can."""
        if not self.reachable:
            return PrintFailure.OFFLINE
        if not self.reports:
            return None
        if self.stalled:
            return PrintFailure.STALLED
        if not self.answered:
            return PrintFailure.NO_ANSWER
        return self._sensed_cause()

    def _sensed_cause(self) -> PrintFailure | None:
        sensed = (
            (self.cover_open, PrintFailure.COVER_OPEN),
            (self.paper is Paper.OUT, PrintFailure.PAPER_OUT),
            (self.cutter_error, PrintFailure.CUTTER_ERROR),
            (self.head_hot, PrintFailure.HEAD_HOT),
            (self.offline or self.error, PrintFailure.OFFLINE),
        )
        return next((cause for wrong, cause in sensed if wrong), None)


class PrintError(Exception):
    """A slip that was not confirmed. `cause` is in the words of the journal."""

    def __init__(self, cause: PrintFailure, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else str(cause))
        self.cause = cause
        self.detail = detail


class NothingPrintedError(PrintError):
    """Known before the first byte of the slip left: no paper bears it."""


class PaperRanOutError(PrintError):
    """Bytes left, and then the printer itself said that the paper ended: no whole slip came out.

    A torso may hang from the printer; the next slip of the same number is marked as a reprint.
    """


class FateUnknownError(PrintError):
    """Bytes left and nothing vouches for the paper: only a person can look."""


class Printer(Protocol):
    """A ticket printer. One job at a time; no call blocks the event loop."""

    async def print(self, slip: Slip) -> None:
        """Print and cut one slip; returning means the printer said it is well afterwards.

        Raises:
            NothingPrintedError: Nothing of the slip was sent.
            PaperRanOutError: The printer reports the end of the paper after bytes had left.
            FateUnknownError: Bytes left and the end is not known.
        """
        ...

    def expect_torso(self) -> None:
        """A job of an earlier process may hang unfinished: cut it off before the next slip."""
        ...

    async def status(self) -> PrinterStatus:
        """Ask now; never raises for a printer that is absent, silent or stuck."""
        ...

    async def close(self) -> None:
        """Let go of the device for good; harmless when repeated.

        A job under way ends within about two seconds, unknown when it is not confirmed by then.
        """
        ...
