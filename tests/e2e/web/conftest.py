"""Chromium, an office, and hands: each test gets its own of all three."""

import pytest
import pytest_asyncio

from support.browser import browser, new_screen, open_page, serving
from support.webapp import Office

__all__ = ["browser"]


@pytest.fixture
def office():
    return Office()


@pytest_asyncio.fixture(loop_scope="session")
async def base(office):
    async with serving(office) as base:
        yield base


@pytest_asyncio.fixture(loop_scope="session")
async def screen(browser, base):
    """Open a page on a screen of some size."""
    opened = []

    async def screen(path, size, *, touch=True, context=None):
        shown = await new_screen(browser, size, touch=touch, context=context)
        opened.append(shown)
        await open_page(shown, base + path)
        return shown

    yield screen
    for shown in opened:
        await shown.page.context.close()
    assert [fault for shown in opened for fault in shown.faults] == []
