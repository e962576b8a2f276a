"""The lunar calendar of Viet Nam, as far as days off need it: Tết and the Kings' day. Pure.

Months begin on the local day (UTC+7) of the new moon, the month with the winter solstice is the
eleventh, and a year of thirteen months repeats the first that holds no major solar term. Positions
are by the truncated series of Meeus, good to minutes; a new moon that close to midnight is rare.
China reckons at UTC+8, which is why its Tết is sometimes another day (2030: 3 February, ours 2).
"""

import math
from datetime import date, timedelta
from typing import Final

_ZONE: Final = 7 / 24
_MONTH: Final = 29.530588861
_FIRST_NEW_MOON: Final = 2_451_550.09766
_YEAR_2000: Final = 2_451_545
_DAY_1: Final = 1_721_424.5
"""The Julian date at which day 1 of `date.fromordinal` begins, less one."""
_TERM: Final = 30
_WINTER: Final = 9
"""The twelfth of the ecliptic in which the sun is from the winter solstice on."""
_CORRECTIONS: Final = (
    # days, by how many times: sun's anomaly, moon's anomaly, moon's argument of latitude
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
    (-0.00057, 0, 1, 2),
    (0.00056, 1, 2, 0),
)


def _day_of(julian: float) -> date:
    """The local day of a moment."""
    return date.fromordinal(math.floor(julian + _ZONE - _DAY_1))


def _behind(year: int) -> float:
    """How far civil time is behind that of the planets, in days; a second more in 18 months."""
    return (64 + 0.6 * (year - 2000)) / 86_400


def _new_moon(number: int) -> date:
    """The local day of a new moon, counted from January 2000."""
    century = number / 1236.85
    mean = _FIRST_NEW_MOON + _MONTH * number + 0.00015437 * century**2
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * century**2)
    height = math.radians(160.7108 + 390.67050284 * number)
    more = sum(d * math.sin(a * sun + b * moon + c * height) for d, a, b, c in _CORRECTIONS)
    return _day_of(mean + more - _behind(2000 + round(century * 100)))


def _twelfth(day: date) -> int:
    """In which twelfth of the ecliptic the sun is at the end of a local day; 0 from the equinox."""
    at = day.toordinal() + 1 + _DAY_1 - _ZONE
    days = at + _behind(day.year) - _YEAR_2000
    anomaly = math.radians(357.52911 + 0.98560028 * days)
    centre = 1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    apparent = 280.46646 + 0.98564736 * days + centre - 0.00569
    return math.floor(apparent % 360 / _TERM)


def _number_before(day: date) -> int:
    """The newest new moon on or before a local day."""
    number = round((day.toordinal() + _DAY_1 - _FIRST_NEW_MOON) / _MONTH) + 1
    while _new_moon(number) > day:
        number -= 1
    return number


def _eleventh(year: int) -> int:
    """The new moon that begins the month of the winter solstice of a year."""
    solstice = date(year, 12, 19)
    while _twelfth(solstice) < _WINTER:
        solstice += timedelta(days=1)
    return _number_before(solstice)


def _months(year: int) -> dict[int, int]:
    """The new moons that begin the months 1 to 10 of a lunar year, and no leap month."""
    first, last = _eleventh(year - 1), _eleventh(year)
    leap = 0
    if last - first > 12:  # noqa: PLR2004 - a year of thirteen months
        leap = next(number for number in range(first + 1, last) if _holds_no_term(number))
    found, month = {}, 11
    for number in range(first, last):
        if number != leap:
            found[(month - 1) % 12 + 1] = number
            month += 1
    return found


def _holds_no_term(number: int) -> bool:
    """Whether the sun stays in one twelfth for a whole month."""
    day = timedelta(days=1)
    return _twelfth(_new_moon(number) - day) == _twelfth(_new_moon(number + 1) - day)


def day(year: int, month: int, number: int) -> date:
    """A day of the months 1 to 10 of the lunar year that begins in `year`."""
    return _new_moon(_months(year)[month]) + timedelta(days=number - 1)
