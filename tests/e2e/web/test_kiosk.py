"""A citizen at the kiosk, by touch, in portrait."""

import pytest

from motcua_contract.siteconfig import ServiceField
from motcua_contract.vocabulary import (
    ClockState,
    HealthState,
    PrintFailure,
    Priority,
    ServiceState,
)
from motcua_edge.domain import commands as c
from motcua_edge.drivers.clock import FakeClock
from support.browser import KIOSK, new_screen, open_page, serving
from support.waiting import until_async
from support.webapp import MONDAY_NINE, PIN, Office, demo_site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HOUR = 3600_000


async def checked(screen, name):
    """Look at a face: picture for eyes, rules for machines."""
    await screen.shot(name)
    assert await screen.violations() == []
    assert await screen.clipped() == []
    small = await screen.page.evaluate(
        "() => [...document.querySelectorAll('button')].filter(b => b.offsetHeight < 64 && "
        "b.offsetParent).map(b => b.id + ' ' + b.offsetHeight)"
    )
    assert small == []


async def take(page, service="CT", purpose="submit"):
    await page.tap(f"#field-{service}")
    await page.tap(f"#purpose-{purpose}")
    await page.tap("#take")
    await page.wait_for_selector("#number")


def newest(office):
    return max(office.state.tickets.values(), key=lambda t: (t.issued_at, t.number))


async def test_a_citizen_takes_a_number_with_priority_and_the_slip_comes_out(screen, office):
    await office.health("printer", HealthState.OK)
    for device in ("k1", "k2", "k3"):
        await office.do(c.IssueTicket(service="CT", device=device))
    await office.do(
        c.ChangeService(service="XD", state=ServiceState.SUSPENDED, reason="Mất điện", actor="hoa")
    )
    kiosk = await screen("/kiosk", KIOSK)
    page = kiosk.page
    await page.wait_for_selector("#field-XD:disabled")
    assert "3 người chờ" in await page.inner_text("#field-CT")
    await checked(kiosk, "kiosk-home")
    await page.tap("#field-CT")
    await checked(kiosk, "kiosk-purpose")
    await page.tap("#purpose-result")
    await page.tap("#to-priority")
    await checked(kiosk, "kiosk-priority")
    await page.tap("#priority-pregnant")
    await checked(kiosk, "kiosk-confirm")
    await page.tap("#take")
    await page.wait_for_selector("#number")
    ticket = newest(office)
    assert await page.inner_text("#number") == ticket.label == "A004"
    assert ticket.priority is Priority.PREGNANT
    assert ticket.purpose.value == "result"
    await checked(kiosk, "kiosk-printing")
    await office.do(c.RecordPrintSent(ticket=ticket.id, job=1))
    await office.do(c.RecordPrinted(ticket=ticket.id, job=1))
    await page.wait_for_selector(".slip-note.good")
    await checked(kiosk, "kiosk-printed")
    await page.tap("#done")
    await page.wait_for_selector("#field-CT")


async def test_a_double_touch_takes_one_number(screen, office):
    kiosk = await screen("/kiosk", KIOSK)
    await kiosk.page.tap("#field-HT")
    await kiosk.page.tap("#purpose-submit")
    await kiosk.page.evaluate(
        "() => { const b = document.getElementById('take'); b.click(); b.click(); }"
    )
    await kiosk.page.wait_for_selector("#number")
    assert len(office.state.tickets) == 1


async def test_the_number_stays_at_least_ten_seconds_and_can_be_kept(screen):
    kiosk = await screen("/kiosk", KIOSK)
    await take(kiosk.page)
    left = int("".join(ch for ch in await kiosk.page.inner_text("#closing") if ch.isdigit()))
    assert left >= 10
    await kiosk.page.tap("#keep")
    left = int("".join(ch for ch in await kiosk.page.inner_text("#closing") if ch.isdigit()))
    assert left > 100


async def test_without_paper_the_number_and_a_code_are_shown_and_printed_after_the_refill(
    screen, office
):
    await office.health("printer", HealthState.OK)
    kiosk = await screen("/kiosk", KIOSK)
    page = kiosk.page
    await take(page)
    ticket = newest(office)
    cause = PrintFailure.PAPER_OUT
    await office.do(c.RecordPrintFailed(ticket=ticket.id, job=1, cause=cause))
    await office.health("printer", HealthState.CRITICAL, "paper_out")
    await page.wait_for_selector(".qr img")
    assert "Máy hết giấy. Số của Ông/Bà là A001" in await page.inner_text(".slip-note")
    assert await page.evaluate("() => document.querySelector('.qr img').naturalWidth > 0")
    await checked(kiosk, "kiosk-paper-out")
    await page.tap("#done")
    await page.wait_for_selector(".field")
    assert await page.locator(".slip").count() == 0
    await office.health("printer", HealthState.OK)
    await page.wait_for_selector(".slip")
    await checked(kiosk, "kiosk-unprinted")
    await page.tap(".slip")
    await page.wait_for_selector("#number")
    assert office.state.tickets[ticket.id].print.job == 2


async def test_a_printer_fault_has_its_own_face(screen, office):
    await office.health("printer", HealthState.CRITICAL, "offline")
    kiosk = await screen("/kiosk", KIOSK)
    await take(kiosk.page)
    await kiosk.page.wait_for_selector(".qr img")
    assert "Máy in đang gặp sự cố" in await kiosk.page.inner_text(".slip-note")
    await checked(kiosk, "kiosk-printer-fault")


async def test_help_larger_text_and_reading_aloud(screen, office):
    kiosk = await screen("/kiosk", KIOSK)
    page = kiosk.page
    await page.wait_for_selector(".field")
    before = await page.evaluate("() => document.querySelector('.field-name').offsetHeight")
    await page.tap("#large")
    after = await page.evaluate("() => document.querySelector('.field-name').offsetHeight")
    assert after > before
    assert await page.get_attribute("#large", "aria-pressed") == "true"
    await checked(kiosk, "kiosk-large")
    await page.tap("#help")
    await page.wait_for_selector(".tool.sent")
    assert office.state.office.help_at == office.clock.wall
    await page.tap("#aloud")
    await until_async(lambda: any("chạm chọn lĩnh vực" in said for said in office.log.used))


async def test_closed_and_holiday_say_when_the_office_opens(screen, office):
    office.clock.wall = MONDAY_NINE + 11 * HOUR
    kiosk = await screen("/kiosk", KIOSK)
    await kiosk.page.wait_for_selector(".shut")
    text = await kiosk.page.inner_text("main")
    assert "07:30–11:30" in text
    assert "24/11/2026" in text
    await checked(kiosk, "kiosk-closed")


async def test_staff_confirm_the_day_when_the_clock_cannot_be_trusted(browser):
    office = Office(clock=FakeClock(wall=MONDAY_NINE, clock=ClockState.SAVED))
    async with serving(office) as base:
        kiosk = await new_screen(browser, KIOSK)
        await open_page(kiosk, base + "/kiosk")
        page = kiosk.page
        await page.wait_for_selector(".day-form")
        assert "23/11/2026" in await page.inner_text(".today")
        await checked(kiosk, "kiosk-day")
        await page.select_option("select", "hoa")
        for digit in PIN:
            await page.tap(f'.key:text-is("{digit}")')
        await page.tap(".day-form .primary")
        await page.wait_for_selector(".field")
        assert office.state.office.day == "2026-11-23"
        assert kiosk.faults == []


async def test_an_office_with_many_fields_fits_in_two_columns(browser):
    names = [
        "Chứng thực",
        "Hộ tịch",
        "Đất đai",
        "Đăng ký kinh doanh",
        "Xây dựng – Đô thị",
        "Lao động – Bảo trợ xã hội",
        "Người có công",
        "Cư trú – Căn cước",
        "Trả kết quả",
    ]
    services = tuple(
        ServiceField(code=f"F{i}", name=name, name_en="Field", series="ABCDEGHKL"[i])
        for i, name in enumerate(names)
    )
    site = demo_site(services=services)
    counters = tuple(
        type(k)(number=k.number, services=tuple(s.code for s in services)) for k in site.counters
    )
    office = Office(site=demo_site(services=services, counters=counters))
    async with serving(office) as base:
        kiosk = await new_screen(browser, KIOSK)
        await open_page(kiosk, base + "/kiosk")
        await kiosk.page.wait_for_selector(".fields.two")
        await checked(kiosk, "kiosk-many")


async def test_training_is_written_on_the_screen_and_its_number_fits(screen, office):
    await office.do(c.SetTraining(on=True, actor="tuan"))
    kiosk = await screen("/kiosk", KIOSK)
    await kiosk.page.wait_for_selector(".training")
    await take(kiosk.page)
    assert (await kiosk.page.inner_text("#number")).startswith("TEST-")
    await checked(kiosk, "kiosk-training")
