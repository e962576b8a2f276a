"""One citizen, one officer, one hub: touch, paper, voice, board, rating, and the hub's page."""

import asyncio
import wave
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from demo.client import OfficeClient
from demo.offices import PIN
from demo.stack import SiteStack, Stack
from support.browser import BOARD, COUNTER, KIOSK, Screen, new_screen, open_page
from support.invariants import check_all, on_paper
from support.ledgers import hub_facts
from support.small_province import SMALL
from support.waiting import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]
PASSWORD = "mật khẩu của tỉnh"


async def opened(browser: Browser, size: tuple[int, int], url: str) -> Screen:
    screen = await new_screen(browser, size)
    await open_page(screen, url)
    return screen


async def take_a_number(page: Page) -> str:
    """What a citizen touches; returns the number on the screen."""
    await page.get_by_role("button", name="Chứng thực").tap()
    await page.get_by_role("button", name="Nộp hồ sơ").tap()
    await page.get_by_role("button", name="Lấy số").tap()
    number = page.get_by_text("A001").first
    await expect(number).to_be_visible()
    return await number.inner_text()


async def pairing_code(site: SiteStack) -> str:
    async with OfficeClient(site.url) as client:
        token = await client.technician(PIN)
        answer = await client.post("/api/v1/technician/pairing-code", {"counter": 1}, token)
        return str(answer["code"])


async def sit_down(page: Page, site: SiteStack) -> None:
    """Pair the machine, then log in with the PIN."""
    await page.locator("input").first.fill(await pairing_code(site))
    await page.get_by_role("button", name="Ghép nối").tap()
    await page.locator("select").select_option("cb01")
    await page.locator("input[type=password]").fill(PIN)
    await page.get_by_role("button", name="Mở quầy").tap()


def heard(site: SiteStack) -> list[Path]:
    return sorted((site.sound / "main").glob("*.wav"))


def seconds(path: Path) -> float:
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate()


async def make_admin(page: Page, stack: Stack) -> None:
    await page.goto(stack.hub_url + "/", wait_until="domcontentloaded")
    await page.fill("#token", stack.setup_token)
    await page.fill("#username", "quantri")
    await page.fill("#password", PASSWORD)
    await page.fill("#again", PASSWORD)
    await page.get_by_role("button", name="Tạo tài khoản quản trị").click()


async def test_a_citizen_is_served_and_the_hub_has_every_event_once(
    stack: Stack, site: SiteStack, browser: Browser
) -> None:
    kiosk = await opened(browser, KIOSK, site.url + "/kiosk")
    board = await opened(browser, BOARD, site.url + "/board")
    counter = await opened(browser, COUNTER, site.url + "/counter")
    rating = await opened(browser, KIOSK, site.url + "/rating/1")

    assert await take_a_number(kiosk.page) == "A001"
    await asyncio.to_thread(until, lambda: [slip.label for slip in on_paper(site)] == ["A001"])

    await sit_down(counter.page, site)
    await counter.page.get_by_role("button", name="Gọi số tiếp theo").tap()
    await expect(board.page.get_by_text("MỜI CÔNG DÂN CÓ SỐ A001 ĐẾN QUẦY 1")).to_be_visible()
    await asyncio.to_thread(until, lambda: heard(site))
    assert 3 < seconds(heard(site)[0]) < 20

    await counter.page.get_by_role("button", name="Bắt đầu phục vụ").tap()
    await expect(rating.page.get_by_role("button", name="Rất hài lòng")).to_have_count(0)
    await counter.page.get_by_role("button", name="Hoàn thành").tap()
    await rating.page.get_by_role("button", name="Rất hài lòng").tap()
    await expect(rating.page.get_by_text("Cảm ơn Ông/Bà đã đánh giá!")).to_be_visible()

    def at_the_hub() -> set[str]:
        found = {name for name, _body in hub_facts(stack, SMALL.site)}
        return found if "rating.given/1" in found else set()

    types = await asyncio.to_thread(until, at_the_hub, within=20, every=0.5)
    assert {"ticket.issued/1", "print.printed/1", "announcement.played/1"} <= types

    hub = await new_screen(browser, COUNTER)
    await make_admin(hub.page, stack)
    await expect(hub.page.get_by_text(SMALL.name).first).to_be_visible()
    await hub.page.goto(f"{stack.hub_url}/sites/{SMALL.site}", wait_until="domcontentloaded")
    await expect(hub.page.get_by_text("A001").first).to_be_visible()
    assert kiosk.faults + board.faults + counter.faults + rating.faults + hub.faults == []
    await asyncio.to_thread(check_all, stack, site)
