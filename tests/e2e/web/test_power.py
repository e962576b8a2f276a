"""What people see of an outage: everything goes on, darker; then why it does not."""

import pytest
from playwright.async_api import expect

from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain import commands as c
from motcua_edge.domain.power.commands import RecordPower
from support.browser import BOARD, COUNTER, KIOSK
from support.webapp import PIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def checked(screen, name):
    await screen.shot(name)
    assert await screen.violations() == []
    assert await screen.clipped() == []


async def lives_by(office, mode, charge=None):
    await office.do(RecordPower(mode=mode, rule="OB", charge=charge))


async def test_the_kiosk_says_that_it_runs_on_battery_and_gives_numbers(screen, office):
    kiosk = await screen("/kiosk", KIOSK)
    await lives_by(office, PowerMode.SHEDDING)
    await expect(kiosk.page.get_by_text("Đang dùng điện dự phòng")).to_be_visible()
    await checked(kiosk, "kiosk-power")
    await kiosk.page.get_by_role("button", name="Chứng thực").first.tap()
    await lives_by(office, PowerMode.MAINS)
    await expect(kiosk.page.get_by_text("Đang dùng điện dự phòng")).to_have_count(0)
    await expect(kiosk.page.locator("body.dim")).to_have_count(0)


@pytest.mark.parametrize(
    ("mode", "said", "name"),
    [
        (PowerMode.CRITICAL, "điện dự phòng sắp hết", "kiosk-power-low"),
        (PowerMode.CHARGING, "Máy đang sạc điện dự phòng", "kiosk-power-charging"),
    ],
)
async def test_the_kiosk_says_why_it_gives_no_numbers(screen, office, mode, said, name):
    kiosk = await screen("/kiosk", KIOSK)
    await lives_by(office, mode, 25.0)
    await expect(kiosk.page.get_by_text(said).first).to_be_visible()
    await expect(kiosk.page.get_by_role("button", name="Chứng thực")).to_have_count(0)
    await checked(kiosk, name)
    await lives_by(office, PowerMode.MAINS)
    await expect(kiosk.page.get_by_role("button", name="Chứng thực").first).to_be_visible()


async def test_the_board_goes_dark_and_still_shows_calls(screen, office):
    paired = await office.sessions.pair(1, "tuan")
    await office.do(c.LogIn(officer="lan", counter=1, device=paired.device))
    await office.do(c.IssueTicket(service="CT", device="k1"))
    board = await screen("/board", BOARD)
    await lives_by(office, PowerMode.SHEDDING)
    await office.do(c.CallNext(counter=1, officer="lan"))
    await expect(board.page.get_by_text("Đang dùng điện dự phòng")).to_be_visible()
    await expect(board.page.locator("body.dim")).to_have_count(1)
    await expect(board.page.locator(".call-number").first).to_be_visible()
    banner = await board.page.locator("#banner").bounding_box()
    assert banner is not None
    assert banner["height"] < 100  # one line: two would take the room of a call
    await checked(board, "board-power")
    await lives_by(office, PowerMode.CRITICAL)
    await expect(board.page.get_by_text("sắp hết")).to_be_visible()
    await lives_by(office, PowerMode.CHARGING)
    await expect(board.page.get_by_text("Đang sạc")).to_be_visible()
    await expect(board.page.locator("body.dim")).to_have_count(0)


async def test_an_officer_is_told_and_may_not_call_while_it_charges(screen, office):
    await office.do(c.IssueTicket(service="CT", device="k1"))
    counter = await screen("/counter", COUNTER)
    page = counter.page
    await page.fill("#code", office.sessions.pairing_code(1, "tuan"))
    await page.click("button[type=submit]")
    await page.select_option("#officer", "lan")
    await page.fill("#pin", PIN)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#act-next")
    await lives_by(office, PowerMode.BATTERY)
    await expect(page.get_by_text("đang chạy bằng ắc quy")).to_be_visible()
    await checked(counter, "counter-power")
    await lives_by(office, PowerMode.CHARGING, 25.0)
    await expect(page.get_by_text("ắc quy còn yếu")).to_be_visible()
    await page.click("#act-next")
    await expect(page.locator("#toast")).to_contain_text("đang sạc điện dự phòng (25 %)")
    await lives_by(office, PowerMode.MAINS)
    await page.click("#act-next")
    await page.wait_for_selector("#current")
