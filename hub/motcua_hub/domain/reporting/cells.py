"""Cells of documents: each value as it is written, and exactly. Pure."""

from fractions import Fraction
from typing import Final

from motcua_hub.domain.reporting import written
from motcua_hub.domain.reporting.document import Cell

NOTHING: Final = Cell(written.NONE)


def text(words: str) -> Cell:
    """Words; `–` for none."""
    return Cell(words or written.NONE)


def count(number: int) -> Cell:
    """`1.234`."""
    return Cell(f"{number:,}".replace(",", "."), number)


def percent(share: Fraction | None) -> Cell:
    """A share, cut after four decimals of a percent."""
    return Cell(written.percent(share), written.percent_value(share))


def duration(ms: int | None) -> Cell:
    """A length of time."""
    return NOTHING if ms is None else Cell(written.duration(ms), ms)


def mean(ms: Fraction | None) -> Cell:
    """A mean length of time, cut to whole ms."""
    return duration(written.mean_duration(ms))


def moment(ms: int | None) -> Cell:
    """A moment, in local time."""
    return NOTHING if ms is None else Cell(written.moment(ms), ms)
