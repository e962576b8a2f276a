"""Whose hand a token is, calls that are repeated, and two people who change one thing."""

import pytest

from motcua_hub.store.engine import writing
from motcua_hub.web.security import accounts
from motcua_hub.web.security.tokens import WRITE, TokenRefusedError, create_api_token
from support.api_caller import Caller
from support.hub_seed import HOUR, NOW, seed_show
from support.incidents import Hub

UNIT = {"name": "Phòng Kỹ thuật", "begins": "2026-01-01"}
DAY = 24 * HOUR
WINDOW = {
    "begin": NOW + 2 * DAY,
    "end": NOW + 2 * DAY + HOUR,
    "reason": "Thay bộ lưu điện của phòng máy",
    "scopes": [{"kind": "everything"}],
}


@pytest.fixture
def shown(hub_on_both):
    seed_show(hub_on_both)
    return hub_on_both


def test_two_tokens_of_one_account_are_one_person(shown):
    one, again, other = (
        Caller(shown, "an", token="t1"),
        Caller(shown, "an", token="t2"),
        Caller(shown, "binh"),
    )
    made = one.post("/windows", WINDOW)["window"]
    path = f"/windows/{made['id']}"
    assert made["asked_by"] == "an"
    assert again.refusal("POST", path, {"decision": "approve"})[0] == 409
    assert other.post(path, {"decision": "approve"})["window"]["approved_by"] == "binh"


def test_what_a_token_does_stands_in_the_audit_trail_as_on_the_page_and_names_the_token(shown):
    Caller(shown, "an").post("/windows", WINDOW)
    lines = [(row["actor"], row["action"], row["subject"]) for row in shown.rows("audit")]
    assert ("an", "window_asked", "window/1") in lines
    assert ("an", "api", "window_ask") in lines
    assert "token an-1:" in shown.rows("audit")[-1]["detail"]


def test_a_refusal_leaves_no_line_behind(shown):
    caller = Caller(shown, "an")
    before = len(shown.rows("audit"))
    assert caller.refusal("POST", "/windows/7", {"decision": "approve"}) == (404, "not_found")
    wrong = {**WINDOW, "end": WINDOW["begin"]}
    assert caller.refusal("POST", "/windows", wrong)[0] == 409
    assert len(shown.rows("audit")) == before


def test_a_token_that_writes_must_be_somebodys(shown):
    with pytest.raises(TokenRefusedError, match="--account"):
        create_api_token(shown.engine, "x", NOW, scope=WRITE)
    with pytest.raises(TokenRefusedError, match="nobody-here"):
        create_api_token(shown.engine, "x", NOW, account="nobody-here", scope=WRITE)


def test_an_old_token_of_nobody_reads_and_writes_nothing(shown):
    token = create_api_token(shown.engine, "old", NOW)
    table = shown.rows("api_token")
    assert table[-1]["account"] is None
    with writing(shown.engine) as connection:
        connection.exec_driver_sql("UPDATE api_token SET scope = 'write'")
    headers = {"Authorization": f"Bearer {token}"}
    client = shown.app.test_client()
    assert client.get("/api/v1/sites", headers=headers).status_code == 200
    answer = client.post("/api/v1/directory/units", headers=headers, json=UNIT)
    assert (answer.status_code, answer.json["code"]) == (403, "no_account")


def test_a_disabled_account_takes_its_tokens_along(shown):
    caller = Caller(shown, "an")
    Caller(shown, "binh")
    assert caller.call("GET", "/sites").status_code == 200
    assert accounts.disable(shown.engine, "an", NOW)
    assert caller.call("GET", "/sites").status_code == 401
    assert caller.call("POST", "/directory/units", UNIT).status_code == 401
    with pytest.raises(accounts.AccountRefusedError):
        accounts.disable(shown.engine, "binh", NOW)


def test_staff_do_through_the_api_what_they_may_on_the_pages(shown):
    staff = Caller(shown, "chi", role="staff")
    assert staff.refusal("POST", "/directory/units", UNIT) == (403, "not_admin")
    world = Hub(shown.engine)
    world.server("cong")
    world.up("cong", -600)
    world.down("cong", 0)
    world.rounds(31)
    open_one = staff.get("/incidents")["incidents"][0]["id"]
    told = staff.post(f"/incidents/{open_one}/acts", {"act": "note", "words": "Đang xem"})
    assert told["timeline"][-1]["actor"] == "chi"


def test_a_repeated_call_gives_the_same_answer_and_does_nothing_again(shown):
    caller = Caller(shown, "an")
    first = caller.call("POST", "/directory/units", UNIT, idempotency_key="k-1")
    again = caller.call("POST", "/directory/units", UNIT, idempotency_key="k-1")
    assert (again.status_code, again.json) == (201, first.json)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(shown.rows("unit")) == 1
    other = caller.call("POST", "/directory/units", {**UNIT, "name": "B"}, idempotency_key="k-1")
    assert (other.status_code, other.json["code"]) == (422, "key_used")
    assert (
        Caller(shown, "binh")
        .call("POST", "/directory/units", UNIT, idempotency_key="k-1")
        .headers.get("Idempotent-Replayed")
        is None
    )
    assert len(shown.rows("unit")) == 2


def test_a_refused_call_keeps_no_answer_and_may_be_made_again(shown):
    caller = Caller(shown, "an")
    early = {"name": "B", "begins": "2026-01-01", "takes_over": [1]}
    assert caller.call("POST", "/directory/units", early, idempotency_key="k").status_code == 404
    assert shown.rows("api_call") == []
    caller.post("/directory/units", UNIT)
    assert caller.call("POST", "/directory/units", early, idempotency_key="k").status_code == 201


def test_a_key_is_forgotten_after_a_day(shown):
    caller = Caller(shown, "an")
    caller.post("/directory/units", UNIT, idempotency_key="k")
    shown.clock.now += DAY + 1
    assert caller.call("POST", "/directory/units", UNIT, idempotency_key="k").status_code == 201
    assert len(shown.rows("unit")) == 2


@pytest.mark.parametrize("wrong", ["", "a b", "é", "x" * 81])
def test_a_key_that_is_none_is_refused(shown, wrong):
    answer = Caller(shown, "an").call(
        "POST", "/directory/units", UNIT, idempotency_key=wrong.encode().decode("latin-1")
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_key")


def test_nobody_overwrites_what_he_did_not_read(shown):
    one, other = Caller(shown, "an"), Caller(shown, "binh")
    body = {"name": "Cổng dịch vụ công", "kind": "service"}
    one.put("/targets/cong", body)
    seen = one.call("GET", "/targets/cong").headers["ETag"]
    assert seen == other.call("GET", "/targets/cong").headers["ETag"]
    one.put("/targets/cong", {**body, "unit": "Sở KH&CN"}, if_match=seen)
    late = other.call("PUT", "/targets/cong", {**body, "unit": "VNPT"}, if_match=seen)
    assert (late.status_code, late.json["code"]) == (412, "changed")
    assert one.get("/targets/cong")["target"]["unit"] == "Sở KH&CN"
    fresh = other.call("GET", "/targets/cong").headers["ETag"]
    other.put("/targets/cong", {**body, "unit": "VNPT"}, if_match=f'W/{fresh}, "x"')


def test_a_version_changes_with_the_thing_and_not_with_the_time(shown):
    caller = Caller(shown, "an")
    caller.put("/targets/cong", {"name": "Cổng", "kind": "service"})
    first = caller.call("GET", "/targets/cong").headers["ETag"]
    shown.clock.now += HOUR
    assert caller.call("GET", "/targets/cong").headers["ETag"] == first


def test_lists_are_read_page_by_page_and_by_time(shown):
    caller = Caller(shown, "an")
    everything = caller.get("/incidents?status=all")["incidents"]
    assert len(everything) == 3
    seen, before = [], ""
    while True:
        page = caller.get(f"/incidents?status=all&limit=2{before}")
        seen += [each["id"] for each in page["incidents"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == [each["id"] for each in everything]
    first = min(each["opened_at"] for each in everything)
    assert caller.get(f"/incidents?status=all&until={first}")["incidents"] == []
    since = caller.get(f"/incidents?status=all&since={first + 1}")["incidents"]
    assert all(each["opened_at"] > first for each in since)
    assert caller.refusal("GET", "/incidents?limit=501") == (400, "bad_query")
