"""A technician at the hub gives an office commands; it does them, and both write it down."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from demo.stack import SiteStack, Stack
from support.browser import COUNTER, Screen, new_screen
from support.invariants import check_all, edge_rows
from support.small_province import SMALL
from support.waiting import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]
PASSWORD = "mật khẩu của tỉnh"


async def at_the_commands(browser: Browser, stack: Stack) -> Screen:
    screen = await new_screen(browser, COUNTER, touch=False)
    page = screen.page
    await page.goto(stack.hub_url + "/", wait_until="domcontentloaded")
    await page.fill("#token", stack.setup_token)
    await page.fill("#username", "quantri")
    await page.fill("#password", PASSWORD)
    await page.fill("#again", PASSWORD)
    await page.get_by_role("button", name="Tạo tài khoản quản trị").click()
    await expect(page.get_by_text(SMALL.name).first).to_be_visible(timeout=30_000)
    await open_commands(page, stack)
    return screen


async def open_commands(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.hub_url}/sites/{SMALL.site}/commands", wait_until="domcontentloaded")


async def ended(page: Page, count: int, how: str = "Đã làm xong") -> None:
    await expect(page.locator("#part-given").get_by_text(how)).to_have_count(count, timeout=30_000)


def facts(site: SiteStack, kind: str) -> list[dict[str, object]]:
    return [row["body"] for row in edge_rows(site) if row["type"] == kind]


async def test_a_technician_far_away_tests_prints_rehearses_and_looks_inside(
    stack: Stack, site: SiteStack, browser: Browser
) -> None:
    screen = await at_the_commands(browser, stack)
    page = screen.page
    before = len(site.slip_records())

    await page.get_by_role("button", name="In thử").click()
    await ended(page, 1)
    await asyncio.to_thread(until, lambda: len(site.slip_records()) == before + 1)

    await page.get_by_role("button", name="Lấy tệp chẩn đoán").click()
    await ended(page, 2)
    link = page.get_by_text("Mở tệp kèm theo").first
    answer = await page.request.get(stack.hub_url + str(await link.get_attribute("href")))
    told = await answer.text()
    assert "printer" in told
    assert "journal_last_seq" in told
    secret = (site.folder / "state" / "rating-secret").read_bytes().hex()
    assert secret not in told
    assert answer.headers["content-type"].startswith("text/plain")

    drill = page.locator("form", has=page.locator("#code"))
    await drill.locator("select[name=component]").select_option("printer")
    await drill.locator("#code").select_option("paper_out")
    await drill.get_by_role("button").click()
    await ended(page, 3)
    told_by_site = await asyncio.to_thread(facts, site, "health.changed/1")
    assert [f["code"] for f in told_by_site if f.get("drill")] == ["paper_out"]

    taken = await asyncio.to_thread(facts, site, "command.taken/1")
    assert [(f["name"], f["actor"]) for f in taken] == [
        ("printer.test", "quantri"),
        ("diagnostics.collect", "quantri"),
        ("drill.start", "quantri"),
    ]
    assert screen.faults == []
    await asyncio.to_thread(check_all, stack, site)


async def test_what_an_office_cannot_do_comes_back_as_such_and_nothing_waits_for_one_that_is_away(
    stack: Stack, site: SiteStack, browser: Browser
) -> None:
    page = (await at_the_commands(browser, stack)).page
    drill = page.locator("form", has=page.locator("#code"))
    await drill.locator("select[name=component]").select_option("printer")
    await drill.locator("#code").select_option("frozen")
    await drill.get_by_role("button").click()
    await ended(page, 1, "Không làm được")

    token = await page.locator("input[name=proof]").first.get_attribute("value")
    await asyncio.to_thread(site.edge.stop)
    url = f"{stack.hub_url}/sites/{SMALL.site}/commands"

    async def refused() -> bool:
        form = {"name": "printer.test", "proof": str(token)}
        answer = await page.request.post(url, form=form, max_redirects=0)
        return answer.status == 409

    for _ in range(60):
        if await refused():
            break
        await asyncio.sleep(0.5)  # the hub hears of the goodbye over the broker
    assert await refused()
    await open_commands(page, stack)
    await expect(page.get_by_text("lệnh không được gửi")).to_be_visible()
    slips = len(site.slip_records())
    site.start_edge()
    await expect(page.get_by_text("lệnh không được gửi")).to_have_count(0, timeout=30_000)
    assert len(site.slip_records()) == slips
