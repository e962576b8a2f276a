"""1 January, and nobody made the new year's calendar: told weeks before, a stated one stands in."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select

from motcua_contract.siteconfig import DayOff
from motcua_hub.domain.availability.hours import due, service_time
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.reporting.document import read
from motcua_hub.domain.reporting.periods import PeriodKind, period_of
from motcua_hub.ledger import layers, targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.reporting import making
from motcua_hub.reporting.calendar_watch import CalendarWatch
from motcua_hub.reporting.making import Order, make
from motcua_hub.store import archive, calendars, reporting, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.reporting import ReportPlan

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


@pytest.fixture
def hub(engine: Engine) -> Engine:
    with writing(engine) as connection:
        reporting.begin(connection, ms("2026-10-01"))
        for kind, to in (
            (PeriodKind.MONTH, ("an@tinh.vn", "binh@tinh.vn")),
            (PeriodKind.YEAR, ("an@tinh.vn",)),
        ):
            plan = ReportPlan(kind=kind, recipients=to)
            reporting.set_plan(connection, plan, ms("2026-10-01"), "an")
    return engine


def sent(engine: Engine) -> list[tuple[str, str]]:
    table = schema.outbox.c
    with reading(engine) as connection:
        rows = connection.execute(select(table.address, table.subject).order_by(table.id))
        return [(row.address, row.subject) for row in rows]


def test_everybody_who_gets_reports_is_told_weeks_before_and_once_a_step(hub: Engine) -> None:
    watch = CalendarWatch(hub)
    assert watch.work(ms("2026-11-01 23:59")) == ()
    assert sent(hub) == []
    assert watch.work(ms("2026-11-02 00:00")) == (2027,)
    subject = "Chưa có lịch nghỉ chính thức năm 2027"
    assert sent(hub) == [("an@tinh.vn", subject), ("binh@tinh.vn", subject)]
    assert watch.work(ms("2026-11-20 08:00")) == (2027,)
    assert CalendarWatch(hub).work(ms("2026-11-20 09:00")) == (2027,)
    assert len(sent(hub)) == 2, "once, whatever is started anew"
    watch.work(ms("2026-12-02 08:00"))
    assert len(sent(hub)) == 4
    watch.work(ms("2027-01-05 08:00"))
    assert len(sent(hub)) == 6, "a hub that was away tells the newest step only"
    with reading(hub) as connection:
        bodies = connection.scalars(select(schema.outbox.c.body).order_by(schema.outbox.c.id)).all()
    assert "Còn 60 ngày đến năm 2027" in bodies[0]
    assert "Năm 2027 đã bắt đầu" in bodies[-1]
    assert "- 06/02: Tết Nguyên đán" in bodies[-1], "what is used meanwhile stands in it"
    with reading(hub) as connection:
        actions = connection.scalars(select(schema.audit.c.action)).all()
    assert actions.count("calendar_unofficial") == 3


def test_a_year_with_its_paper_is_told_of_no_more(hub: Engine) -> None:
    with writing(hub) as connection:
        paper = "Công văn số 999/VPCP ngày 20/11/2026"
        calendars.set_notice(connection, 2027, paper, ms("2026-11-21"), "an")
    assert CalendarWatch(hub).work(ms("2026-12-20")) == ()
    assert sent(hub) == []


def test_days_that_were_edited_without_a_paper_are_told_of_still(hub: Engine) -> None:
    with writing(hub) as connection:
        day = DayOff(day="2027-01-04", name="Hoán đổi")
        calendars.add_day_off(connection, 2027, day, ms("2026-11-21"), "an")
    assert CalendarWatch(hub).work(ms("2026-12-20")) == (2027,)


def test_hours_and_deadlines_of_a_year_nobody_made_keep_its_holidays_free(hub: Engine) -> None:
    with reading(hub) as connection:
        hours = layers.hours_of(connection, None)
    tet = (ms("2028-01-25"), ms("2028-02-01"))
    assert service_time(hours, tet) == (), "a week of Tết, of which Sunday is one day"
    assert service_time(hours, (ms("2028-01-01"), ms("2028-01-04"))) == ()
    assert due(hours, ms("2027-12-31 16:00"), 4 * HOUR) == ms("2028-01-04 10:30")
    assert due(hours, ms("2028-01-24 16:00"), 4 * HOUR) == ms("2028-02-01 10:30")


def test_the_report_of_such_a_month_says_which_calendar_it_used(
    hub: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")
    month = period_of("month:2028-01")
    begin, end = month.interval
    with writing(hub) as connection:
        row = {"begin_at": begin - DAY, "end_at": end + 9 * DAY, "run": "r", "rows": 2}
        connection.execute(insert(schema.hub_alive_span).values(row))
        one = Target(id="srv", name="Máy chủ", kind=Kind.SERVER, life_begin=begin - DAY)
        targets.add(connection, one, begin - DAY, "an")
    entry = make(hub, Order(period=month), end + 4 * DAY)
    assert entry is not None
    with reading(hub) as connection:
        told = read(archive.document(connection, entry))
    assert any("Lịch nghỉ năm 2028: chưa có thông báo chính thức" in note for note in told.notes)
    rows = {row.key: row for row in told.table("summary").rows}
    # 21 weekdays of January less 3 and 25 to 28 and 31: 15 days of 7:30 hours
    assert rows["full"].cells[2].text == "112:30:00"
