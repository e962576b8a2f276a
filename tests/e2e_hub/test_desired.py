"""What a site should run beside what it runs, on its page: at a desk and on a phone."""

import pytest

from motcua_contract.messages import ConfigReported
from motcua_hub.store import desired
from motcua_hub.store.engine import writing
from support.hub_browser import SCREENS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SCREENS)
def test_the_page_of_a_site_shows_wanted_and_running(show, screens, size):
    now = show.clock()
    with writing(show.engine) as connection:
        desired.want(connection, "ben-thanh", {"probes": b"{}"}, now - 60_000, "ledger")
    screen = screens(SCREENS[size]).log_in()
    screen.open("/sites/ben-thanh")
    part = screen.page.locator("#part-desired")
    assert "Chờ điểm áp dụng" in part.inner_text()
    for version, state, shown in (
        (1, "refused", "Điểm từ chối, vẫn chạy bản cũ"),
        (1, "applied", "Đã áp dụng"),
    ):
        running = version if state == "applied" else 0
        told = ConfigReported(
            version=version, state=state, error="section probes: bad", running=running
        )
        with writing(show.engine) as connection:
            desired.keep_report(connection, "ben-thanh", told, now)
        screen.open("/sites/ben-thanh")
        assert shown in part.inner_text()
        part.scroll_into_view_if_needed()
        screen.shot(f"site-desired-{state}-{size}")
        assert screen.violations() == []
        assert screen.overflow() <= 0
