"""The days off of a year that nobody has fixed yet: those of the law, and days in lieu. Pure.

It is what stands in until the official notice is written into the calendar: the days of the Labour
Code are certain, the swaps that a government decides late in the year are not. Reports say so.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

from motcua_contract.holidays import YEARS, Year
from motcua_contract.siteconfig import DayOff
from motcua_hub.domain.calendar import lunar

FORESEEN: Final = range(2026, 2051)
"""The years whose days off are known without anybody's word."""
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 6
_TET: Final = "Tết Nguyên đán"
_IN_LIEU: Final = "Nghỉ bù {name}"


def known_year(year: int) -> Year:
    """The year as this version knows it: as announced, else as the law lets expect it."""
    if year in YEARS:
        return YEARS[year]
    return _expected(year) if year in FORESEEN else Year(year)


@cache
def _expected(year: int) -> Year:
    off = dict(_by_law(year))
    taken = dict(off)
    for day, name in off.items():
        if day.isoweekday() >= _SATURDAY:
            free = day + _DAY
            while free in taken or free.isoweekday() >= _SATURDAY:
                free += _DAY
            taken[free] = _IN_LIEU.format(name=name)
    days = (DayOff(day=day.isoformat(), name=taken[day]) for day in sorted(taken))
    return Year(year, tuple(days))


def _by_law(year: int) -> Iterator[tuple[date, str]]:
    """Article 112 of the Labour Code, and 24 November since 2026."""
    yield date(year, 1, 1), "Tết Dương lịch"
    first = lunar.day(year, 1, 1)
    # five days: the eve and four of the new year, as it is mostly decided
    yield from ((first + number * _DAY, _TET) for number in range(-1, 4))
    yield lunar.day(year, 3, 10), "Giỗ Tổ Hùng Vương"
    yield date(year, 4, 30), "Ngày Giải phóng miền Nam, thống nhất đất nước"
    yield date(year, 5, 1), "Ngày Quốc tế Lao động"
    yield date(year, 9, 1), "Quốc khánh"
    yield date(year, 9, 2), "Quốc khánh"
    yield date(year, 11, 24), "Ngày Văn hóa Việt Nam"
