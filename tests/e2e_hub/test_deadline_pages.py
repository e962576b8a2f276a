"""Deadlines are decided on a page, by keyboard, at a desk and on a phone."""

import pytest

from motcua_hub.domain.incident.promises import HOUR, MINUTE, Scope, Term
from motcua_hub.store import promises
from motcua_hub.store.engine import reading, writing
from support.hub_browser import SCREENS
from support.hub_seed import NOW
from support.telling import seed_telling

pytestmark = pytest.mark.browser
PAGE = "/incidents/deadlines"


@pytest.fixture
def decided(show):
    """A contract of the carrier, and a decision that comes."""
    seed_telling(show.engine, "ben-thanh", NOW)
    contract = tuple(
        Term(severity=n, acknowledge=10 * MINUTE, repair=n * 2 * HOUR, clock=True) for n in (1, 2)
    )
    whole = (
        Term(severity=1, acknowledge=10 * MINUTE, repair=2 * HOUR, clock=True),
        Term(severity=2, acknowledge=30 * MINUTE, repair=6 * HOUR),
        Term(severity=3, acknowledge=4 * HOUR, repair=24 * HOUR),
    )
    with writing(show.engine) as connection:
        for scope, terms, day, why in (
            (Scope(unit=4), contract, "2026-11-23", "Hợp đồng 12/2026/HĐ-VT"),
            (Scope(), whole, "2026-12-01", "Quyết định 45/QĐ-UBND"),
        ):
            promises.promise(
                connection, scope, terms, why, day=day, after=None, now=NOW, by="quantri"
            )
    return show


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.usefixtures("decided")
def test_the_page_has_no_violation_and_fits(screens, size):
    screen = screens(SCREENS[size]).log_in()
    screen.open(PAGE)
    screen.page.evaluate("document.fonts.ready")
    screen.shot(f"deadlines-{size}")
    assert screen.violations() == []
    assert screen.overflow() <= 0


@pytest.mark.usefixtures("decided")
def test_it_reflows_on_a_screen_of_320_pixels(screens):
    screen = screens((320, 640)).log_in()
    screen.open(PAGE)
    assert screen.overflow() <= 0


def test_a_decision_is_made_by_keyboard_alone(show, screens):
    screen = screens(SCREENS["desktop"]).log_in()
    page = screen.open(PAGE)
    page.focus("#ack-1")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "reason":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Quyết định 7")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Quyết định 7").first.wait_for()
    with reading(show.engine) as connection:
        [made] = promises.load(connection).versions
    assert made.scope.everything
    assert [one.acknowledge // MINUTE for one in made.terms] == [20, 30, 240]


def test_what_cannot_be_is_said_above_the_form_and_nothing_is_lost(show, screens):
    screen = screens(SCREENS["desktop"]).log_in()
    page = screen.open(PAGE)
    page.fill("#ack-1", "9")
    page.select_option("[name=ack-unit-1]", "hour")
    page.fill("#reason", "Quyết định 7")
    page.get_by_role("button", name="Quyết định").click()
    page.get_by_role("alert").get_by_text("không được dài hơn").wait_for()
    assert page.input_value("#ack-1") == "9"
    assert page.input_value("#reason") == "Quyết định 7"
    with reading(show.engine) as connection:
        assert promises.load(connection).versions == ()
