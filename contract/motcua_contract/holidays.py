"""Days off and swapped working days of Viet Nam, as default data for a site's calendar.

2026 by the official notices (2/1 is swapped with Saturday 10/1, 31/8 with Saturday 22/8); 2027 by
the Labour Code's days, before the official notice. A site's own table goes before this one, and
the hub's calendar of a year, once somebody has edited it, in the place of it.
"""

from typing import Final

import msgspec

from motcua_contract.siteconfig import DayOff, WorkDay

_NEW_YEAR: Final = "Tết Dương lịch"
_TET: Final = "Tết Nguyên đán"
_KINGS: Final = "Giỗ Tổ Hùng Vương"
_REUNIFICATION: Final = "Ngày Giải phóng miền Nam, thống nhất đất nước"
_LABOUR: Final = "Ngày Quốc tế Lao động"
_NATIONAL: Final = "Quốc khánh"
_CULTURE: Final = "Ngày Văn hóa Việt Nam"


def _named(name: str, *days: str) -> tuple[DayOff, ...]:
    return tuple(DayOff(day=day, name=name) for day in days)


def _run(name: str, month: str, first: int, last: int) -> tuple[DayOff, ...]:
    return _named(name, *(f"{month}-{number:02d}" for number in range(first, last + 1)))


DAYS_OFF_2026: Final = (
    *_named(_NEW_YEAR, "2026-01-01"),
    *_named("Nghỉ hoán đổi (làm bù ngày 10/01)", "2026-01-02"),
    *_run(_TET, "2026-02", 14, 22),
    *_named(_KINGS, "2026-04-26"),
    *_named("Nghỉ bù Giỗ Tổ Hùng Vương", "2026-04-27"),
    *_named(_REUNIFICATION, "2026-04-30"),
    *_named(_LABOUR, "2026-05-01"),
    *_named("Nghỉ hoán đổi (làm bù ngày 22/08)", "2026-08-31"),
    *_named(_NATIONAL, "2026-09-01", "2026-09-02"),
    *_named(_CULTURE, "2026-11-24"),
)
DAYS_OFF_2027: Final = (
    *_named(_NEW_YEAR, "2027-01-01"),
    *_run(_TET, "2027-02", 4, 10),
    *_named(_KINGS, "2027-04-16"),
    *_named(_REUNIFICATION, "2027-04-30"),
    *_named(_LABOUR, "2027-05-01"),
    *_named("Nghỉ bù Ngày Quốc tế Lao động", "2027-05-03"),
    *_named(_NATIONAL, "2027-09-02", "2027-09-03"),
    *_named(_CULTURE, "2027-11-24"),
)
WORK_DAYS_2026: Final = (WorkDay(day="2026-01-10", like=5), WorkDay(day="2026-08-22", like=1))


class Year(msgspec.Struct, frozen=True):
    """The days of one year. `notice` names the paper that fixed them; empty: not yet official."""

    year: int
    days_off: tuple[DayOff, ...] = ()
    work_days: tuple[WorkDay, ...] = ()
    notice: str = ""


YEARS: Final = {
    2026: Year(2026, DAYS_OFF_2026, WORK_DAYS_2026, "Công văn số 12729/VPCP-KGVX ngày 25/12/2025"),
    2027: Year(2027, DAYS_OFF_2027),
}
"""The years known when this version was made; any other has weekends only."""
DAYS_OFF: Final = DAYS_OFF_2026 + DAYS_OFF_2027
"""For `Calendar.days_off`."""
WORK_DAYS: Final = WORK_DAYS_2026
"""For `Calendar.work_days`: Saturdays worked by a swap."""
