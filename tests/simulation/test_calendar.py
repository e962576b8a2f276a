"""The quarter's service hours against a calendar written by hand: New Year, a swap, Tet."""

import pytest

from motcua_contract.holidays import YEARS
from motcua_hub.domain.availability.hours import service_time
from motcua_hub.domain.calendar.years import DEFAULT_SHIFTS, hours
from province.office_hours import office_hours
from province.script import DAY, HOUR, Size
from province.spans import merged, total

QUARTER = Size().period
NATIONAL_DAY = Size(days=20, skip=231).period
"""From 20 August on, with the Saturday that was worked for the Monday before National Day."""


@pytest.mark.parametrize("period", [QUARTER, NATIONAL_DAY], ids=["quarter", "national day"])
def test_offices_work_when_the_calendar_on_the_wall_says_so(period: tuple[int, int]) -> None:
    told = service_time(hours(YEARS.values(), DEFAULT_SHIFTS, always=False), period)
    assert merged(told) == office_hours(period)


def test_tet_is_nine_days_without_service() -> None:
    begin = QUARTER[0] + 44 * DAY
    assert office_hours((begin, begin + 9 * DAY)) == []
    assert total(office_hours((begin + 9 * DAY, begin + 10 * DAY))) == 7 * HOUR + HOUR // 2
