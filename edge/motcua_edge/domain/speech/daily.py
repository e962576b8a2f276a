"""What is announced by the clock: the office opens, stops giving out numbers, is about to close."""

from typing import Final

import msgspec

from motcua_contract.siteconfig import Calendar
from motcua_edge.domain.calendar import Span, today
from motcua_edge.domain.localtime import MINUTE, local

CLOSING_AHEAD_MS: Final = 10 * MINUTE
"""How long before the end of a session it is announced."""
_NOON: Final = 12
_EVENING: Final = 18


class Daily(msgspec.Struct, frozen=True):
    """An announcement and when it is due (UTC ms); `half_day` as in `announcement`."""

    at: int
    name: str
    half_day: str = ""


def due(calendar: Calendar, after: int, until: int) -> list[Daily]:
    """What falls after `after` and not after `until` (UTC ms, the same day), earliest first.

    An office that never closes announces nothing.
    """
    if calendar.always_open:
        return []
    planned = [daily for span in today(calendar, until) for daily in _of(span)]
    return sorted((d for d in planned if after < d.at <= until), key=lambda d: d.at)


def _of(span: Span) -> list[Daily]:
    found = [
        Daily(span.opens, "open"),
        Daily(span.closes - CLOSING_AHEAD_MS, "closing", _half_day(span)),
    ]
    if span.issue_until < span.closes:
        found.append(Daily(span.issue_until, "stop_issue"))
    return found


def _half_day(span: Span) -> str:
    hour = local(span.opens).hour
    if hour < _NOON:
        return "sáng"
    return "chiều" if hour < _EVENING else "tối"
