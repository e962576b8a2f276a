"""Calendars in the database: deadlines as practice says, years edited, any past view again."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from motcua_contract.siteconfig import DayOff, Shift, WorkDay
from motcua_hub.domain.availability.hours import due, service_time
from motcua_hub.domain.calendar.years import DEFAULT_SHIFTS
from motcua_hub.ledger.layers import hours_of
from motcua_hub.store import calendars
from motcua_hub.store.calendars import EVERYWHERE, Shifts
from motcua_hub.store.engine import reading, writing

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = 3_600_000
TESTS = Path(__file__).parents[2]
VECTORS = TESTS / "vectors" / "working_time.json"
SHARED = TESTS.parents[1] / "shared" / "vectors" / "working_time.json"
SATURDAY = Shifts(shifts=(*DEFAULT_SHIFTS, Shift(days=(6,), opens="07:30", closes="11:30")))


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


def local(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, ZONE).strftime("%Y-%m-%d %H:%M")


def deadline(engine: Engine, site: str | None, opened: str, hours: float) -> str:
    with reading(engine) as connection:
        return local(due(hours_of(connection, site), ms(opened), round(hours * HOUR)))


def day(text: str) -> tuple[int, int]:
    return ms(f"{text} 00:00"), ms(f"{text} 00:00") + 24 * HOUR


def worked(engine: Engine, site: str | None, text: str, as_of: int | None = None) -> float:
    with reading(engine) as connection:
        spans = service_time(hours_of(connection, site, as_of), day(text))
    return sum(end - begin for begin, end in spans) / HOUR


@pytest.mark.parametrize("edited", [False, True])
def test_every_shared_vector_of_working_time_holds_through_the_database(
    engine: Engine, edited: bool
) -> None:
    with writing(engine) as connection:
        calendars.set_shifts(connection, "thu-bay", SATURDAY, 1, "an")
        if edited:
            for year in (2025, 2026, 2027):
                calendars.set_notice(connection, year, "CV 1/VPCP", 2, "an")
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))
    if SHARED.exists():
        cases += json.loads(SHARED.read_text(encoding="utf-8"))
    for case in cases:
        site = "thu-bay" if case["saturday_morning"] else "thuong"
        found = deadline(engine, site, case["opened"], case["work_hours"])
        assert found == case["due"], case["case"]


@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        ("2025-12-31 16:00", 4, "2026-01-05 10:30"),
        ("2026-08-21 16:00", 4, "2026-08-22 10:30"),
        ("2026-11-23 16:00", 4, "2026-11-25 10:30"),
        ("2026-04-24 16:00", 4, "2026-04-28 10:30"),
        ("2026-03-02 12:10", 1, "2026-03-02 14:30"),
    ],
)
def test_swaps_and_holidays_move_deadlines(
    engine: Engine, opened: str, hours: int, expected: str
) -> None:
    assert deadline(engine, None, opened, hours) == expected


def test_a_day_off_that_people_add_is_off_from_then_on_and_no_past_view_changes(
    engine: Engine,
) -> None:
    assert worked(engine, None, "2026-12-07") == 7.5
    with writing(engine) as connection:
        flood = DayOff(day="2026-12-07", name="Nghỉ tránh bão")
        calendars.add_day_off(connection, 2026, flood, 1_000, "an")
    assert worked(engine, None, "2026-12-07") == 0
    assert worked(engine, None, "2026-12-07", as_of=999) == 7.5
    assert worked(engine, None, "2026-02-16") == 0, "the holidays it had before are still there"
    with writing(engine) as connection:
        assert calendars.remove_day(connection, 2026, "2026-12-07", 2_000, "binh")
        assert not calendars.remove_day(connection, 2026, "2026-12-07", 2_001, "binh")
    assert worked(engine, None, "2026-12-07") == 7.5
    assert worked(engine, None, "2026-12-07", as_of=1_500) == 0


def test_a_holiday_of_the_default_data_can_be_taken_out_and_a_saturday_worked(
    engine: Engine,
) -> None:
    with writing(engine) as connection:
        calendars.remove_day(connection, 2027, "2027-09-03", 5, "an")
        calendars.add_work_day(connection, 2027, WorkDay(day="2027-09-04", like=5), 6, "an")
    assert worked(engine, None, "2027-09-03") == 7.5
    assert worked(engine, None, "2027-09-04") == 7.5
    assert worked(engine, None, "2027-09-02") == 0


def test_2027_says_that_there_is_no_official_notice_until_somebody_writes_it_down(
    engine: Engine,
) -> None:
    with reading(engine) as connection:
        before = calendars.year(connection, 2027)
    assert (before.days.notice, before.set_at) == ("", None)
    with writing(engine) as connection:
        calendars.set_notice(connection, 2027, "CV 99/VPCP ngày 20/12/2026", 7, "an")
    with reading(engine) as connection:
        after = calendars.year(connection, 2027)
        assert calendars.year(connection, 2027, as_of=6).days.notice == ""
    assert after.days.notice == "CV 99/VPCP ngày 20/12/2026"
    assert (after.set_at, after.set_by) == (7, "an")
    assert after.days.days_off == before.days.days_off


def test_an_office_works_its_own_shifts_until_they_are_taken_back(engine: Engine) -> None:
    early = Shifts(shifts=(Shift(opens="07:00", closes="12:00"),))
    with writing(engine) as connection:
        calendars.set_shifts(connection, EVERYWHERE, SATURDAY, 1, "an")
        calendars.set_shifts(connection, "phu-loi", early, 2, "an")
    assert worked(engine, "phu-loi", "2026-03-02") == 5
    assert worked(engine, "phu-loi", "2026-03-07") == 0
    assert worked(engine, "khac", "2026-03-07") == 4
    with writing(engine) as connection:
        calendars.set_shifts(connection, "phu-loi", None, 3, "an")
    assert worked(engine, "phu-loi", "2026-03-07") == 4
    assert worked(engine, "phu-loi", "2026-03-07", as_of=2) == 0


def test_an_office_that_never_closes_has_every_hour(engine: Engine) -> None:
    with writing(engine) as connection:
        calendars.set_shifts(connection, "truc", Shifts(always=True), 1, "an")
    assert worked(engine, "truc", "2026-02-17") == 24
