"""One slip: made, put on paper, and its end in the journal's words."""

import asyncio
import logging

import msgspec

from motcua_contract.vocabulary import PrintFailure, PrintState
from motcua_edge.domain.commands import (
    Command,
    RecordPrinted,
    RecordPrintFailed,
    RecordPrintUnknown,
)
from motcua_edge.domain.model import Ticket
from motcua_edge.drivers.printer import (
    NothingPrintedError,
    PaperRanOutError,
    Printer,
    PrintError,
    Slip,
)
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.typeface import FontMissingError

_LOG = logging.getLogger(__name__)


class SlipEnd(msgspec.Struct, frozen=True):
    """`printed`, `failed` or `unknown`; the last two with a cause."""

    state: PrintState
    cause: PrintFailure | None = None
    detail: str = ""


class Press:
    """Guards the service: whatever breaks while a slip is made or printed is that slip's end."""

    def __init__(self, slips: SlipMaker) -> None:
        self._slips = slips

    async def ready(self) -> None:
        """Load the lettering ahead of the first citizen; says early when it is not installed."""
        try:
            await asyncio.to_thread(self._slips.load)
        except FontMissingError as error:
            _LOG.error("slips cannot be printed: %s", error)

    async def made(self, ticket: Ticket, job: int) -> Slip | None:
        """The slip, None when it cannot be made (logged: a missing font, an impossible text)."""
        try:
            return await asyncio.to_thread(self._slips.make, ticket, job)
        except Exception:  # noqa: BLE001  a slip that cannot be drawn must not stop the next one
            _LOG.exception(
                "slip %s#%d cannot be made; its number stays on the screen", ticket.id, job
            )
            return None

    async def printed(self, printer: Printer, slip: Slip) -> SlipEnd:
        """Print and say what became of it; never raises for the printer's sake."""
        try:
            await printer.print(slip)
        except (NothingPrintedError, PaperRanOutError) as error:
            return SlipEnd(PrintState.FAILED, error.cause, str(error))
        except PrintError as error:
            return SlipEnd(PrintState.UNKNOWN, error.cause, str(error))
        except Exception as error:  # noqa: BLE001  bytes may have left: only "unknown" is honest
            _LOG.exception("the printer driver failed on slip %s", slip.name)
            return SlipEnd(PrintState.UNKNOWN, PrintFailure.CRASH, repr(error))
        return SlipEnd(PrintState.PRINTED)


def record_of(end: SlipEnd, ticket: str, job: int) -> Command:
    """The command that writes a slip's end down."""
    if end.cause is None:
        return RecordPrinted(ticket=ticket, job=job)
    if end.state is PrintState.FAILED:
        return RecordPrintFailed(ticket=ticket, job=job, cause=end.cause)
    return RecordPrintUnknown(ticket=ticket, job=job, cause=end.cause)
