"""Lighting hours: as configured, or the office's working days."""

from datetime import UTC, datetime, timedelta

import pytest

from motcua_contract.siteconfig import Calendar, DayOff, Shift
from motcua_edge.domain.camera.lighting import lit

OFFICE = Calendar(
    shifts=(Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00")),
    days_off=(DayOff(day="2026-11-24", name="Nghỉ"),),
)


def vietnam(text: str) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=7)
    return int(local.timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "light"),
    [
        ("2026-11-23T07:29:59", False),
        ("2026-11-23T07:30:00", True),
        ("2026-11-23T12:30:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00:00", False),
        ("2026-11-24T09:00:00", False),
        ("2026-11-22T09:00:00", False),
    ],
)
def test_light_is_expected_from_first_opening_to_last_closing(moment: str, light: bool):
    assert lit((), OFFICE, vietnam(moment)) is light


def test_configured_hours_hold_on_every_day():
    hours = (("06:00", "18:30"),)
    assert lit(hours, OFFICE, vietnam("2026-11-22T18:29:00"))
    assert not lit(hours, OFFICE, vietnam("2026-11-22T18:30:00"))


def test_configured_hours_may_pass_midnight():
    hours = (("18:00", "06:00"),)
    assert lit(hours, OFFICE, vietnam("2026-11-22T23:00:00"))
    assert lit(hours, OFFICE, vietnam("2026-11-23T05:59:00"))
    assert not lit(hours, OFFICE, vietnam("2026-11-23T12:00:00"))


def test_an_office_that_never_closes_is_always_lit():
    assert lit((), Calendar(always_open=True), vietnam("2026-11-22T03:00:00"))
