"""What will be needed soon: paper today, a battery some day. Arithmetic over stored numbers."""

from collections.abc import Sequence
from statistics import median
from typing import Final

import msgspec

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
LEAST_DAYS: Final = 14
"""Fewer days of numbers than this say nothing about a battery."""
WORN_SHARE: Final = 0.5
"""A battery that holds half of what it held is at its end."""
_FAR_DAYS: Final = 5 * 365


class Paper(msgspec.Struct, frozen=True):
    """How long a roll lasts: `slips` left, `minutes` of today's demand (None: nobody comes)."""

    slips: int
    minutes: int | None


def paper(slips_left: float, issued_last_hour: int, issued_today: int, open_ms: int) -> Paper:
    """A forecast from what is left and how busy the office is.

    The last hour counts when it is busier than the day so far (`open_ms` since its first ticket).
    """
    hours = max(open_ms, HOUR_MS) / HOUR_MS
    an_hour = max(float(issued_last_hour), issued_today / hours)
    slips = max(0, int(slips_left))
    return Paper(slips, int(60 * slips / an_hour) if an_hour else None)


class Battery(msgspec.Struct, frozen=True):
    """How a battery ages, from its share of the run time it once had at the same load.

    `share` is 0 to 1, `a_month` its change in 30 days. `replace_at` (UTC ms) is None while it does
    not age, or further away than five years.
    """

    days: int
    share: float
    a_month: float
    replace_at: int | None


def battery(days: Sequence[tuple[int, float]]) -> Battery | None:
    """A forecast from the share told on each day, as (UTC ms, share), oldest first.

    None with too few days. The end is when half of the run time is left.
    """
    if len(days) < LEAST_DAYS:
        return None
    per_ms = _slope(days)
    at, share = days[-1][0], median(value for _, value in days[-LEAST_DAYS // 2 :])
    return Battery(len(days), share, per_ms * 30 * DAY_MS, _reaches(at, share, per_ms, WORN_SHARE))


def _slope(points: Sequence[tuple[int, float]]) -> float:
    """Theil-Sen: the median of all slopes; a test discharge or a sensor's whim moves it little."""
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for index, earlier in enumerate(points)
        for later in points[index + 1 :]
        if later[0] > earlier[0]
    ]
    return median(slopes) if slopes else 0.0


def _reaches(at: int, value: float, per_ms: float, level: float) -> int | None:
    if value <= level:
        return at
    if per_ms >= 0:
        return None
    after = (level - value) / per_ms
    return at + int(after) if after <= _FAR_DAYS * DAY_MS else None
