"""Facts of paper slips.

`job` numbers the slips of one ticket from 1; every job after the first carries the reprint mark.
"""

from typing import ClassVar

from motcua_contract.facts.base import TicketFact
from motcua_contract.vocabulary import PrintFailure


class PrintRequested(TicketFact, frozen=True, kw_only=True):
    """Somebody asked for another slip of the same number (the first is implied by the issue)."""

    TYPE: ClassVar[str] = "print.requested/1"
    job: int
    reason: str
    actor: str = ""
    automatic: bool = False


class PrintSent(TicketFact, frozen=True, kw_only=True):
    """The first byte is about to leave: from here on only paper knows."""

    TYPE: ClassVar[str] = "print.sent/1"
    job: int
    reprint: bool = False


class PrintPrinted(TicketFact, frozen=True, kw_only=True):
    """The printer said, after the last byte, that it is well."""

    TYPE: ClassVar[str] = "print.printed/1"
    job: int
    reprint: bool = False


class PrintFailed(TicketFact, frozen=True, kw_only=True):
    """Nothing came out: known before the first byte, or the printer reports paper out."""

    TYPE: ClassVar[str] = "print.failed/1"
    job: int
    cause: PrintFailure


class PrintUnknown(TicketFact, frozen=True, kw_only=True):
    """It may be on paper or not; a person decides."""

    TYPE: ClassVar[str] = "print.unknown/1"
    job: int
    cause: PrintFailure


class PrintDropped(TicketFact, frozen=True, kw_only=True):
    """A stale job will not be printed; its number is offered on the screen instead."""

    TYPE: ClassVar[str] = "print.dropped/1"
    job: int
    cause: PrintFailure = PrintFailure.STALE
