"""Reports, calendars, planned work and the public page in a browser: WCAG 2.2 AA, fits a phone."""

import pytest

from motcua_hub.reporting import making
from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store import plans
from motcua_hub.store.engine import reading
from support.hub_browser import SCREENS, Screen
from support.hub_seed import ADMIN, NOW
from support.reported_hub import seed_all, seed_public

pytestmark = pytest.mark.browser
PAGES = {
    "reports": "/reports",
    "report": "/reports/TGHD-2026-0001",
    "report-old": "/reports/TGHD-2026-0001/1",
    "report-check": "/reports/TGHD-2026-0001/2/check",
    "report-trace": "/reports/TGHD-2026-0001/1/trace/srv-01",
    "report-trace-unknown": "/reports/TGHD-2026-0001/1/trace/one-stop",
    "report-line": "/reports/TGHD-2026-0001/2/lines/units/Trung tâm CNTT",
    "report-asked": "/reports/asked/1",
    "report-compare": "/reports/TGHD-2026-0001/compare?a=1&b=2",
    "report-settings": "/reports/settings",
    "public-settings": "/reports/public",
    "windows": "/windows",
    "calendar": "/calendar/2026",
    "calendar-unofficial": "/calendar/2027",
    "status": "/status",
}


@pytest.fixture
def reported(show, monkeypatch):
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")
    seed_all(show)
    seed_public(show)
    return show


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.usefixtures("reported")
def test_every_page_has_no_violation_and_fits(screens, size):
    screen = screens(SCREENS[size]).log_in()
    for name, path in PAGES.items():
        screen.open(path)
        screen.page.evaluate("document.fonts.ready")
        screen.shot(f"{name}-{size}")
        assert screen.violations() == [], name
        assert screen.overflow() <= 0, name


@pytest.mark.usefixtures("reported")
def test_a_figure_leads_to_its_evidence_by_clicking(screens):
    page = screens().log_in().open("/reports/TGHD-2026-0001/1")
    page.locator(".part-outages").get_by_role("link", name="Máy chủ ứng dụng").first.click()
    page.wait_for_url("**/trace/srv-01#at-*")
    piece = page.locator("article:target, article:has(:target)")
    assert "Mất điện" in piece.inner_text()
    assert "Thăm dò" in piece.inner_text()
    page.get_by_role("link", name="Báo cáo TGHD-2026-0001, phiên bản 1").click()
    page.wait_for_url("**/reports/TGHD-2026-0001/1")


def test_who_waits_for_a_report_is_taken_to_it_when_it_is_there(reported, screens):
    screen = screens().log_in()
    page = screen.open("/reports/asked/1")
    assert page.get_by_text("Đang chờ đến lượt").is_visible()
    list(Schedule(reported.engine).answer(NOW))
    page.wait_for_url("**/reports/TGHD-2026-0002/1", timeout=15_000)
    assert page.get_by_role("heading", name="TGHD-2026-0002").is_visible()
    assert screen.violations() == []


@pytest.mark.parametrize("size", SCREENS)
def test_an_old_public_page_looks_like_what_nobody_knows(reported, browser, served, size):
    reported.clock.now += 3 * 60_000
    screen = Screen(browser, served.url, SCREENS[size])
    page = screen.open("/status")
    assert page.get_by_text("Hiện không biết các dịch vụ").is_visible()
    screen.shot(f"status-old-{size}")
    assert screen.violations() == []
    assert screen.overflow() <= 0
    screen.close()


@pytest.mark.usefixtures("reported")
def test_pages_reflow_on_a_screen_of_320_pixels(screens):
    screen = screens((320, 640)).log_in()
    for path in PAGES.values():
        screen.open(path)
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("reported")
def test_everything_folded_opens_and_stays_accessible(screens):
    screen = screens(SCREENS["phone"]).log_in()
    for path in ("/reports/TGHD-2026-0001", "/windows", "/status"):
        screen.open(path)
        screen.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert screen.violations() == [], path
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("reported")
def test_the_public_page_needs_no_script_and_no_account(browser, served):
    screen = Screen(browser, served.url, SCREENS["phone"], java_script_enabled=False)
    page = screen.open("/status")
    assert page.get_by_role("heading", level=1).inner_text() == "Trạng thái dịch vụ"
    assert page.get_by_text("Cổng dịch vụ công", exact=True).is_visible()
    page.get_by_text("Những ngày có gián đoạn").first.click()
    assert page.get_by_text("17/11/2026: gián đoạn 40 phút").is_visible()
    assert page.context.cookies() == []
    screen.close()


@pytest.mark.usefixtures("reported")
def test_the_public_page_keeps_its_bars_in_forced_colours(browser, served):
    screen = Screen(browser, served.url, SCREENS["desktop"], forced_colors="active")
    page = screen.open("/status")
    seen = page.evaluate(
        "[...document.querySelectorAll('.days .up, .days .down')].map("
        "e => getComputedStyle(e).backgroundColor)"
    )
    assert len(set(seen)) == 2
    screen.shot("status-forced-colours")
    screen.close()


def test_two_people_agree_to_a_window_by_clicking(reported, screens):
    screen = screens().log_in()
    page = screen.open("/windows")
    waiting = page.locator("#window-3")
    waiting.get_by_role("button", name="Duyệt").click()
    page.wait_for_url("**/windows#window-3")
    assert page.locator("#window-3").get_by_text("Đã duyệt").first.is_visible()
    with reading(reported.engine) as connection:
        assert plans.window(connection, 3).approved_by == ADMIN
