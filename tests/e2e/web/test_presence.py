"""Displays and kiosks say by themselves that they are there, paint and are touched."""

import pytest

from support.browser import BOARD, KIOSK
from support.waiting import until_async

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_display_and_a_kiosk_say_that_they_paint_and_when_they_were_touched(screen, office):
    beats = office.log.beats
    await screen("/board?screen=hall", BOARD, touch=False)
    kiosk = await screen("/kiosk", KIOSK)
    await until_async(lambda: {"display-hall", "kiosk"} <= set(beats))
    assert all(painted < 10_000 for painted, _ in beats.values())
    assert beats["kiosk"][1] is None
    await kiosk.page.touchscreen.tap(5, 5)
    beats.clear()
    await until_async(lambda: "kiosk" in beats)
    assert beats["kiosk"][1] < 20_000
