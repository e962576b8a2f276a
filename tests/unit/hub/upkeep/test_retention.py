"""Five whole years, whatever the calendar does."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.localtime import day_of, start_of
from motcua_hub.domain.upkeep.retention import purged_before

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@settings(deadline=None)
@given(DAYS, st.integers(0, 86_399_999))
def test_a_paper_is_there_on_its_fifth_anniversary_and_gone_a_day_later(day, within):
    ended = start_of(day) + within
    leap = (day.month, day.day) == (2, 29)
    fifth = date(day.year + 5, 3, 1) if leap else day.replace(year=day.year + 5)
    assert not ended < purged_before(start_of(fifth) - 1)
    if not leap:
        assert not ended < purged_before(start_of(fifth))
    assert ended < purged_before(start_of(fifth + timedelta(days=1)))


@settings(deadline=None)
@given(DAYS)
def test_local_days_begin_at_local_midnight(day):
    assert day_of(start_of(day)) == day
    assert day_of(start_of(day) - 1) == day - timedelta(days=1)
