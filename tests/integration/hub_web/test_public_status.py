"""The public page: what it says, what it never says, and what it costs."""

import gzip
import threading

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.reporting.public import PublicStatus
from motcua_hub.store import public
from motcua_hub.store.engine import writing
from motcua_hub.web.pages import status
from support.hub_seed import NOW, proof_of, seed_show
from support.reported_hub import PUBLIC, TARGETS, seed_ledger, seed_plans, seed_public


@pytest.fixture
def shown(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        seed_ledger(connection)
        seed_plans(connection)
    seed_public(hub)
    return hub


def statements(engine: Engine) -> list[str]:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False)
    return asked


def test_a_stranger_sees_services_states_planned_work_and_interruptions(shown):
    answer = shown.app.test_client().get("/status")
    assert answer.status_code == 200
    for words in (
        "Các dịch vụ đang hoạt động bình thường",
        "Cổng dịch vụ công",
        "Cổng dịch vụ công: từ 22:00 26/11/2026 đến 00:00 27/11/2026",
        "Cổng dịch vụ công bị gián đoạn từ 08:00 17/11/2026 đến 08:40 17/11/2026 (40 phút)",
        "do sự cố phần mềm",
        "90 ngày qua: 99,9689 %",
        "Khoảng không có số liệu được để trống",
    ):
        assert words in answer.text, words
    assert "Set-Cookie" not in answer.headers


def test_nothing_inside_is_ever_told(shown):
    client = shown.app.test_client()
    for path in ("/status", "/status.json"):
        text = client.get(path).text
        told = [name for name, (title, *_) in TARGETS.items() if name in text or title in text]
        assert told in ([], ["portal"]), "a name that was published is that target's own title"
        for secret in ("10.1.2.3", "srv-01", "kiosk", "VNPT", "Nâng cấp", "an", "binh"):
            assert f'"{secret}"' not in text
            assert f">{secret}<" not in text
        assert "Nâng cấp cổng" not in text, "the reason of planned work is for people inside"


def test_the_feed_says_the_same_to_programs(shown):
    answer = shown.app.test_client().get("/status.json")
    told = answer.json
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert told["state"] == "up"
    assert [each["name"] for each in told["services"]] == list(PUBLIC.values())
    assert len(told["services"][0]["days"]) == 90
    (day,) = [day for day in told["services"][0]["days"] if day["down_s"]]
    assert day == {"day": "2026-11-17", "state": "down", "down_s": 2400}
    assert told["interruptions"][0]["cause"] == "software"
    assert told["stale"] is False


def test_a_thousand_askers_cost_one_look_into_the_database(shown):
    client = shown.app.test_client()
    asked = statements(shown.engine)
    tags = {client.get("/status").headers["ETag"] for _ in range(1000)}
    assert len(tags) == 1
    assert len([each for each in asked if "public_snapshot" in each]) == 1
    assert len(asked) < 4
    again = client.get("/status", headers={"If-None-Match": tags.pop()})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "public, max-age=10"


def test_many_at_once_wait_for_one_and_get_the_same(shown):
    asked, found = statements(shown.engine), []

    def ask():
        found.append(shown.app.test_client().get("/status").text)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len([each for each in asked if "public_snapshot" in each]) == 1


def test_an_old_snapshot_is_said_to_be_old(shown):
    shown.clock.now = NOW + 2 * 60_000 + 1
    client = shown.app.test_client()
    page = client.get("/status").text
    assert "Số liệu chưa được cập nhật từ" in page
    assert "Hiện không biết các dịch vụ có hoạt động hay không" in page
    assert "đang hoạt động bình thường" not in page, "nobody knows that"
    assert "Lần cuối biết được: Hoạt động" in page
    told = client.get("/status.json").json
    assert (told["stale"], told["state"]) == (True, "unknown")
    assert {each["state"] for each in told["services"]} == {"unknown"}
    assert "up" in {each["last_known"] for each in told["services"]}


def test_the_page_is_packed_once_for_everybody(shown, monkeypatch):
    packed = []
    real = status.gzip.compress

    def compress(*data, **how):
        packed.append(len(data[0]))
        return real(*data, **how)

    monkeypatch.setattr(status.gzip, "compress", compress)
    client = shown.app.test_client()
    plain = client.get("/status")
    for _ in range(20):
        answer = client.get("/status", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == plain.data
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(packed) == 2, "the page and its feed"


def test_the_last_page_is_shown_while_the_database_is_away(shown, monkeypatch):
    client = shown.app.test_client()
    first = client.get("/status")

    def away(_connection):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(public, "newest", away)
    shown.clock.now += 60_000
    assert client.get("/status").status_code == 200
    shown.clock.now += HOUR
    late = client.get("/status")
    assert "Số liệu chưa được cập nhật từ" in late.text
    assert first.status_code == 200


def test_a_hub_that_never_made_one_says_so(hub):
    hub.admin()
    answer = hub.app.test_client().get("/status")
    assert "đang được chuẩn bị" in answer.text
    assert hub.app.test_client().get("/status.json").json["state"] == "none"


def test_what_is_shown_is_chosen_by_administrators_under_fitting_names(shown):
    client = shown.signed_in()
    page = "/reports/public"

    def say(path, **data):
        proof = proof_of(client.get(page).text)
        return client.post(path, data={"proof": proof, **data})

    for bad in ("", "x" * 121, "srv01.tinh.gov.vn", "Máy 10.1.2.3", "http://x", "a@b"):
        assert say(page, target="srv-01", name=bad).status_code == 422, bad
    assert say(page, target="no-such", name="Cổng").status_code == 422
    assert say(page, target="srv-01", name="Tra cứu hồ sơ").status_code == 303
    PublicStatus(shown.engine).work(NOW)
    shown.clock.now += 10_000
    assert "Tra cứu hồ sơ" in shown.app.test_client().get("/status").text
    assert say("/reports/public/hide", target="srv-01").status_code == 303
    assert say("/reports/public/hide", target="srv-01").status_code == 404
    rows = [row for row in shown.rows("audit") if row["action"] == "public_targets"]
    assert [row["detail"] for row in rows] == ["Tra cứu hồ sơ", "hidden"]


def test_a_service_that_fell_silent_is_unknown_and_not_up(shown):
    later = NOW + 3 * DAY
    PublicStatus(shown.engine).work(later)
    shown.clock.now = later
    told = shown.app.test_client().get("/status.json").json
    assert told["state"] == "unknown"
    assert [each["state"] for each in told["services"][0]["days"][-2:]] == ["unknown", "unknown"]
