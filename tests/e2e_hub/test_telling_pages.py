"""Directory and outbox at a desk and on a phone: WCAG 2.2 AA, nothing cut off."""

import pytest

from motcua_hub.store import directory
from motcua_hub.store.engine import reading
from support.hub_browser import SCREENS
from support.hub_seed import NOW
from support.telling import seed_telling

pytestmark = pytest.mark.browser

PAGES = {
    "directory": "/directory",
    "directory-unit": "/directory/units/3",
    "directory-who": "/directory/who?site=ben-thanh&class=hardware&severity=2&at=2026-11-23T10:50",
    "directory-nobody": "/directory/who?class=security&severity=1",
    "outbox": "/outbox",
    "outbox-dead": "/outbox/2",
}


@pytest.fixture
def told(show):
    seed_telling(show.engine, "ben-thanh", NOW)
    return show


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.usefixtures("told")
def test_every_page_of_telling_has_no_violation_and_fits(screens, size):
    screen = screens(SCREENS[size]).log_in()
    for name, path in PAGES.items():
        screen.open(path)
        assert "Lỗi của hệ thống" not in screen.page.title() + screen.page.inner_text("h1"), path
        screen.page.evaluate("document.fonts.ready")
        screen.shot(f"{name}-{size}")
        assert screen.violations() == [], path
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("told")
def test_pages_of_telling_reflow_on_a_screen_of_320_pixels(screens):
    screen = screens((320, 640)).log_in()
    for path in PAGES.values():
        screen.open(path)
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("show")
def test_an_empty_directory_is_filled_by_hand_from_nothing(screens):
    screen = screens(SCREENS["desktop"]).log_in()
    page = screen.open("/directory")
    page.fill("#unit-name", "Ban Quản lý Dự án Hạ tầng")
    page.fill("#unit-short", "BQLDA Hạ tầng")
    page.get_by_role("button", name="Thêm").first.click()
    page.get_by_role("link", name="Ban Quản lý Dự án Hạ tầng").first.click()
    page.fill("#new-name", "Trực kỹ thuật")
    page.fill("#new-phones", "0643.511935; 0643.511934")
    page.fill("#new-channels", "sms:0905111222; email:truc@example.vn")
    page.get_by_role("button", name="Thêm").click()
    page.get_by_text("0643.511934").wait_for()
    page = screen.open("/directory")
    page.select_option("#route-class", "hardware")
    page.select_option("#route-unit", "1")
    page.locator("form", has=page.locator("#route-tier")).get_by_role("button").click()
    page = screen.open("/directory/who?class=hardware&severity=1")
    assert "Trực kỹ thuật" in page.locator("main").inner_text()


@pytest.mark.usefixtures("told")
def test_a_units_order_is_written_down_by_keyboard_and_takes_effect(show, screens):
    screen = screens(SCREENS["desktop"]).log_in()
    page = screen.open("/directory/units/3")
    people = page.locator("#contact-1 option").all_inner_texts()
    page.focus("#contact-1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.select_option("#contact-2", label=people[1])
    page.fill("#wait-2", "12")
    page.get_by_role("button", name="Lưu thứ tự").press("Enter")
    page.wait_for_load_state("domcontentloaded")
    with reading(show.engine) as connection:
        held = directory.load(connection)
    names = {one.id: one.name for one in held.contacts}
    told = [(names[s.contact], s.wait_s) for s in sorted(held.steps, key=lambda s: s.position)]
    assert told == [(people[2], 0), (people[1], 720)]
    page = screen.open("/directory/who?class=hardware&severity=2&at=2026-11-23T09:00")
    rows = page.locator("main table tbody th").all_inner_texts()
    assert people[2] in rows[0]


@pytest.mark.usefixtures("told")
def test_what_is_wrong_with_a_step_is_said_and_nothing_is_changed(show, screens):
    screen = screens(SCREENS["phone"]).log_in()
    page = screen.open("/directory/units/3")
    page.select_option("#contact-1", index=1)
    page.fill("#wait-1", "mai")
    page.get_by_role("button", name="Lưu thứ tự").click()
    page.get_by_role("alert").get_by_text("thời gian chờ").wait_for()
    with reading(show.engine) as connection:
        assert directory.load(connection).steps == ()
