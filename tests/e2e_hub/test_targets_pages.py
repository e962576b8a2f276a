"""Pages of targets, at a desk and on a phone: WCAG 2.2 AA, nothing cut off."""

import pytest

from support.hub_browser import SCREENS
from support.ledger_show import PORTAL, seed_ledger

pytestmark = pytest.mark.browser

PAGES = {
    "targets": "/targets",
    "targets-none": "/targets?carrier=nobody",
    "target-month": f"/targets/{PORTAL}?span=month",
    "target-quarter": f"/targets/{PORTAL}?span=quarter&as_of=2026-11-10",
    "target-year": f"/targets/{PORTAL}?span=year",
    "target-day": "/targets/ben-thanh.link?span=day",
    "target-silent": "/targets/ben-thanh.pi",
    "target-new": "/targets/new",
    "target-edit": f"/targets/{PORTAL}/edit",
    "vantages": "/vantages",
}


@pytest.fixture
def ledger(show):
    seed_ledger(show)
    return show


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.usefixtures("ledger")
def test_pages_of_targets_have_no_violation_and_fit(screens, size):
    screen = screens(SCREENS[size]).log_in()
    for name, path in PAGES.items():
        screen.open(path)
        screen.page.evaluate("document.fonts.ready")
        screen.shot(f"{name}-{size}")
        assert screen.violations() == []
        assert screen.overflow() <= 0, path


@pytest.mark.usefixtures("ledger")
def test_pages_of_targets_reflow_at_320_pixels_with_their_forms_open(screens):
    screen = screens((320, 640)).log_in()
    for path in PAGES.values():
        page = screen.open(path)
        for each in page.locator("details > summary").all():
            each.click()
        assert screen.overflow() <= 0, path
        assert screen.violations() == []
