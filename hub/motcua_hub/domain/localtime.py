"""Local days and times, where a rule or an official paper speaks of them."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MS: Final = 1000
_LAST_MS: Final = 253_370_764_800_000  # 9999: no calendar holds more


def local(ms: int) -> datetime:
    """`ms` (UTC) as local time; what no calendar holds is clamped."""
    return datetime.fromtimestamp(min(max(ms, 0), _LAST_MS) / _MS, tz=UTC).astimezone(ZONE)


def day_of(ms: int) -> date:
    """The local calendar day of a moment."""
    return local(ms).date()


def start_of(day: date) -> int:
    """The moment at which a local day begins, UTC ms."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()) * _MS


def read_day(text: str | None) -> date | None:
    """An ISO day as a date; None when there is none or it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
