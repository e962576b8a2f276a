"""The technician's pages: what is broken, every device, one device with its history."""

import json
import re

import pytest
from sqlalchemy import update

from motcua_contract.faults import find
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from support.hub_seed import NOW, seed_show

DEVICE = "/sites/ben-thanh/devices/printer"


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def change(hub, table, where, **values):
    with writing(hub.engine) as connection:
        connection.execute(update(table).where(where).values(**values))


def drill(hub):
    h = schema.health_report
    values = {"drill_state": "critical", "drill_code": "low_battery", "drill_since": NOW - 60_000}
    change(hub, h, (h.c.site == "an-khanh") & (h.c.component == "printer"), **values)


def duties(page):
    return re.findall(r'<li class="duty [a-z]+" id="duty-([a-z0-9-]+)"', page)


def test_the_first_panel_tells_what_is_broken_since_when_why_what_to_do_and_who(client):
    page = client.get("/").text
    assert page.index('id="part-morning"') < page.index('id="list-sites"')
    panel = words(page[page.index('id="part-morning"') : page.index('id="part-summary"')])
    card = find("printer", "no_answer").card
    for text in (card.title, card.steps[0], card.who, "07:13", "Điểm không phục vụ được"):
        assert text in panel


def test_the_morning_list_has_every_fault_once_those_who_serve_nobody_first(client):
    assert duties(client.get("/morning").text) == [
        "phu-lien-kiosk",
        "phu-lien-printer",
        "ben-thanh-printer",
        "ben-thanh-ups",
        "na-son-link",
    ]


def test_a_deaf_hub_does_not_say_that_all_is_well(hub, client):
    change(hub, schema.heartbeat, schema.heartbeat.c.process == "ingest", connected=False)
    for path in ("/", "/morning"):
        page = client.get(path).text
        assert "không nhận được tin từ các điểm" in page
        assert "Không có thiết bị nào báo hỏng" not in page
        assert duties(page) == []


def test_what_is_not_broken_but_not_known_is_counted_beside(client):
    assert "Ngoài ra: 1 điểm đã tắt máy, 14 thiết bị chưa rõ" in words(client.get("/").text)


def test_the_morning_list_gives_every_step_of_the_card(client):
    page = client.get("/morning").text
    for step in find("ups", "on_battery").card.steps:
        assert step in page


def test_each_class_of_people_sees_its_own(client):
    assert duties(client.get("/morning?who=power").text) == ["ben-thanh-ups"]
    assert duties(client.get("/morning?who=link").text) == ["na-son-link"]
    page = client.get("/?who=power").text
    assert re.findall(r'<li id="row-([a-z-]+)"', page) == ["ben-thanh"]


def test_a_silent_office_is_one_fault_of_the_link_and_its_devices_are_unknown(hub, client):
    h = schema.health_report
    change(hub, h, h.c.site == "na-son", state="critical", code="offline")
    assert [one for one in duties(client.get("/morning").text) if one.startswith("na-son")] == [
        "na-son-link"
    ]
    page = client.get("/sites/na-son/devices").text
    assert "một việc của đường truyền" in words(page).replace("Đây là ", "")
    body = page[page.index('id="part-all"') :]
    assert 'class="state critical"' not in body
    assert "Báo lần cuối: Hỏng" in words(body)


def test_a_drill_is_shown_as_one_and_is_no_duty(hub, client):
    before = client.get("/api/v1/sites").json
    drill(hub)
    assert duties(client.get("/morning").text) == duties(client.get("/morning").text)
    assert "an-khanh-printer" not in duties(client.get("/morning").text)
    page = words(client.get("/sites/an-khanh/devices/printer").text)
    assert "Diễn tập từ 07:59" in page
    assert "không tính vào số liệu" in page
    after = client.get("/api/v1/sites").json
    changed = [
        (old["site"], key)
        for old, new in zip(before["sites"], after["sites"], strict=True)
        for key in old
        if old[key] != new[key]
    ]
    assert changed == [("an-khanh", "drills")]
    assert before["totals"] == after["totals"]


def test_why_names_rule_value_threshold_since_change_repairer_and_card(hub, client):
    h = schema.health_report
    change(hub, h, (h.c.site == "ben-thanh") & (h.c.component == "printer"), detail="near end: 1")
    page = words(client.get(DEVICE).text)
    fault = find("printer", "paper_low")
    threshold = "hết báo khi cảm biến không báo nữa"
    for text in ("near end: 1", threshold, "07:13", "07:59", "Thiết bị", fault.card.title):
        assert text in page
    for step in fault.card.steps:
        assert step in page


def test_the_site_page_names_the_rule_and_its_causes(client):
    page = words(client.get("/sites/phu-lien").text)
    assert "Không còn cách lấy số" in page
    assert "Máy in phiếu : Máy in không trả lời" in page


def test_a_devices_changes_are_listed_with_how_long_they_lasted(client):
    page = words(client.get(DEVICE).text)
    assert "Hết giấy 60 phút" in page
    assert "Sắp hết giấy 47 phút đến nay" in page
    ups = words(client.get("/sites/ben-thanh/devices/ups").text)
    assert "Diễn tập" in ups[ups.index("Các lần đổi") :]


def bands(page):
    return re.findall(r'<rect class="band ([a-z]+)"', page)


def test_the_band_shows_a_fault_and_what_was_not_heard(client):
    found = bands(client.get(DEVICE).text)
    assert {"ok", "critical", "unknown", "problem"} == set(found)
    assert "critical" not in bands(client.get("/sites/ben-thanh/devices/ups").text)


@pytest.mark.parametrize("shown", ["1h", "24h", "7d", "30d", "nonsense"])
def test_every_range_is_drawn(client, shown):
    page = client.get(f"/sites/ben-thanh/devices/ups?range={shown}").text
    assert page.count('<svg class="chart"') >= 3
    assert re.search(r'aria-label="[^"]*Hoạt động tốt \d', page)


def test_paper_is_forecast_in_slips_and_minutes_of_todays_demand(hub, client):
    page = words(client.get(DEVICE).text)
    assert re.search(r"Giấy còn khoảng \d+ phiếu", page)
    assert re.search(r"đủ khoảng \d+ phút", page)
    p = schema.metric_point
    change(hub, p, p.c.component == "printer", at=p.c.at - 3 * 3_600_000)
    assert "chưa báo lượng giấy" in words(client.get(DEVICE).text)


def test_a_battery_is_forecast_from_its_share(client):
    page = words(client.get("/sites/ben-thanh/devices/ups").text)
    assert "Nên thay ắc quy trước tháng" in page
    assert "61,6 %" in page.replace("\u00a0", " ")


def test_a_device_nobody_knows_is_not_found(client):
    for path in ("ben-thanh/devices/toaster", "nowhere/devices", "nowhere/devices/ups"):
        assert client.get(f"/sites/{path}").status_code == 404
    assert client.get("/live/sites/ben-thanh/devices/toaster").status_code == 404


@pytest.mark.parametrize(
    "path", ["/live/overview", "/live/sites/ben-thanh/devices", f"/live{DEVICE}?range=7d"]
)
def test_live_parts_are_those_of_the_page(client, path):
    parts = json.loads(client.get(path).text)["parts"]
    page = client.get(path.removeprefix("/live").replace("/overview", "/")).text
    assert parts
    for name, html in parts.items():
        assert f'id="{name}"' in page
        assert words(html) in words(page), name


def test_nothing_new_is_answered_with_304(client):
    first = client.get("/live/sites/ben-thanh/devices/ups")
    again = client.get(
        "/live/sites/ben-thanh/devices/ups", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_unstable_device_says_so(hub, client):
    rows = [
        {
            "site": "ben-thanh",
            "component": "pad-1",
            "by_jid": "ab" * 16,
            "by_seq": n,
            "by_depth": 1,
            "before": "ok" if n % 2 else "problem",
            "state": "problem" if n % 2 else "ok",
            "since": NOW - n * 60_000,
        }
        for n in range(1, 6)
    ]
    for row in rows:
        hub.add("health_span", **row)
    assert "Chập chờn" in words(client.get("/sites/ben-thanh/devices/pad-1").text)
    assert "Chập chờn" not in words(client.get("/sites/an-khanh/devices/pad-1").text)


def test_hostile_words_of_an_office_stay_words(hub, client):
    h = schema.health_report
    evil = '"><script>alert(1)</script>'
    change(hub, h, h.c.site == "ben-thanh", detail=evil, code=evil)
    change(hub, schema.asset, schema.asset.c.site == "ben-thanh", name=evil)
    for path in ("/", "/morning", "/sites/ben-thanh/devices", DEVICE, "/registry"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_every_rule_has_its_line_on_the_page_of_definitions(client):
    page = client.get("/definitions").text
    for kind, name in (("component", "late"), ("component", "silent"), ("site", "no_ticket_way")):
        assert f'id="{kind}-{name}"' in page
    assert "giờ chụp đứng 30 giây" in words(page)
