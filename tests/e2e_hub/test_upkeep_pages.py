"""Notices and maintenance in a browser: readable by everybody, and usable on a phone."""

import pytest

from support.hub_browser import SCREENS
from support.hub_seed import ADMIN
from support.outages import another, rows, seed_upkeep

pytestmark = pytest.mark.browser

PAGES = {
    "notices": "/notices",
    "notice-draft": "/notices/2",
    "notice-sent": "/notices/1",
    "notice-recipients": "/notices/recipients",
    "maintenance": "/maintenance",
    "maintenance-device": "/maintenance/9",
    "maintenance-check": "/maintenance/10/check",
    "maintenance-minutes": "/maintenance/records/2",
    "maintenance-models": "/maintenance/models",
    "maintenance-plan": "/maintenance/plan/2027",
    "maintenance-policy": "/maintenance/policy",
    "holds": "/holds",
}


@pytest.fixture
def links(show):
    return seed_upkeep(show)


def check(screen, name):
    screen.shot(name)
    assert screen.violations() == []
    assert screen.overflow() <= 0


@pytest.mark.parametrize("size", SCREENS)
def test_every_page_has_no_violation_and_fits(links, screens, size):
    stranger = screens(SCREENS[size])
    stranger.open(links[0])
    check(stranger, f"notice-read-{size}")
    screen = screens(SCREENS[size]).log_in()
    for name, path in PAGES.items():
        screen.open(path)
        screen.page.evaluate("document.fonts.ready")
        check(screen, f"{name}-{size}")


@pytest.mark.usefixtures("links")
def test_pages_reflow_on_a_screen_of_320_pixels(screens):
    screen = screens((320, 640)).log_in()
    for path in PAGES.values():
        screen.open(path)
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("links")
def test_a_technician_fills_a_checklist_on_a_phone_and_signs_it(show, screens):
    screen = screens(SCREENS["phone"]).log_in()
    page = screen.open("/maintenance/10/check")
    page.locator("label.choice", has_text="Đạt").first.click()
    page.locator("input[name=item-alarm][value=yes]").check()
    page.fill("#item-runtime", "12")
    page.fill("#technician", "Trần Văn Cường")
    page.locator("button.primary").click()
    page.wait_for_url("**/maintenance/records/*")
    assert "Không đạt" in page.locator(".site-head").inner_text()
    check(screen, "maintenance-unsigned-phone")
    page.locator("button.primary").click()
    page.get_by_text("Biên bản số").first.wait_for()
    record = rows(show.engine, "servicing")[-1]
    assert (record["asset"], record["state"], record["result"]) == (10, "signed", "fail")
    assert record["incident"] is not None


@pytest.mark.usefixtures("links")
def test_what_is_wrong_is_told_at_its_field(screens):
    screen = screens(SCREENS["phone"]).log_in()
    page = screen.open("/maintenance/10/check")
    page.evaluate("document.querySelector('form.checklist').noValidate = true")
    page.fill("#item-runtime", "mười")
    page.locator("button.primary").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("#item-runtime").get_attribute("aria-invalid") == "true"
    assert page.locator("#item-runtime").input_value() == "mười"
    check(screen, "maintenance-check-wrong-phone")


def test_a_person_edits_another_approves_and_a_recipient_presses(show, links, screens):
    screen = screens().log_in()
    page = screen.open("/notices/2")
    page.fill("#body", "Đường truyền bị gián đoạn.\nĐề nghị phối hợp.")
    page.get_by_role("button", name="Lưu bản sửa").click()
    page.get_by_text("không được tự duyệt một mình").wait_for()
    assert rows(show.engine, "notice")[1]["written_by"] == ADMIN
    other = another(show, "giam-doc")
    proof = page.locator("form[action$='/edit'] input[name=proof]").get_attribute("value")
    assert other.post("/notices/2/approve", data={"proof": proof}).status_code == 400
    stranger = screens(SCREENS["phone"])
    opened = stranger.open(links[2])
    opened.get_by_role("button", name="Xác nhận đã đọc").click()
    opened.get_by_text("Đã xác nhận đọc lúc").wait_for()
    check(stranger, "notice-confirmed-phone")
    read = [row["read_how"] for row in rows(show.engine, "notice_delivery")]
    assert read == [None, "page", "page", None]
