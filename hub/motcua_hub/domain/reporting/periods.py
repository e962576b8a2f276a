"""The periods that reports are about: local months, quarters, half-years and years. Pure.

A period is named `month:2026-10`, `quarter:2026-4`, `half:2026-1`, `year:2026`; it begins and ends
at local midnight. Times are UTC ms.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from motcua_hub.domain.availability.intervals import Interval

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEY: Final = re.compile(r"(month|quarter|half|year):(20[0-9]{2})(?:-([0-9]{1,2}))?")
_ROMAN: Final = ("I", "II", "III", "IV")
_YEAR: Final = 12


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS: Final = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF: 6,
    PeriodKind.YEAR: 12,
}
"""How many months a period has."""


class NoPeriodError(ValueError):
    """There is no such period."""


class Period(msgspec.Struct, frozen=True, order=True):
    """The `index`-th period of its kind in a year, from 1."""

    kind: PeriodKind
    year: int
    index: int = 1

    @property
    def key(self) -> str:
        """Its name for programs: `month:2026-10`."""
        if self.kind is PeriodKind.YEAR:
            return f"{self.kind.value}:{self.year}"
        index = f"{self.index:02d}" if self.kind is PeriodKind.MONTH else str(self.index)
        return f"{self.kind.value}:{self.year}-{index}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.index - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        months = self.year * _YEAR + self.index * MONTHS[self.kind]
        return date(months // _YEAR, months % _YEAR + 1, 1)

    @property
    def interval(self) -> Interval:
        """From midnight to midnight, UTC ms."""
        return at(self.first), at(self.after)

    @property
    def text(self) -> str:
        """Its name for people: `Tháng 10 năm 2026`, `Quý IV năm 2026`."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"Tháng {self.index:02d} năm {self.year}"
            case PeriodKind.QUARTER:
                return f"Quý {_ROMAN[self.index - 1]} năm {self.year}"
            case PeriodKind.HALF:
                half = "6 tháng đầu" if self.index == 1 else "6 tháng cuối"
                return f"{half} năm {self.year}"
            case PeriodKind.YEAR:
                return f"Năm {self.year}"

    @property
    def following(self) -> "Period":
        """The next one of its kind."""
        if self.index < _YEAR // MONTHS[self.kind]:
            return Period(self.kind, self.year, self.index + 1)
        return Period(self.kind, self.year + 1)


def at(day: date, hour: int = 0) -> int:
    """An hour of a local day, UTC ms."""
    moment = datetime.combine(day, time(hour), tzinfo=ZONE)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def local_day(ms: int) -> date:
    """The local day of a moment."""
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(ZONE).date()


def period_of(key: str) -> Period:
    """The period of that name; NoPeriodError when there is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise NoPeriodError(key)
    kind, year, index = PeriodKind(found[1]), int(found[2]), int(found[3] or 1)
    if not 1 <= index <= _YEAR // MONTHS[kind] or (found[3] is None) != (kind is PeriodKind.YEAR):
        raise NoPeriodError(key)
    return Period(kind, year, index)


def containing(kind: PeriodKind, ms: int) -> Period:
    """The period that a moment lies in."""
    day = local_day(ms)
    return Period(kind, day.year, (day.month - 1) // MONTHS[kind] + 1)


def due_at(period: Period, day: int, hour: int) -> int:
    """When the report of a period is owed: on a day of the month after it, whatever day that is.

    A holiday is no reason to be late. A month that has no such day takes its last.
    """
    after = period.after
    following = date(after.year + after.month // _YEAR, after.month % _YEAR + 1, 1)
    last = (following - timedelta(days=1)).day
    return at(after.replace(day=min(day, last)), hour)


def owed(kind: PeriodKind, since: int, now: int, day: int, hour: int) -> Iterator[Period]:
    """Periods that ended after `since` and whose report is due at `now`, the oldest first."""
    period = containing(kind, since)
    while due_at(period, day, hour) <= now:
        if period.interval[1] > since:
            yield period
        period = period.following
