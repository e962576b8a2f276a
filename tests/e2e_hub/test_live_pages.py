"""Pages that keep themselves live, and say when they cannot."""

import pytest
from sqlalchemy import delete, update

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.web.first_run import prepare_first_run
from support.hub_browser import SCREENS
from support.hub_seed import ADMIN, NOW, PASSWORD

pytestmark = pytest.mark.browser


def change(hub, table, where, **values):
    with writing(hub.engine) as connection:
        connection.execute(update(table).where(where).values(**values))


def test_the_first_run_ends_on_the_overview(hub, screens):
    token = prepare_first_run(hub.engine, hub.state_dir)
    page = screens(SCREENS["phone"]).open("/")
    assert page.url.endswith("/setup")
    for name, text in {"token": token, "username": ADMIN, "password": PASSWORD}.items():
        page.fill(f"#{name}", text)
    page.fill("#again", PASSWORD)
    page.click("button.primary")
    page.get_by_role("heading", name="Tổng quan").wait_for()
    page.click("text=Đăng xuất")
    page.get_by_text("Đã đăng xuất.").wait_for()


def test_a_new_ticket_appears_without_a_reload(show, screens):
    page = screens().log_in().page
    page.evaluate("window.sameDocument = true")
    queue = schema.queue_day
    change(show, queue, queue.c.site == "an-khanh", issued=89)
    page.locator("#row-an-khanh .fig >> text=89 phiếu").wait_for(timeout=15_000)
    assert page.evaluate("window.sameDocument")


def test_rows_that_did_not_change_keep_their_element(show, screens):
    page = screens().log_in().page
    queue = schema.queue_day
    change(show, queue, queue.c.site == "an-khanh", issued=89)
    page.locator("#row-an-khanh .fig >> text=89 phiếu").wait_for(timeout=15_000)
    page.evaluate("document.getElementById('row-na-son').dataset.mine = 'yes'")
    change(show, queue, queue.c.site == "an-khanh", issued=90)
    page.locator("#row-an-khanh .fig >> text=90 phiếu").wait_for(timeout=15_000)
    assert page.evaluate("document.getElementById('row-na-son').dataset.mine") == "yes"


def test_the_next_call_appears_at_its_counter(show, screens):
    page = screens().log_in().open("/sites/ben-thanh")
    ticket = schema.ticket
    change(show, ticket, ticket.c.label == "A021", label="A099")
    page.locator("#counter-2 >> text=A099").wait_for(timeout=15_000)


def test_typing_filters_without_a_reload_and_keeps_the_focus(show, screens):
    assert show.rows("site")
    page = screens().log_in().page
    page.evaluate("window.sameDocument = true")
    page.click("#q")
    page.keyboard.type("bến")
    page.locator("#row-an-khanh").wait_for(state="detached")
    assert page.locator("#list-sites > *").count() == 1
    assert page.locator("#part-shown").inner_text() == "Hiển thị 1 trên 6 điểm"
    assert page.evaluate("document.activeElement.id") == "q"
    assert "q=b" in page.url
    page.fill("#q", "")
    page.locator("#row-an-khanh").wait_for()
    assert page.evaluate("window.sameDocument")


@pytest.mark.usefixtures("show")
def test_the_filter_works_without_any_script(screens):
    screen = screens(java_script_enabled=False).log_in()
    screen.page.fill("#q", "na son")
    screen.page.click("text='Tìm'")
    assert screen.page.locator("#list-sites > *").count() == 1
    screen.page.click("text=Đăng xuất")
    assert screen.page.url.endswith("/login?out=1")


def test_when_the_hub_goes_the_page_says_since_when_it_is_old(show, screens, served):
    assert show.clock() == NOW
    page = screens().log_in().page
    served.stop()
    lost = page.locator("#live-lost")
    lost.wait_for(timeout=20_000)
    assert "08:00:00" in lost.inner_text()
    assert "is-stale" in page.evaluate("document.body.className")


def test_when_the_network_comes_back_the_warning_goes(show, screens):
    assert show.clock() == NOW
    page = screens().log_in().page
    page.context.set_offline(True)
    page.locator("#live-lost").wait_for(timeout=20_000)
    page.context.set_offline(False)
    page.locator("#live-lost").wait_for(state="hidden", timeout=20_000)
    assert "is-stale" not in page.evaluate("document.body.className")


def test_a_session_that_ended_is_told_with_the_way_back(show, screens):
    page = screens().log_in().page
    with writing(show.engine) as connection:
        connection.execute(delete(schema.session))
    page.locator("#live-ended a").wait_for(timeout=20_000)
    page.click("#live-ended a")
    assert page.url.endswith("/login")


def test_an_opened_event_stays_open_and_a_hostile_body_runs_nothing(show, screens):
    assert show.rows("event")
    page = screens().log_in().open("/sites/ben-thanh/events")
    for summary in page.locator("summary").all()[:10]:
        summary.click()
    assert "<script>alert(1)</script>" in page.locator("tbody").inner_text()
    assert page.locator("tbody script").count() == 0


def test_ages_are_told_by_the_clock_of_the_hub(show, screens):
    assert show.clock() == NOW
    page = screens().log_in().open("/?view=rows")
    words = page.locator("#row-an-khanh .rel").inner_text()
    assert words == "20 giây trước"


def test_a_fault_appears_in_the_first_panel_and_goes_without_a_reload(show, screens):
    page = screens().log_in().page
    page.evaluate("window.sameDocument = true")
    h = schema.health_report
    mine = (h.c.site == "an-khanh") & (h.c.component == "announcer")
    change(show, h, mine, state="critical", code="no_output", since=NOW - 1000)
    page.locator("#duty-an-khanh-announcer").wait_for(timeout=15_000)
    page.locator("#row-an-khanh.problem").wait_for(timeout=15_000)
    change(show, h, mine, state="ok", code="")
    page.locator("#duty-an-khanh-announcer").wait_for(state="detached", timeout=15_000)
    assert page.evaluate("window.sameDocument")


def test_choosing_who_repairs_filters_without_a_reload(show, screens):
    assert show.rows("site")
    page = screens().log_in().page
    page.evaluate("window.sameDocument = true")
    page.select_option("#who", "power")
    page.locator("#row-an-khanh").wait_for(state="detached")
    assert page.locator("#list-sites > *").count() == 1
    assert "who=power" in page.url
    assert page.evaluate("window.sameDocument")


def test_a_card_that_was_opened_stays_open_while_the_page_lives(show, screens):
    page = screens().log_in().open("/sites/ben-thanh/devices")
    page.locator("#card-printer summary").click()
    h = schema.health_report
    change(show, h, (h.c.site == "ben-thanh") & (h.c.component == "ups"), detail="23 phút")
    page.get_by_text("23 phút").wait_for(timeout=15_000)
    assert page.locator("#card-printer").get_attribute("open") is not None


def test_a_device_is_registered_on_a_phone(show, screens):
    page = screens(SCREENS["phone"]).log_in().open("/sites/ben-thanh/devices/pad-1")
    page.get_by_role("link", name="Đăng ký thiết bị này").click()
    assert page.input_value("#component") == "pad-1"
    assert page.input_value("#kind") == "pad"
    page.fill("#name", "Bàn đánh giá quầy 1")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("link", name="Bàn đánh giá quầy 1", exact=True).click()
    assert page.locator("h1").inner_text() == "Bàn đánh giá quầy 1"
    assert [row["name"] for row in show.rows("asset") if row["component"] == "pad-1"]


@pytest.mark.usefixtures("show")
def test_the_morning_list_prints_without_what_only_a_screen_needs(screens):
    screen = screens()
    page = screen.log_in().open("/morning")
    page.emulate_media(media="print")
    assert not page.locator("header.bar").is_visible()
    assert not page.locator("form.filters").is_visible()
    assert page.locator(".duty").count() == 5
    assert all(one.is_visible() for one in page.locator(".duty ol").all())
    screen.shot("morning-print")
