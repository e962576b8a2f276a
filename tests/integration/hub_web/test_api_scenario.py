"""A program alone, from a target that nobody knew to a report in its hands, on both databases."""

import hashlib
import io

import pytest
from pypdf import PdfReader

from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store.engine import writing
from motcua_hub.upkeep.watch import Watch
from support.api_caller import Caller
from support.incidents import DAY, MONDAY, Hub, at
from support.outages import DESK, EMAIL, GROUPS

NOVEMBER = "month:2026-11"
IN_DECEMBER = MONDAY + 10 * DAY * 1000


@pytest.fixture
def world(hub_on_both):
    return Hub(hub_on_both.engine)


def told(hub, seconds):
    """The clock of the pages and of the API goes on."""
    hub.clock.now = at(seconds)


def test_from_a_new_target_to_a_report_in_hand(hub_on_both, world):
    hub = hub_on_both
    an, binh = Caller(hub, "an"), Caller(hub, "binh")
    told(hub, -DAY)
    write_down(an)
    world.up("cong", -600)
    world.down("cong", 0)
    told(hub, 34)
    world.rounds(31, 34)
    (incident,) = an.get("/incidents")["incidents"]
    assert (incident["target"], incident["onset_at"], incident["severity"]) == ("cong", at(0), 1)
    act = f"/incidents/{incident['id']}/acts"
    assert binh.post(act, {"act": "acknowledge"})["state"]["acknowledged_at"] == at(34)

    drafted = Watch(hub.engine, DESK).round(at(40))
    told(hub, 60)
    (notice,) = an.get("/notices?open=true")["notices"]
    assert [notice["id"]] == drafted
    agreed_and_sent(hub, an, binh, notice)
    assert len(an.get(f"/outbox?incident={incident['id']}")["messages"]) == 5

    world.up("cong", 900)
    world.rounds(931, 934)
    told(hub, 940)
    assert an.get(f"/incidents/{incident['id']}")["state"]["restored_at"] == at(900)
    assert len(Watch(hub.engine, DESK).round(at(950))) == 1
    told(hub, 1000)
    (second,) = an.get("/notices?open=true")["notices"]
    deeds = f"/notices/{second['id']}/acts"
    an.post(deeds, {"act": "approve", "revision": second["revision"]})
    assert binh.post(deeds, {"act": "send"})["notice"]["kind"] == "restoration"
    asked = f"/targets/cong/figures?begin={at(-600)}&end={at(940)}"
    assert an.get(asked)["numbers"]["down"] == 900_000
    hub.clock.now = IN_DECEMBER
    reported(hub, an)


def write_down(an):
    """A target that the hub probes, and who is told of its interruptions."""
    target = {"name": "Cổng dịch vụ công", "kind": "server", "rules": {"vantages": ["hub"]}}
    target |= {"life_begin": at(-20 * DAY)}
    an.put("/targets/cong", target, idempotency_key="target-cong")
    probe = {"target": "cong", "kind": "tcp", "host": "10.0.0.5", "port": 443}
    an.post("/targets/cong/probes", {"vantage": "hub", "spec": probe})
    assert [each["target"] for each in an.get("/vantages/hub/probes")["probes"]] == ["cong"]
    for group, name in GROUPS.items():
        who = {"grp": group, "name": name, "channel": "email", "address": EMAIL[group]}
        an.post("/recipients", {**who, "valid_from": "2026-01-01"})


def agreed_and_sent(hub, an, binh, notice):
    """One mends the text, another one agrees to it; nobody is two people by two tokens."""
    deeds = f"/notices/{notice['id']}/acts"
    text = {"title": notice["title"], "body": notice["body"] + "\nTrân trọng."}
    edited = an.post(deeds, {"act": "edit", "revision": notice["revision"], **text})["notice"]
    approve = {"act": "approve", "revision": edited["revision"]}
    assert an.refusal("POST", deeds, {"act": "send"})[0] == 409
    assert an.refusal("POST", deeds, approve) == (409, "notice.refused.alone")
    assert Caller(hub, "an", token="an-2").refusal("POST", deeds, approve)[0] == 409
    assert binh.post(deeds, approve)["notice"]["state"] == "approved"
    sent = an.post(deeds, {"act": "send"}, idempotency_key="send-1")
    assert (sent["notice"]["state"], len(sent["deliveries"])) == ("sent", 5)
    assert an.post(deeds, {"act": "send"}, idempotency_key="send-1") == sent
    sheet = an.call("GET", f"/notices/{notice['id']}/sheet")
    assert "Trân trọng" in PdfReader(io.BytesIO(sheet.data)).pages[0].extract_text()


def reported(hub, an):
    """A report that is asked for, made, listed, and fetched file by file."""
    wished = an.post("/reports", {"period": NOVEMBER, "kind": "server"}, idempotency_key="r")
    assert an.refusal("GET", "/reports/TGHD-2026-0001") == (404, "not_found")
    (entry,) = Schedule(hub.engine).answer(IN_DECEMBER)
    (request,) = an.get("/report-requests")["requests"]
    assert (request["id"], request["report"]) == (wished["request"], entry.id)
    (listed,) = an.get("/reports")["reports"]
    for file in an.get(f"/reports/{listed['number']}")["files"]:
        path = f"/reports/{listed['number']}/versions/1/files/{file['kind']}"
        answer = an.call("GET", path)
        assert answer.status_code == 200, path
        assert hashlib.sha256(answer.data).hexdigest() == file["sha256"]
    made = an.call("GET", f"/reports/{listed['number']}/versions/1/files/json")
    assert hashlib.sha256(made.data).hexdigest() == listed["sha256"]


def test_a_correction_of_the_ledger_needs_two_accounts(hub_on_both, world):
    world.server("cong")
    world.up("cong", -600)
    told(hub_on_both, 60)
    an, again = Caller(hub_on_both, "an"), Caller(hub_on_both, "an", token="an-2")
    said = {"sli": "reachable", "begin": at(-300), "end": at(-120), "claim": "down"}
    said |= {"cause": "power", "reason": "Cúp điện, biên bản 7/BB"}
    late = {**said, "end": at(600)}
    assert an.refusal("POST", "/targets/cong/corrections", late)[0] == 409
    made = an.post("/targets/cong/corrections", said)
    path = f"/targets/cong/corrections/{made['id']}"
    assert an.get("/corrections")["corrections"] == [made]
    assert again.refusal("POST", path, {"decision": "approve"}) == (409, "targets.correct.self")
    other = Caller(hub_on_both, "binh")
    assert other.post(path, {"decision": "approve"})["approved"] is True
    assert other.refusal("POST", path, {"decision": "refuse"}) == (409, "decided")
    figures = an.get(f"/targets/cong/figures?begin={at(-600)}&end={at(0)}")["numbers"]
    assert figures["down"] == 180_000


def test_a_check_is_written_down_signed_and_printed(hub_on_both):
    hub = hub_on_both
    with writing(hub.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO site (id, name, created_at) VALUES ('ben-thanh', 'Bến Thành', 0)"
        )
    an, tech = Caller(hub, "an"), Caller(hub, "ky-thuat", role="staff")
    kiosk = {"kind": "kiosk", "name": "Máy lấy số 1", "component": "kiosk", "model": "X-200"}
    asset = an.post("/sites/ben-thanh/assets", kiosk)["id"]
    an.put("/upkeep/intervals", {"kind": "kiosk", "model": "X-200", "days": 90, "source": "Sổ tay"})
    an.put(f"/assets/{asset}/life", {"bought_on": "2020-01-01", "unit": "UBND phường"})
    items = an.get(f"/assets/{asset}/checklists/calibration")["items"]
    good = {each["key"]: {"value": "yes" if each["form"] == "check" else "0"} for each in items}
    good["touch_points"] = {"value": "9"}
    said = {"duty": "calibration", "done_on": "2026-11-23", "technician": "Trần Văn Cường"}
    path = f"/assets/{asset}/checks"
    assert tech.refusal("POST", path, {**said, "answers": {}}) == (409, "unfit_answers")
    strange = {**said, "answers": {**good, "x": {"value": "1"}}}
    assert tech.refusal("POST", path, strange) == (400, "bad_body")
    made = tech.post(path, {**said, "answers": good}, idempotency_key="check-1")
    number = made["record"]["id"]
    signed = tech.post(f"/servicing/{number}/signature", None)
    assert (signed["record"]["state"], signed["intact"]) == ("signed", True)
    assert tech.refusal("DELETE", f"/servicing/{number}")[0] == 409
    sheet = tech.call("GET", f"/servicing/{number}/sheet")
    assert "Máy lấy số 1" in PdfReader(io.BytesIO(sheet.data)).pages[0].extract_text()
    assert an.get("/servicing?signed=true")["records"][0]["id"] == number

    plan = an.get("/plans/2027")
    assert [(row["asset"], row["age_months"]) for row in plan["rows"]] == [(asset, 84)]
    an.post("/plans/2027/steps", {"step": "submit"})
    alone = an.refusal("POST", "/plans/2027/steps", {"step": "approve", "note": "12/QĐ"})
    assert alone == (409, "plan.refused.alone")
    done = Caller(hub, "binh").post("/plans/2027/steps", {"step": "approve", "note": "12/QĐ"})
    assert done["state"] == "approved"
    book = an.call("GET", "/plans/2027/files/xlsx")
    assert (book.status_code, book.data[:2]) == (200, b"PK")
