"""Each fault of the demo is on the technician's page within 15 s of real time, and so is its end.

The page is the hub's overview in Chromium, opened once and never reloaded. A fault counts from the
moment before it is made; its end from the moment when the cause is gone: a controller that was
without power has started again, a broker listens. One fault of each office here; `make faults`
goes through all of them.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from demo.__main__ import province
from demo.faults import SOON_S, Fault, all_faults
from demo.offices import OFFICES
from demo.people import OfficePeople
from demo.processes import Program, python
from demo.stack import Stack, running
from demo.technician import NAME, PASSWORD
from motcua_contract.faults import find
from support.browser import COUNTER, Screen, new_screen
from support.faults import full, tell
from support.tree import ROOT
from support.waiting import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]
Took = tuple[float, float]
"""Seconds until a fault was on the page, and until it was gone."""
TOOLS: Final = ROOT / "tools"
SAMPLE: Final = ("display_silent", "pad_pulled", "link_cut")
"""The slowest of each office: those that are told by silence."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(province(tmp_path / "province")) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def people(stack: Stack) -> AsyncIterator[None]:
    """Whom a silent loudspeaker is noticed by."""
    everybody = [
        OfficePeople(site.office, site.url, 30, seed)
        for seed, site in enumerate(stack.sites.values())
    ]
    tasks = [asyncio.create_task(each.run()) for each in everybody]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="session")
async def overview(browser: Browser, stack: Stack) -> AsyncIterator[Screen]:
    screen = await new_screen(browser, COUNTER, touch=False)
    page = screen.page
    await page.goto(stack.hub_url + "/", wait_until="domcontentloaded")
    fields = {"token": stack.setup_token, "username": NAME, "password": PASSWORD, "again": PASSWORD}
    for name, text in fields.items():
        await page.fill(f"#{name}", text)
    await page.get_by_role("button", name="Tạo tài khoản quản trị").click()
    await expect(page.get_by_text(OFFICES[0].name).first).to_be_visible(timeout=30_000)
    yield screen
    await page.context.close()
    assert screen.faults == []


def marks(fault: Fault) -> list[str]:
    """What on the page says so, as selectors; the first one tells it, all are gone at its end."""
    if fault.component == "hub":
        return ["#part-deaf .banner", "[id^=duty-][id$=-link]"]
    if fault.component == "link":
        row = f"#row-{fault.site} .tile-states .state.{fault.code}"
        # an office that is heard again tells of the outage for a moment
        return [row, f"#duty-{fault.site}-link", f"#duty-{fault.site}-ups"]
    return [f"#duty-{fault.site}-{fault.component}"]


async def shown(page: Page, fault: Fault) -> float:
    """Make the fault; seconds until it is on the page."""
    began = time.monotonic()
    await asyncio.to_thread(fault.begin)
    mark = page.locator(marks(fault)[0])
    await expect(mark).to_have_count(1, timeout=2 * SOON_S * 1000)
    seen = time.monotonic() - began
    known = find(fault.component, fault.code)
    if known is not None and fault.component != "link":
        await expect(mark).to_contain_text(known.card.title)
    return seen


async def gone(page: Page, fault: Fault) -> float:
    """Mend it; seconds until nothing on the page says so any more."""
    await asyncio.to_thread(fault.mend)
    began = time.monotonic()
    for mark in marks(fault):
        await expect(page.locator(mark)).to_have_count(0, timeout=2 * SOON_S * 1000)
    return time.monotonic() - began


async def one_after_the_other(page: Page, faults: Sequence[Fault]) -> dict[str, Took]:
    took = {}
    for fault in faults:
        took[fault.name] = (await shown(page, fault), await gone(page, fault))
        tell(f"{fault.name:<15} {took[fault.name][0]:5.1f} s {took[fault.name][1]:5.1f} s")
    return took


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.usefixtures("people")
async def test_every_fault_and_its_end_is_on_the_page_within_15_s(
    stack: Stack, overview: Screen
) -> None:
    page = overview.page
    for office in OFFICES:
        ok = page.locator(f"#row-{office.site}.ok")
        await expect(ok).to_have_count(1, timeout=60_000)
    known = all_faults(stack)
    chosen = [fault for fault in known if full() or fault.name in SAMPLE]
    assert {fault.name for fault in chosen} >= set(SAMPLE)
    by_office = [[f for f in chosen if f.site == office.site] for office in OFFICES]
    found = await asyncio.gather(*(one_after_the_other(page, faults) for faults in by_office))
    of_all = await one_after_the_other(page, [f for f in chosen if not f.site])
    seconds = {name: both for each in (*found, of_all) for name, both in each.items()}
    late = {name: both for name, both in seconds.items() if max(both) > SOON_S}
    assert late == {}
    assert len(seconds) == len(chosen)
    assert len({fault.name for fault in known}) == len(known) >= 11


def test_the_demo_says_itself_when_the_page_tells(tmp_path: Path) -> None:
    """The program that `make demo FAULTS=1` starts, for one fault and its end."""
    options = (
        "--faults",
        "--only",
        "paper_out",
        "--fault-every",
        "1",
        "--dir",
        str(tmp_path / "d"),
    )
    demo = Program("demo", python("demo", *options), tmp_path / "log", {"PYTHONPATH": str(TOOLS)})
    demo.start()
    try:
        until(lambda: "gone from" in demo.log.read_text() or not demo.running, within=120)
    finally:
        ended = demo.stop(within=60)
    said = demo.log.read_text()
    seconds = re.findall(r"(?:on|gone from) the hub's page after ([0-9.]+) s", said)
    assert len(seconds) >= 2, said
    assert max(map(float, seconds)) <= SOON_S, said
    assert (ended, said.strip().splitlines()[-1]) == (0, "everything is stopped"), said
