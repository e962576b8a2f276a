"""Numbers as people in Viet Nam read them: cut, never rounded up; comma for decimals. Pure."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

from motcua_hub.domain.availability.figures import percent as exact_percent
from motcua_hub.domain.reporting.periods import ZONE

NONE: Final = "–"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000
_MINUTE: Final = 60
_HOUR: Final = 3_600


def percent(share: Fraction | None) -> str:
    """`99,6286 %`, cut after four decimals; `–` where there is nothing to divide by."""
    told = exact_percent(share)
    return NONE if told is None else f"{told.replace('.', ',')} %"


def percent_value(share: Fraction | None) -> float | None:
    """The same as a number between 0 and 1 with six decimals, cut in the same place."""
    if share is None:
        return None
    return (share.numerator * 10**6 // share.denominator) / 10**6


def duration(ms: int) -> str:
    """`1:30:00`, `454.584:00:00`; thousandths only where there are any: `0:00:01,250`."""
    sign = "-" if ms < 0 else ""
    seconds, rest = divmod(abs(ms), _SECOND)
    hours, left = divmod(seconds, _HOUR)
    minutes, seconds = divmod(left, _MINUTE)
    told = f"{sign}{hours:,}:{minutes:02d}:{seconds:02d}".replace(",", ".")
    return f"{told},{rest:03d}" if rest else told


def mean_duration(ms: Fraction | None) -> int | None:
    """A mean length in whole ms, cut; None where there is none."""
    return None if ms is None else int(ms.numerator // ms.denominator)


def moment(ms: int) -> str:
    """`08:15:02 22/11/2026`, local."""
    return _local(ms).strftime("%H:%M:%S %d/%m/%Y")


def day(ms: int) -> str:
    """`22/11/2026`, local."""
    return _local(ms).strftime("%d/%m/%Y")


def clock(ms: int) -> str:
    """`08:15`, local."""
    return _local(ms).strftime("%H:%M")


def _local(ms: int) -> datetime:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(ZONE)
