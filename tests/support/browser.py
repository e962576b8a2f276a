"""Chromium against an office's real pages, with touch, and axe-core."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from motcua_edge.web.server import build_app, build_runner
from support.webapp import Office

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
KIOSK = (1080, 1920)
BOARD = (1920, 1080)
COUNTER = (1366, 768)
PHONE = (390, 844)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# what is in order is not written out: that takes as long as looking
_AXE = {"runOnly": _TAGS, "resultTypes": ["violations"]}
_CHROMIUM = os.environ.get("MOTCUA_CHROMIUM", "/usr/bin/chromium")


@asynccontextmanager
async def serving(office: Office, **changes: object) -> AsyncIterator[str]:
    """The office's pages on loopback; yields the base URL."""
    runner = build_runner(build_app(office.deps(**changes)))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a session; each test opens contexts of its own."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        await chromium.close()


class Screen:
    """A page, with everything that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: object) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    async def shot(self, name: str) -> None:
        """A screenshot for eyes; only under tests/artifacts."""
        ARTIFACTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=ARTIFACTS / f"{name}.png")

    async def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA, with the elements."""
        results = await Axe().run(self.page, options=_AXE)
        return [
            f"{found['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for found in results.response["violations"]
            for node in found["nodes"]
        ]

    async def clipped(self) -> list[str]:
        """Elements whose text is wider than their box, or that stick out of the screen."""
        return await self.page.evaluate(_CLIPPED)


_CLIPPED = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [];
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    const s = getComputedStyle(e);
    if (s.position === 'absolute' || e.closest('.sr, svg, option')) continue;
    const r = e.getBoundingClientRect();
    if (!r.width || !r.height) continue;
    const name = e.tagName + '.' + e.className + ' ' + (e.textContent || '').slice(0, 30);
    if (r.right > wide + 1 || r.left < -1) out.push('outside: ' + name);
    const cut = s.overflowX === 'hidden' || e.tagName === 'BUTTON';
    if (cut && e.scrollWidth > e.clientWidth + 2) out.push('cut: ' + name);
  }
  return out;
}"""


async def new_screen(
    browser: Browser,
    size: tuple[int, int],
    *,
    touch: bool = True,
    context: BrowserContext | None = None,
) -> Screen:
    """A fresh browser context (its own cookies) of a size, in Vietnam."""
    if context is None:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=touch,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    return Screen(page)


async def open_page(screen: Screen, url: str) -> None:
    """Go there; pages with streams never become idle."""
    await screen.page.goto(url, wait_until="domcontentloaded")
