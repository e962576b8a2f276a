"""Incidents in a browser, at a desk and on a technician's phone."""

import pytest

from support.hub_browser import SCREENS
from support.incident_show import seed_incidents

pytestmark = pytest.mark.browser


def check(screen, name):
    screen.page.evaluate("document.fonts.ready")
    screen.shot(name)
    assert screen.violations() == []
    assert screen.overflow() <= 0


@pytest.mark.parametrize("size", [*SCREENS, "tiny"])
def test_every_page_of_incidents_has_no_violation_and_fits(show, screens, size):
    seeded = seed_incidents(show)
    screen = screens(SCREENS.get(size, (320, 640))).log_in()
    pages = {
        "incidents-open": "/incidents",
        "incidents-all": "/incidents?tab=all&site=ben-thanh",
        "incidents-none": "/incidents?tab=restored",
        "incident-link": f"/incidents/{seeded['link']}",
        "incident-fault": f"/incidents/{seeded['fault']}",
        "incident-news": f"/incidents/{seeded['news']}",
        "incident-print": f"/incidents/{seeded['link']}/print",
    }
    for name, path in pages.items():
        screen.open(path)
        check(screen, f"{name}-{size}")


def test_a_technician_takes_it_on_mends_it_and_hears_why_it_cannot_be_closed(show, screens):
    seeded = seed_incidents(show)
    screen = screens(SCREENS["phone"]).log_in()
    page = screen.open(f"/incidents/{seeded['fault']}")
    page.get_by_role("button", name="Nhận việc").click()
    page.get_by_role("button", name="Bắt đầu khắc phục").click()
    page.get_by_text("Đang khắc phục").first.wait_for()
    page.locator("summary", has_text="Đã khắc phục").click()
    page.locator("#fix-words").fill("Đã thay cuộn giấy 80 mm")
    page.locator("details[open] button").click()
    page.get_by_text("Đã thay cuộn giấy 80 mm").first.wait_for()
    page.locator("summary", has_text="Đóng sự cố").click()
    page.locator("details[open] button").click()
    page.get_by_role("alert").get_by_text("Vẫn đang mất").wait_for()
    check(screen, "incident-refused-phone")


def test_paper_shows_no_buttons(show, screens):
    seeded = seed_incidents(show)
    screen = screens().log_in()
    page = screen.open(f"/incidents/{seeded['link']}/print")
    page.emulate_media(media="print")
    assert page.locator("form:visible").count() == 0
    assert page.get_by_text("HP-2026-004711").first.is_visible()
