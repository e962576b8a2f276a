"""Local time, only where a person reads it. Everything else counts UTC milliseconds."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MS: Final = 1000
_LAST_MS: Final = 253_370_764_800_000  # 9999: what no date can show is shown as a number


def at(ms: int) -> datetime:
    """`ms` (UTC) as local time; values no calendar holds are clamped to year 1970 or 9998."""
    clamped = min(max(ms, 0), _LAST_MS)
    return datetime.fromtimestamp(clamped / _MS, tz=UTC).astimezone(ZONE)


def day_of(ms: int) -> str:
    """The local calendar day, such as `2026-11-23`."""
    return at(ms).date().isoformat()


def clock(ms: int) -> str:
    """Hour, minute and second, such as `08:15:02`."""
    return at(ms).strftime("%H:%M:%S")


def short(ms: int, now: int) -> str:
    """The time alone today, with its day otherwise: `08:15` or `08:15 22/11/2026`."""
    moment = at(ms)
    if moment.date() == at(now).date():
        return moment.strftime("%H:%M")
    return moment.strftime("%H:%M %d/%m/%Y")


def full(ms: int) -> str:
    """Day and time with seconds: `22/11/2026 08:15:02`."""
    return at(ms).strftime("%d/%m/%Y %H:%M:%S")


def milli(ms: int) -> str:
    """Day and time with milliseconds: `22/11/2026 08:15:02.123`."""
    return f"{full(ms)}.{max(ms, 0) % _MS:03d}"


def iso(ms: int) -> str:
    """For machines: `2026-11-22T08:15:02+07:00`."""
    return at(ms).isoformat(timespec="seconds")


def day(text: str) -> str:
    """`2026-11-23` as `23/11/2026`; anything else as it is."""
    try:
        return date.fromisoformat(text).strftime("%d/%m/%Y")
    except ValueError:
        return text
