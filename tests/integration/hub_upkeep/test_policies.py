"""Policies of upkeep: dated, never changed, and what is measured keeps the limits of its day."""

import re
from datetime import date

import pytest

from motcua_hub.domain.upkeep.policy import PRODUCT, Policy
from motcua_hub.store import policies
from motcua_hub.store.engine import reading, writing
from support.api_caller import Caller
from support.hub_seed import DAY_MS, NOW, proof_of, seed_registry, seed_site
from support.outages import another

WHY = "Quyết định 45/QĐ-UBND ngày 20/11/2026"


def add(engine, policy, begins):
    with writing(engine) as connection:
        return policies.add(connection, policy, begins=begins, why=WHY, actor="an", now=NOW)


def test_the_latest_that_has_begun_holds(engine):
    one = add(engine, Policy(often=2), "2026-12-01")
    later = add(engine, Policy(often=5), "2027-01-01")
    again = add(engine, Policy(often=4), "2027-01-01")
    with reading(engine) as connection:
        days = {
            date(2026, 11, 30): PRODUCT.id,
            date(2026, 12, 1): one,
            date(2026, 12, 31): one,
            date(2027, 1, 1): again,
        }
        assert {day: policies.on(connection, day).id for day in days} == days
        assert [each.id for each in policies.versions(connection)] == [again, later, one, 0]


@pytest.fixture
def client(hub):
    with writing(hub.engine) as connection:
        seed_site(connection, "ben-thanh", "Trung tâm PVHCC phường Bến Thành")
        seed_registry(connection, "ben-thanh")
    return hub.signed_in()


def form_of(page):
    """What the page's form would send unchanged."""
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    return {name: value for name, value in fields.items() if name != "proof"} | {
        "proof": proof_of(page)
    }


def test_an_administrator_decides_on_the_page_and_minutes_of_that_day_have_the_limit(hub, client):
    page = client.get("/maintenance/policy").text
    said = form_of(page) | {"begins": "2026-11-24", "why": WHY, "high-kiosk.clock_drift": "0,5"}
    assert client.post("/maintenance/policy", data=said).status_code == 303
    shown = client.get("/maintenance/policy").text
    assert "Quyết định số 1, từ 24/11/2026" in shown
    assert "1 giới hạn khác mặc định" in shown
    assert "không quá 2 s" in client.get("/maintenance/9/check").text
    hub.clock.now += DAY_MS
    client = another(hub, "binh")
    said["proof"] = proof_of(client.get("/maintenance/policy").text)
    assert "không quá 0,5 s" in client.get("/maintenance/9/check").text
    check = {"proof": said["proof"], "duty": "calibration", "technician": "Cường"}
    check |= {"item-clean": "yes", "item-touch_points": "9", "item-clock_drift": "1"}
    for day, result in (("2026-11-23", "pass"), ("2026-11-24", "fail")):
        answer = client.post("/maintenance/9/check", data={**check, "done_on": day})
        assert answer.status_code == 303, answer.text
        assert hub.rows("servicing")[-1]["result"] == result
    assert [r["action"] for r in hub.rows("audit")].count("policy_changed") == 1


def test_what_somebody_else_decided_meanwhile_is_not_passed_over(hub, client):
    said = form_of(client.get("/maintenance/policy").text) | {"begins": "2026-12-01", "why": WHY}
    other = another(hub, "binh")
    mine = form_of(other.get("/maintenance/policy").text) | {"begins": "2026-12-01", "why": WHY}
    assert other.post("/maintenance/policy", data={**mine, "often": "5"}).status_code == 303
    late = client.post("/maintenance/policy", data={**said, "often": "4"})
    assert late.status_code == 409
    assert "Xem quyết định mới nhất" in late.text
    assert len(hub.rows("upkeep_policy")) == 1


def test_what_cannot_be_is_told_at_its_field(hub, client):
    said = form_of(client.get("/maintenance/policy").text) | {"begins": "2026-12-01", "why": WHY}
    for wrong in (
        {"often": "x"},
        {"high-pc.clock_drift": "3"},
        {"low-link.loss": "a"},
        {"begins": "2026-11-22"},
        {"why": "vì"},
    ):
        answer = client.post("/maintenance/policy", data=said | wrong)
        assert answer.status_code == 422, wrong
        assert 'aria-invalid="true"' in answer.text, wrong
    assert hub.rows("upkeep_policy") == []
    reader = another(hub, "xem", role="staff")
    page = reader.get("/maintenance/policy").text
    assert "Ban hành" not in page
    assert reader.post("/maintenance/policy", data=said).status_code in (400, 403)


def test_a_program_decides_too_and_the_plan_of_a_year_follows_its_first_day(hub, client):
    an = Caller(hub, "an")
    an.put("/assets/8/life", {"bought_on": "2021-06-01"})
    why = {row["asset"]: row["why"] for row in an.get("/plans/2027")["rows"]}
    assert why[8] == "usual"
    policy = {"limits": {"link.latency": {"low": 0, "high": 80}}, "worn_months": 60}
    body = {"policy": {**policy, "old_months": 48}, "begins": "2027-01-01", "why": WHY, "after": 0}
    assert an.refusal("POST", "/upkeep/policies", {**body, "after": 3})[0] == 409
    made = an.post("/upkeep/policies", body)
    assert (made["holds"], [each["id"] for each in made["versions"]]) == (0, [1, 0])
    for year, expected in ((2026, "usual"), (2027, "worn")):
        why = {row["asset"]: row["why"] for row in an.get(f"/plans/{year}")["rows"]}
        assert why[8] == expected, year
    assert "Thay thế từ 60 tháng" in client.get("/maintenance/plan/2027").text
