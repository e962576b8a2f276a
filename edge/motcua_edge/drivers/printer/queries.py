"""The questions of ESC/POS and the bits of their answers.

`DLE EOT n` is answered at once, whatever waits in the buffer; `GS r 1` is answered when everything
before it has been carried out. Only the second tells that a slip went through.
"""

from enum import IntEnum
from typing import Final

from motcua_edge.drivers.printer.port import Paper, PrinterStatus


class Query(IntEnum):
    """`n` of DLE EOT."""

    PRINTER = 1
    OFFLINE = 2
    ERROR = 3
    PAPER = 4


ORDERED_QUERY: Final = b"\x1dr\x01"
CLEAR_BUFFER: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""Drops what the printer has not printed yet. Only control characters, so that a printer that
does not know it prints nothing."""

_FIXED_MASK: Final = 0b1001_0011
_FIXED_REAL_TIME: Final = 0b0001_0010
_FIXED_ORDERED_MASK: Final = 0b1001_0000
_OFFLINE: Final = 0x08
_COVER_OPEN: Final = 0x04
_STOPPED_BY_PAPER: Final = 0x20
_ERROR: Final = 0x40
_CUTTER: Final = 0x08
_RECOVERS_ALONE: Final = 0x40
_PAPER_LOW: Final = 0x0C
_PAPER_OUT: Final = 0x60


def real_time(query: Query) -> bytes:
    """The bytes of one real-time question."""
    return bytes((0x10, 0x04, query))


def is_real_time_answer(byte: int) -> bool:
    """Whether a byte has the fixed bits of an answer to DLE EOT."""
    return byte & _FIXED_MASK == _FIXED_REAL_TIME


def is_ordered_answer(byte: int) -> bool:
    """Whether a byte has the fixed bits of an answer to GS r 1."""
    return byte & _FIXED_ORDERED_MASK == 0


def has_error(answers: dict[Query, int]) -> bool:
    """Whether the printer says that it is worth asking which error."""
    return bool(answers.get(Query.OFFLINE, 0) & _ERROR)


def read(answers: dict[Query, int]) -> PrinterStatus:
    """The status in the answers. Without the three main ones the printer did not answer."""
    if not {Query.PRINTER, Query.OFFLINE, Query.PAPER} <= answers.keys():
        return PrinterStatus(answered=False)
    offline, errors = answers[Query.OFFLINE], answers.get(Query.ERROR, 0)
    cutter, hot = bool(errors & _CUTTER), bool(errors & _RECOVERS_ALONE)
    return PrinterStatus(
        answered=True,
        paper=_paper(answers[Query.PAPER], offline),
        cover_open=bool(offline & _COVER_OPEN),
        offline=bool(answers[Query.PRINTER] & _OFFLINE),
        cutter_error=cutter,
        head_hot=hot,
        error=bool(offline & _ERROR) and not (cutter or hot),
    )


def _paper(sensors: int, offline: int) -> Paper:
    if sensors & _PAPER_OUT or offline & _STOPPED_BY_PAPER:
        return Paper.OUT
    return Paper.LOW if sensors & _PAPER_LOW else Paper.PLENTY
