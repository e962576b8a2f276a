"""The page of a target tells who changed what, when, and from when on it holds."""

import re

import pytest

from integration.hub_web.test_targets import NEW, send
from motcua_hub.ledger import described
from motcua_hub.store.engine import reading
from motcua_hub.web.security.tokens import WRITE, create_api_token
from support.hub_seed import ADMIN, NOW

PAGE = "/targets/may-chu-2"


@pytest.fixture
def made(hub):
    client = hub.signed_in()
    assert send(client, "/targets/new", NEW, "/targets/new").status_code == 303
    return client


def change(client, **changes: str):
    return send(client, f"{PAGE}/edit", {**NEW, **changes}, f"{PAGE}/edit")


def shown(client, path: str = PAGE) -> str:
    """The text of the history, without marks."""
    section = client.get(path).text.partition('id="history"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


def test_every_change_is_told_with_who_and_why(made):
    wrong = change(made, name="Máy chủ một cửa", unit="2", slo="99,9", why="hợp đồng mới")
    assert wrong.status_code == 303
    told = shown(made)
    assert "Thêm đối tượng: Máy chủ hồ sơ" in told
    assert "Tên: Máy chủ hồ sơ → Máy chủ một cửa" in told
    assert "Cam kết (%): 99,95 → 99,9" in told
    assert "(trống) → 2" in told
    assert "(hợp đồng mới)" in told
    assert told.count(ADMIN) == 2


def test_a_change_holds_from_the_day_that_is_said(hub, made):
    assert change(made, name="Mới", since_day="2026-11-02").status_code == 303
    assert change(made, name="Đúng ra", always_so="1", since_day="2026-11-03").status_code == 303
    with reading(hub.engine) as connection:
        always, since, first = described.versions_of(connection, "may-chu-2")
    assert (always.valid_from, first.valid_from) == (0, 0)
    assert since.valid_from == 1_793_552_400_000  # 2026-11-02 00:00 +07:00
    assert "từ đầu" in shown(made)


@pytest.mark.parametrize("day", ["2099-01-01", "hôm qua"])
def test_a_change_of_tomorrow_is_refused(made, day):
    answer = change(made, name="Mới", since_day=day)
    assert answer.status_code == 422
    assert 'id="since_day-fault"' in answer.text
    assert "Mới" not in shown(made)


def test_the_end_of_its_life_is_told(made):
    answer = send(made, f"{PAGE}/retire", {"why": "thay máy"}, f"{PAGE}/edit")
    assert answer.status_code == 303
    told = shown(made)
    assert "Kết thúc theo dõi" in told
    assert "(thay máy)" in told


def test_the_api_tells_versions_and_takes_since_when_a_change_holds(hub, made):
    token = create_api_token(hub.engine, "t", NOW, account=ADMIN, scope=WRITE)
    bearer = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1{PAGE}"
    kept = made.get(path, headers=bearer)
    told = kept.json["target"]
    body = {key: told[key] for key in ("kind", "site", "rules", "life_begin", "life_end")}
    body |= {"name": "Đúng ra", "valid_from": 0, "why": "nhập nhầm"}
    guard = {**bearer, "If-Match": kept.headers["ETag"]}
    tomorrow = {**body, "valid_from": NOW + 1}
    assert made.put(path, json=tomorrow, headers=guard).status_code == 409
    assert made.put(path, json=body, headers=guard).status_code == 200
    last, first = made.get(f"{path}/versions", headers=bearer).json["versions"]
    assert (last["target"]["name"], last["valid_from"], last["why"]) == ("Đúng ra", 0, "nhập nhầm")
    assert (first["number"], first["target"]["name"]) == (1, "Máy chủ hồ sơ")
