"""How often something must be done, and the days on which it falls due.

Nothing is stored ahead: what is due follows from the registry, the intervals and what was done.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

MONTHS: Final = 12
SPARE_DAYS: Final = 30
"""A new device is given so long before anything falls due by the calendar."""
MAX_INTERVAL: Final = 3660


class EveryDays(msgspec.Struct, frozen=True):
    """So many days after the last time, or after it came into use: the maker's word."""

    days: int


class PerYear(msgspec.Struct, frozen=True):
    """So many times in a calendar year, in as many equal parts of it (2 or 12).

    `strict`: each part wants its own; otherwise the k-th time of the year answers the k-th part.
    """

    times: int
    strict: bool = False


Rule = EveryDays | PerYear


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """When a device was in use: from a day on, until it was retired (that day no longer).

    `spread` moves the days of devices apart, so that not all fall due at once.
    """

    since: date
    until: date | None = None
    spread: int = 0
    spare: bool = False


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One time that is asked for, and the day on which it was answered."""

    day: date
    done: date | None = None


def parts(year: int, times: int) -> list[tuple[date, date]]:
    """The equal parts of a year, each with the day after its last."""
    months = MONTHS // times
    starts = [date(year, 1 + months * number, 1) for number in range(times)]
    return list(zip(starts, [*starts[1:], date(year + 1, 1, 1)], strict=True))


def _part_day(begin: date, end: date, life: Life) -> date | None:
    """The day in one part of a year; None when the device was too short a time in use in it."""
    length = (end - begin).days
    since = max(begin, life.since)
    if (end - since).days * 2 < length:
        return None
    usual = begin + timedelta(days=length * 2 // 3 + life.spread % max(1, length // 6))
    if life.since < begin:
        return usual
    return min(max(usual, life.since + timedelta(days=SPARE_DAYS)), end - timedelta(days=1))


def asked(rule: PerYear, life: Life, year: int) -> list[date]:
    """The days of a year on which a device in use falls due; a retired one asks for no more."""
    days = [_part_day(begin, end, life) for begin, end in parts(year, rule.times)]
    return [day for day in days if day is not None and (life.until is None or day < life.until)]


def _of_year(rule: PerYear, life: Life, done: Sequence[date], year: int) -> list[Due]:
    # what was done before it came into use answers nothing, as with intervals of days
    mine = sorted({day for day in done if day.year == year and day >= life.since})
    days = asked(rule, life, year)
    if not rule.strict:
        answers: list[date | None] = [*mine, *[None] * len(days)]
        return [Due(day=day, done=answers[number]) for number, day in enumerate(days)]
    spans = parts(year, rule.times)
    found = []
    for day in days:
        begin, end = next(span for span in spans if span[0] <= day < span[1])
        found.append(Due(day=day, done=next((one for one in mine if begin <= one < end), None)))
    return found


def _every(rule: EveryDays, life: Life, done: Sequence[date], year: int) -> list[Due]:
    """What the days were, or will be if everything is done on its day from now on."""
    step = timedelta(days=rule.days)
    found: list[Due] = []
    base = life.since
    for day in sorted({day for day in done if day >= life.since}):
        found.append(Due(day=base + step, done=day))
        base = day
    last = date(year, 12, 31)
    while base <= last and (life.until is None or base + step < life.until):
        base += step
        found.append(Due(day=base))
    return [due for due in found if due.day.year == year]


def schedule(rule: Rule, life: Life, done: Sequence[date], year: int) -> list[Due]:
    """What a calendar year asks for and how it was answered; nothing of a device in the store.

    Args:
        rule: How often.
        life: When the device was in use.
        done: Days on which it was done and passed.
        year: The calendar year.
    """
    if life.spare:
        return []
    if isinstance(rule, PerYear):
        return _of_year(rule, life, done, year)
    return _every(rule, life, done, year)


def count(rule: Rule, life: Life, done: Sequence[date], year: int) -> tuple[int, int]:
    """How often it was done in a year, and how often the year asked for it.

    With a maker's interval the year asks as often as it fits in, from the last time before it on; a
    device that was overdue when the year began owes one at its beginning.
    """
    if isinstance(rule, PerYear) or life.spare:
        dues = schedule(rule, life, done, year)
        return sum(1 for due in dues if due.done is not None), len(dues)
    begin, end = date(year, 1, 1), date(year + 1, 1, 1)
    if life.until is not None:
        end = min(end, life.until)
    days = {day for day in done if day >= life.since}
    base = max((day for day in days if day < begin), default=life.since)
    first = max(base + timedelta(days=rule.days), begin)
    times = 0 if first >= end else ((end - first).days - 1) // rule.days + 1
    return sum(1 for day in days if day.year == year), times


def next_due(rule: Rule, life: Life, done: Sequence[date], today: date) -> date | None:
    """The first day that is not answered, in the past when it is overdue; None when none is.

    What a past year still lacked is overdue until it is next done: that one counts for its own
    year, and no later day mends the past year's figure.
    """
    if life.spare or (life.until is not None and life.until <= today):
        return None
    past = [day for day in done if day <= today]
    if isinstance(rule, EveryDays):
        last = max((day for day in past if day >= life.since), default=life.since)
        return last + timedelta(days=rule.days)
    last_done = max(past, default=date.min)
    for year in (today.year - 1, today.year, today.year + 1):
        lacking = [due.day for due in _of_year(rule, life, past, year) if due.done is None]
        if year < today.year:
            lacking = [day for day in lacking if day > last_done]
        if lacking:
            return lacking[0]
    return None
