"""When a camera's scene should have light."""

from datetime import time

from motcua_contract.siteconfig import Calendar
from motcua_edge.domain.calendar import today
from motcua_edge.domain.localtime import clock_time, local

Hours = tuple[tuple[str, str], ...]
"""Local times from and until, such as `("07:00", "18:00")`; over midnight too."""


def lit(hours: Hours, calendar: Calendar, ms: int) -> bool:
    """Whether light can be expected at `ms` (UTC): within `hours`, or else on working days.

    A working day's light lasts from the first opening to the last closing, lunch included.
    """
    if hours:
        now = local(ms).time()
        return any(_within(clock_time(begin), clock_time(end), now) for begin, end in hours)
    sessions = today(calendar, ms)
    if not sessions:
        return False
    return min(s.opens for s in sessions) <= ms < max(s.closes for s in sessions)


def _within(begin: time, end: time, now: time) -> bool:
    return begin <= now < end if begin < end else now >= begin or now < end
