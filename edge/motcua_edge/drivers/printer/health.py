"""A printer's status in the words of the health vocabulary."""

from motcua_contract.vocabulary import HealthState
from motcua_edge.drivers.printer.port import Paper, PrinterStatus

PAPER_LOW = "paper_low"


def verdict(status: PrinterStatus) -> tuple[HealthState, str]:
    """State and fault code: critical when it cannot print, problem when it soon cannot.

    A connection that reports nothing is unknown, never ok.
    """
    cause = status.cause
    if cause is not None:
        return HealthState.CRITICAL, cause.value
    if not status.reports:
        return HealthState.UNKNOWN, ""
    if status.paper is Paper.LOW:
        return HealthState.PROBLEM, PAPER_LOW
    return HealthState.OK, ""
