"""Local time of Vietnam: UTC milliseconds to dates and back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE: Final = 60_000
"""Milliseconds in a minute."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 230 * 365 * 24 * 60 * MINUTE


def local(ms: int) -> datetime:
    """The local date and time of a UTC millisecond count; a wild clock is clamped to 1970-2199."""
    kept = min(max(ms, 0), _LAST)
    return (_EPOCH + timedelta(milliseconds=kept)).astimezone(VIETNAM)


def clock_time(text: str) -> time:
    """`07:30` as a time."""
    return time.fromisoformat(text)


def at(day: date, moment: time) -> int:
    """UTC ms of a local date and time."""
    return int(datetime.combine(day, moment, tzinfo=VIETNAM).timestamp()) * 1000


def hour_minute(ms: int) -> str:
    """`15:30`, local."""
    return local(ms).strftime("%H:%M")


def day_text(day: date) -> str:
    """`23/02/2026`, as people here write it."""
    return day.strftime("%d/%m/%Y")


def business_date(ms: int, cut_over: str) -> date:
    """The business day that a clock at `ms` is in, when days change at `cut_over`."""
    moment = local(ms)
    if moment.time() < clock_time(cut_over):
        return moment.date() - timedelta(days=1)
    return moment.date()
