"""Every page, at a desk and on a phone: WCAG 2.2 AA, nothing cut off, nothing foreign."""

import pytest

from support.hub_browser import SCREENS

pytestmark = pytest.mark.browser

PAGES = {
    "overview": "/",
    "overview-none": "/?q=xyz",
    "overview-rows": "/?view=rows",
    "morning": "/morning",
    "devices": "/sites/ben-thanh/devices",
    "devices-silent": "/sites/na-son/devices",
    "device-printer": "/sites/ben-thanh/devices/printer",
    "device-ups": "/sites/ben-thanh/devices/ups?range=30d",
    "device-registered": "/sites/ben-thanh/devices/asset-2",
    "registry": "/registry",
    "registry-site": "/sites/ben-thanh/registry",
    "registry-edit": "/sites/ben-thanh/registry/1",
    "definitions": "/definitions",
    "site": "/sites/ben-thanh",
    "site-silent": "/sites/na-son",
    "site-new": "/sites/moi-lap",
    "commands": "/sites/ben-thanh/commands",
    "commands-silent": "/sites/na-son/commands",
    "timeline": "/sites/ben-thanh/events",
    "incidents": "/incidents?all=1",
    "about": "/about",
    "not-found": "/nothing-here",
}


def check(screen, name):
    screen.shot(name)
    assert screen.violations() == []
    assert screen.overflow() <= 0


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.usefixtures("show")
def test_every_page_has_no_violation_and_fits(screens, size):
    screen = screens(SCREENS[size]).log_in()
    for name, path in PAGES.items():
        screen.open(path)
        screen.page.evaluate("document.fonts.ready")
        check(screen, f"{name}-{size}")


@pytest.mark.parametrize("size", SCREENS)
def test_setup_and_login_have_no_violation(hub, screens, size):
    screen = screens(SCREENS[size])
    screen.open("/setup")
    check(screen, f"setup-{size}")
    hub.admin()
    screen.open("/login")
    check(screen, f"login-{size}")
    screen.page.fill("#username", "nobody")
    screen.page.fill("#password", "sai mật khẩu")
    screen.page.click("button.primary")
    screen.page.get_by_role("alert").wait_for()
    check(screen, f"login-wrong-{size}")


@pytest.mark.usefixtures("show")
def test_a_raw_event_can_be_opened_and_stays_accessible(screens):
    screen = screens(SCREENS["phone"]).log_in()
    page = screen.open("/sites/ben-thanh/events")
    page.locator("summary").first.click()
    assert "Chứng thực" in page.locator("pre").first.inner_text()
    check(screen, "timeline-raw-phone")


@pytest.mark.usefixtures("show")
def test_pages_reflow_on_a_screen_of_320_pixels(screens):
    screen = screens((320, 640)).log_in()
    for path in PAGES.values():
        screen.open(path)
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("show")
def test_the_planted_fault_is_found(screens):
    screen = screens().log_in()
    screen.page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x>')"
    )
    assert any("image-alt" in fault for fault in screen.violations())


@pytest.mark.usefixtures("show")
def test_everything_a_page_loads_comes_from_the_hub(screens, served):
    screen = screens().log_in()
    asked = []
    screen.page.on("request", lambda request: asked.append(request.url))
    for path in PAGES.values():
        screen.open(path)
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith(served.url)] == []
    loaded = screen.page.evaluate(
        "document.fonts.ready.then(f => [...f].filter(o => o.status === 'loaded').length)"
    )
    assert loaded > 0
    assert screen.page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ườ')")


@pytest.mark.usefixtures("show")
def test_the_keyboard_reaches_the_content_first(screens):
    screen = screens().log_in()
    screen.page.keyboard.press("Tab")
    focused = "document.activeElement.textContent.trim()"
    assert screen.page.evaluate(focused) == "Đến nội dung chính"
    screen.page.keyboard.press("Enter")
    assert screen.page.evaluate("document.activeElement.id") == "main"
