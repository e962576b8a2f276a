"""Deadlines are decided by people, on a page or by a program, and everybody may read them."""

import re

import pytest
from sqlalchemy import insert

from motcua_hub.domain.incident.promises import HOUR, MINUTE
from motcua_hub.store import promises, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.security.tokens import WRITE, create_api_token
from support.hub_seed import ADMIN, NOW, proof_of, seed_show

PAGE = "/incidents/deadlines"
DAY = "2026-11-23"
API = "/api/v1/promises"


@pytest.fixture
def client(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        connection.execute(
            insert(schema.unit).values(id=4, name="VNPT", begins="2020-01-01", changed_at=1)
        )
    return hub.signed_in()


def form(page, **changes):
    """What the page would send, as it is filled in."""
    fields = dict(re.findall(r'<input[^>]* name="([a-z]+(?:-\d)?)"[^>]* value="([^"]*)"', page))
    said = {name: value for name, value in fields.items() if not name.startswith("clock")}
    for name in ("ack", "repair"):
        for severity in (1, 2, 3):
            minutes = name == "ack" and severity < 3
            said[f"{name}-unit-{severity}"] = "minute" if minutes else "hour"
    return {**said, "begins": DAY, "reason": "Quyết định 45", "proof": proof_of(page), **changes}


def versions(hub):
    with reading(hub.engine) as connection:
        return promises.load(connection).versions


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_shows_what_holds_before_anybody_decided(client):
    page = words(client.get(PAGE).text)
    assert "15 phút 4 giờ" in page
    assert "4 giờ 24 giờ" in page
    assert "tỉnh chưa quyết định" in page


def test_a_decision_is_written_down_with_who_and_why_and_is_shown(hub, client):
    sent = form(client.get(PAGE).text, **{"ack-1": "10"})
    assert client.post(PAGE, data=sent).status_code == 303
    [made] = versions(hub)
    assert (made.made_by, made.reason, made.begins) == (ADMIN, "Quyết định 45", NOW)
    assert [one.acknowledge // MINUTE for one in made.terms] == [10, 30, 240]
    assert [one.clock for one in made.terms] == [True, False, False]
    assert "Quyết định 45" in client.get(PAGE).text
    assert "10 phút" in words(client.get("/definitions").text)
    [line] = [row for row in hub.rows("audit") if row["action"] == "policy_changed"]
    assert "10/240 min by the clock" in line["detail"]


def test_a_contract_is_made_and_ended(hub, client):
    sent = form(client.get(PAGE).text, unit="4", **{"ack-3": "", "repair-3": "", "clock-2": "1"})
    assert client.post(PAGE, data=sent).status_code == 303
    page = client.get(PAGE).text
    assert "Đơn vị: VNPT" in page
    [made] = versions(hub)
    assert [(one.severity, one.clock) for one in made.terms] == [(1, True), (2, True)]
    ending = {
        "proof": proof_of(page), "end": "1", "unit": "4", "begins": DAY, "after": "1",
        "reason": "Hết hợp đồng",
    }  # fmt: skip
    assert client.post(PAGE, data=ending).status_code == 303
    assert versions(hub)[-1].terms == ()
    assert "Chưa có cam kết riêng" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ack-1": "9", "ack-unit-1": "hour"}, "không được dài hơn"),
        ({"ack-2": "", "repair-2": ""}, "đủ ba mức"),
        ({"ack-2": "²"}, "số nguyên"),
        ({"repair-3": ""}, "số nguyên"),
        ({"begins": "2026-11-22"}, "ngày đã qua"),
        ({"begins": "mai"}, "không đúng"),
        ({"reason": "ừ"}, "lý do"),
        ({"unit": "99"}, "Không có đơn vị"),
        ({"site": "x" * 99}, "Không có điểm"),
        ({"class": "nước"}, "Không có loại"),
        ({"after": "7"}, "người khác quyết định"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(hub, client, changes, said):
    answer = client.post(PAGE, data=form(client.get(PAGE).text, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert versions(hub) == ()


def test_a_program_decides_by_the_same_rules(hub, client):
    token = create_api_token(hub.engine, "p", NOW, account=ADMIN, scope=WRITE)
    head = {"Authorization": f"Bearer {token}"}
    told = client.get(API, headers=head).json
    assert [one["repair"] // HOUR for one in told["in_force"][0]["terms"]] == [4, 8, 24]
    body = {
        "unit": 4, "begins": DAY, "reason": "Hợp đồng 12", "after": told["newest"],
        "terms": [{"severity": 1, "acknowledge": 600_000, "repair": 7_200_000, "clock": True}],
    }  # fmt: skip
    made = client.post(API, headers=head, json=body)
    assert (made.status_code, made.json["newest"]) == (201, 1)
    assert {one["scope"]["unit"] for one in made.json["in_force"]} == {None, 4}
    again = client.post(API, headers=head, json=body)
    assert (again.status_code, again.json["code"]) == (409, "promise.refused.changed")
    assert len(versions(hub)) == 1
