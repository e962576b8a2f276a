"""Cameras on the screens: the notices, and what a technician does with pictures."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from motcua_contract.facts.camera import PictureTaken, ReferenceRenewed
from motcua_edge.app.with_cameras import build_cameras
from motcua_edge.config import AgentConfig
from motcua_edge.config_cameras import CameraSection
from motcua_edge.drivers.camera import FakeCamera
from motcua_edge.services.health import HealthBook
from support.browser import BOARD, COUNTER, KIOSK, PHONE, new_screen, open_page, serving
from support.waiting import until_async
from support.webapp import PIN, Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOTICES = {
    "/kiosk": "Khu vực có camera giám sát, không ghi âm.",
    "/board": "Khu vực có camera giám sát",
}


@pytest_asyncio.fixture(loop_scope="session")
async def filmed(office: Office, tmp_path: Path):
    """The pages of an office with a camera."""
    agent = AgentConfig(
        site="q1-ben-nghe",
        device="pi-1",
        site_file="",
        state_dir=str(tmp_path),
        cameras=(CameraSection(name="hall", source="rtsp://10.0.0.9/"),),
    )
    health = HealthBook(office.service)
    built = build_cameras(agent, office.service, health, lambda _: FakeCamera())
    await built.cameras._watchers["camera-hall"].step()
    async with serving(office, cameras=built.cameras) as base:
        yield base


@pytest.mark.parametrize(("path", "size"), [("/kiosk", KIOSK), ("/board", BOARD)])
async def test_people_read_that_they_are_filmed(browser, filmed, path, size):
    shown = await new_screen(browser, size, touch=True)
    await open_page(shown, filmed + path)
    await expect(shown.page.get_by_text(NOTICES[path]).first).to_be_visible()
    await shown.shot(f"{path[1:]}-filmed")
    assert await shown.violations() == []
    assert await shown.clipped() == []
    await shown.page.context.close()


@pytest.mark.parametrize(("path", "size"), [("/kiosk", KIOSK), ("/board", BOARD)])
async def test_without_cameras_no_screen_claims_any(screen, path, size):
    shown = await screen(path, size)
    await expect(shown.page.get_by_text("camera")).to_have_count(0)


@pytest.mark.parametrize(("size", "name"), [(COUNTER, "cameras"), (PHONE, "cameras-phone")])
async def test_a_technician_takes_a_picture_with_a_reason_and_learns_anew(
    browser, filmed, office, size, name
):
    shown = await new_screen(browser, size, touch=True)
    page = shown.page
    await open_page(shown, f"{filmed}/technician")
    await page.fill("#officer", "tuan")
    await page.fill("#pin", PIN)
    await page.click("button[type=submit]")
    await page.click("#picture-camera-hall")
    await page.fill("dialog input[name=reason]", "kiểm tra sau sửa chữa")
    await page.click("dialog button[type=submit]")
    link = page.locator("a[href*='/pictures/camera-hall/']")
    await expect(link).to_have_count(1)
    await shown.shot(f"technician-{name}")
    assert await shown.violations() == []
    assert await shown.clipped() == []
    answer = await page.request.get(filmed + str(await link.get_attribute("href")))
    assert answer.headers["content-type"] == "image/jpeg"
    (fact,) = [f for f in office.journal.facts if isinstance(f, PictureTaken)]
    assert (fact.actor, fact.reason) == ("tuan", "kiểm tra sau sửa chữa")
    await page.click("#relearn-camera-hall")
    await until_async(lambda: any(isinstance(f, ReferenceRenewed) for f in office.journal.facts))
    await page.context.close()
