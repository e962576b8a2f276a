"""Local time is UTC+7, whatever the machine thinks; nonsense does not break a page."""

import pytest

from motcua_hub.web import localtime
from motcua_hub.web.render import percent, seconds

NOW = 1_795_395_600_000


def test_times_are_shown_in_vietnam():
    assert localtime.full(NOW) == "23/11/2026 08:00:00"
    assert localtime.milli(NOW + 7) == "23/11/2026 08:00:00.007"
    assert localtime.iso(NOW) == "2026-11-23T08:00:00+07:00"
    assert localtime.day_of(NOW - 8 * 3_600_000 - 1) == "2026-11-22"


def test_another_day_is_named():
    assert localtime.short(NOW, NOW) == "08:00"
    assert localtime.short(NOW - 86_400_000, NOW) == "08:00 22/11/2026"


@pytest.mark.parametrize("ms", [-(2**62), -1, 0, 2**62])
def test_a_time_no_calendar_holds_is_still_shown(ms):
    assert localtime.full(ms)
    assert localtime.short(ms, NOW)
    assert localtime.milli(ms)


def test_a_day_that_is_none_is_shown_as_it_is():
    assert localtime.day("2026-11-23") == "23/11/2026"
    assert localtime.day("tomorrow") == "tomorrow"


def test_numbers_are_written_the_vietnamese_way():
    assert [seconds(ms) for ms in (200, 2000, 30_500)] == ["0,2", "2", "30"]
    assert percent(97.5) == "97,5\u00a0%"
