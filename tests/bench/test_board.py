"""P2: from the officer's `next` to the changed board, beside a bare event stream in Chromium.

Both are measured inside the page, by one clock: a fetch leaves, the DOM changes.
"""

import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bench.officer import COUNTER, finish, seated
from demo.client import OfficeClient
from demo.offices import OFFICES
from demo.processes import Program, free_port
from demo.stack import Stack, running
from support.browser import BOARD, new_screen
from support.ratios import at, record, record_alone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]
ROUNDS = 40
_TIMED = """async ([url, token]) => {
  const place = document.getElementById("invite");
  const changed = new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()); });
    watch.observe(place, { childList: true, subtree: true, characterData: true });
  });
  const begun = performance.now();
  const answer = await fetch(url, {
    method: "POST", body: "{}",
    headers: { "Content-Type": "application/json", "Authorization": `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await changed) - begun;
}"""


async def opened(browser: Browser, url: str) -> Page:
    screen = await new_screen(browser, BOARD)
    await screen.page.goto(url, wait_until="domcontentloaded")
    await screen.page.wait_for_selector("#invite > *, #invite:not(:empty)")
    return screen.page


async def compare(browser: Browser, office_url: str, bare_url: str) -> tuple[list[float], ...]:
    """Both, in turns."""
    ours, bare = [], []
    async with OfficeClient(office_url) as client:
        seat = await seated(client, ROUNDS)
        board = await opened(browser, f"{office_url}/board")
        plain = await opened(browser, bare_url)
        for _ in range(ROUNDS):
            bare.append(await plain.evaluate(_TIMED, [f"{bare_url}/put", ""]))
            url = f"{office_url}/api/v1/counters/{COUNTER}/next"
            ours.append(await board.evaluate(_TIMED, [url, seat.session]))
            await finish(client, seat)
    return ours, bare


async def test_a_call_on_the_board_beside_a_bare_event_stream(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    script = str(Path(__file__).with_name("bare_stream.py"))
    server = Program("bare", [sys.executable, script, str(port)], tmp_path / "bare.log")
    with running(Stack(tmp_path / "province", [OFFICES[0]])) as stack:
        server.start()
        server.wait_port(port)
        try:
            site = stack.sites[OFFICES[0].site]
            ours, bare = await compare(browser, site.url, f"http://127.0.0.1:{port}")
        finally:
            server.stop()
    p50, bare_p50 = at(ours, 0.5), at(bare, 0.5)
    record("P2", "call to changed board, p50", ours=p50, bare=bare_p50, unit="ms", reach="<= 10")
    record_alone(
        "P2", "call to changed board, p95", ours=at(ours, 0.95), unit="ms", reach="<= 100 ms"
    )
    assert len(ours) == len(bare) == ROUNDS
