"""The hub's pages in Chromium, served as in earnest by waitress."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from motcua_hub.config import WebSection
from motcua_hub.web.server import WebServer
from support.hub_seed import ADMIN, PASSWORD, HubWeb

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
CHROMIUM = os.environ.get("MOTCUA_CHROMIUM", "/usr/bin/chromium")
SCREENS = {"desktop": (1366, 768), "phone": (390, 844)}
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# what is in order is not written out: that takes as long as looking
_AXE = {"runOnly": _TAGS, "resultTypes": ["violations"]}
_EXPECTED = "Failed to load resource"


class Served:
    """A hub behind waitress; `stop` takes it away while pages are open."""

    def __init__(self, hub: HubWeb) -> None:
        self.hub = hub
        self._server = WebServer(hub.app, WebSection(port=0, threads=4))
        self._thread = threading.Thread(target=self._server.run, name="hub-pages")
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.port}"

    def stop(self) -> None:
        self._server.close()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not end"


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Screen:
    """A page of one visitor, with everything that went wrong on it."""

    def __init__(self, browser: Browser, url: str, size: tuple[int, int], **more: object) -> None:
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            base_url=url,
            reduced_motion="reduce",
            **more,
        )
        self.page: Page = self._context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and _EXPECTED not in message.text:
            self.faults.append(message.text)

    def log_in(self) -> "Screen":
        self.page.goto("/login")
        self.page.fill("#username", ADMIN)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.primary")
        self.page.wait_for_url("**/")
        return self

    def open(self, path: str) -> Page:
        self.page.goto(path, wait_until="domcontentloaded")
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA."""
        results = Axe().run(self.page, options=_AXE)
        return [
            f"{found['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for found in results.response["violations"]
            for node in found["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def shot(self, name: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"hub-{name}.png", full_page=True)

    def close(self) -> None:
        self._context.close()
