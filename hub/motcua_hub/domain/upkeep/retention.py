"""How long papers are kept (R40): five years at least, longer while an order says so."""

from datetime import date
from typing import Final

from motcua_hub.domain.localtime import day_of, start_of

YEARS: Final = 5
_FEBRUARY: Final = 2


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, _FEBRUARY, 28)


def purged_before(now: int) -> int:
    """What ended before this moment (UTC ms) has been kept for five whole years."""
    return start_of(_years_before(day_of(now), YEARS))
