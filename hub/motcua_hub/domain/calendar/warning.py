"""When people are told that nobody has fixed a year's days off: from weeks before. Pure."""

from datetime import date
from typing import Final

STEPS: Final = (-60, -30, -14, -3, 0, *range(30, 360, 30))
"""Days after 1 January on which it is told, once each; before it they are negative."""


def step(year: int, today: date) -> int | None:
    """The newest step of a year that is reached; None while there is time, and when it is over."""
    since = (today - date(year, 1, 1)).days
    if today.year > year:
        return None
    return max((each for each in STEPS if each <= since), default=None)
