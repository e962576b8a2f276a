"""Pages of targets: what was measured, by whose word, and what people may change."""

import re

import pytest

from motcua_hub.ledger import corrections, probes, targets
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.views import target_forms
from support.hub_seed import ADMIN, NOW, proof_of, seed_show
from support.ledger_show import PORTAL, seed_ledger


@pytest.fixture
def client(hub):
    seed_show(hub)
    seed_ledger(hub)
    return hub.signed_in()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("\u00a0", " ")).split())


def send(client, path, data, page=f"/targets/{PORTAL}", **more):
    proof = proof_of(client.get(page).text)
    return client.post(path, data={"proof": proof, **data}, **more)


def row_of(page, name):
    (row,) = [tr for tr in re.findall(r"<tr .*?</tr>", page, re.DOTALL) if f">{name}<" in tr]
    return words(row)


def test_the_list_shows_what_is_down_first_and_what_nobody_knows(client):
    page = client.get("/targets").text
    rows = re.findall(r'<a class="name" href="/targets/([^"]+)"', page)
    assert rows[0] == "ben-thanh.link"
    assert rows[-1] == PORTAL
    portal = row_of(page, "Cổng dịch vụ công của tỉnh")
    # 3.5 h down and one day unknown of 30 days: 29 d - 3.5 h of 29 d, cut
    assert "99,4971 %" in portal
    assert "96,1805 % – 99,5138 %" in portal
    assert "96,6666 %" in portal
    # of a printer nobody told anything: no figure, all of it may have been anything
    assert "chưa có 0,0000 % – 100,0000 % 0,0000 %" in row_of(page, "Máy in phiếu")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=server", [PORTAL]),
        ("state=down", ["ben-thanh.link"]),
        ("site=ben-thanh&kind=site_link", ["ben-thanh.link"]),
        ("unit=S%E1%BB%9F+Khoa+h%E1%BB%8Dc+v%C3%A0+C%C3%B4ng+ngh%E1%BB%87", [PORTAL]),
        ("carrier=nobody", []),
        ("kind=server&page=99999999999999", []),
    ],
)
def test_the_list_is_filtered(client, query, found):
    page = client.get(f"/targets?{query}").text
    assert re.findall(r'<a class="name" href="/targets/([^"]+)"', page) == found


def test_a_target_tells_figures_outages_and_by_whose_word(client):
    page = client.get(f"/targets/{PORTAL}?span=month&day=2026-11-01").text
    told = words(page)
    assert "Ngừng 3 giờ 30 phút" in told
    assert "Mất điện" in told
    assert "Lỗi phần mềm" in told
    assert "Thăm dò hub" in told
    assert "± 1 phút" in told
    assert 'class="band unknown"' in page


@pytest.mark.parametrize("span", ["day", "month", "quarter", "year", "years"])
def test_every_span_is_shown(client, span):
    for path in (f"/targets/{PORTAL}?span={span}", f"/targets/ben-thanh.pi?span={span}"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "query", ["span=eon", "day=yesterday", "as_of=2999-01-01", "sli=x", "day=0001-01-01"]
)
def test_what_no_calendar_holds_is_left_out(client, query):
    assert client.get(f"/targets/{PORTAL}?{query}").status_code == 200


def test_the_past_is_shown_as_it_was_known_then(client):
    before = words(client.get(f"/targets/{PORTAL}?day=2026-11-01&as_of=2026-11-10").text)
    assert "Đang xem theo những gì trung tâm đã nhận được đến hết ngày 10/11/2026" in before
    assert "Lỗi phần mềm" not in before.split("Bằng chứng")[0].split("Các lần ngừng")[1]
    running = words(client.get(f"/targets/{PORTAL}?sli=running").text)
    assert "Không có lần ngừng nào" in running


def test_a_target_that_is_not_there_is_not_found(client):
    for path in ("/targets/nobody", "/targets/nobody/edit"):
        assert client.get(path).status_code == 404


NEW = {
    "id": "may-chu-2",
    "name": "Máy chủ hồ sơ",
    "kind": "server",
    "slo": "99,95",
    "floor": "99",
    "unknown": "exclude",
    "blips": "ignore",
    "vantages": "hub, ben-thanh",
    "notice": "24",
    "begin": "2026-11-01",
    "end": "2026-12-31",
}


def test_an_administrator_adds_changes_and_retires_a_target(hub, client):
    assert send(client, "/targets/new", NEW, "/targets/new").status_code == 303
    with reading(hub.engine) as connection:
        made = targets.get(connection, "may-chu-2")
    assert made.rules.slo == "1999/2000"
    assert made.rules.vantages == ("hub", "ben-thanh")
    assert (made.life_end - made.life_begin) == 61 * 86_400_000
    form = {**NEW, "name": "Máy chủ một cửa", "parent": PORTAL}
    page = "/targets/may-chu-2/edit"
    assert send(client, page, form, page).status_code == 303
    assert "Máy chủ một cửa" in client.get("/targets/may-chu-2").text
    assert send(client, "/targets/may-chu-2/retire", {"why": "thay"}, page).status_code == 303
    with reading(hub.engine) as connection:
        gone = targets.get(connection, "may-chu-2")
    assert (gone.retired_at, gone.version) == (NOW, 2)
    actions = [row["action"] for row in hub.rows("audit") if row["subject"] == "may-chu-2"]
    assert actions == ["target_added", "target_changed", "target_retired"]
    assert {row["actor"] for row in hub.rows("audit") if row["subject"] == "may-chu-2"} == {ADMIN}


def test_an_administrator_marks_the_router_of_a_site(hub, client):
    form = {**NEW, "kind": "device", "router": "yes"}
    refused = send(client, "/targets/new", form, "/targets/new")
    assert refused.status_code == 422
    assert "Chọn điểm mà bộ định tuyến này phục vụ" in refused.text
    form = {**form, "site": "ben-thanh", "parent": "ben-thanh.link"}
    assert send(client, "/targets/new", form, "/targets/new").status_code == 303
    page = "/targets/may-chu-2/edit"
    assert re.search(r'name="router" value="yes" checked', client.get(page).text)
    for said, kept in (("yes", True), ("", False)):
        assert send(client, page, {**form, "router": said}, page).status_code == 303
        with reading(hub.engine) as connection:
            assert targets.get(connection, "may-chu-2").rules.router is kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "Máy chủ"},
        {"id": PORTAL},
        {"name": ""},
        {"kind": "x"},
        {"slo": "100,1"},
        {"slo": "chín"},
        {"slo": "."},
        {"floor": "-1"},
        {"min_known": "0"},
        {"notice": "x"},
        {"begin": "x"},
        {"end": "2026-10-01"},
        {"parent": "nobody"},
        {"unknown": "x"},
    ],
)
def test_a_form_that_is_wrong_says_where(hub, client, wrong):
    answer = send(client, "/targets/new", {**NEW, **wrong}, "/targets/new")
    assert answer.status_code == 422
    assert 'class="fault"' in answer.text
    with reading(hub.engine) as connection:
        assert targets.get(connection, "may-chu-2") is None


def test_probes_are_added_and_ended(hub, client):
    form = {
        "vantage": "ben-thanh",
        "probe_kind": "tcp",
        "host": "10.1.2.3",
        "port": "443",
        "interval": "60",
    }
    assert send(client, f"/targets/{PORTAL}/probes", form).status_code == 303
    with reading(hub.engine) as connection:
        told = probes.probe_list(connection, "ben-thanh")
        found = probes.of_target(connection, PORTAL)
    assert [(each.host, each.interval) for each in told.probes] == [("10.1.2.3", 60_000)]
    assert told.version == 1
    path = f"/targets/{PORTAL}/probes/{found[-1].id}/retire"
    assert send(client, path, {}).status_code == 303
    assert send(client, path, {}).status_code == 303
    with reading(hub.engine) as connection:
        assert probes.probe_list(connection, "ben-thanh").probes == ()


@pytest.mark.parametrize(
    "wrong",
    [{"host": ""}, {"port": "x"}, {"port": "70000"}, {"probe_kind": "x"}, {"vantage": "nobody"}],
)
def test_a_probe_that_cannot_be_is_refused(hub, client, wrong):
    form = {"vantage": "hub", "probe_kind": "tcp", "host": "h", "port": "1", **wrong}
    assert send(client, f"/targets/{PORTAL}/probes", form).status_code == 422
    with reading(hub.engine) as connection:
        assert len(probes.of_target(connection, PORTAL)) == 1


CORRECTION = {
    "sli": "reachable",
    "begin": "2026-11-17T08:00:00",
    "end": "2026-11-17T20:00:00",
    "claim": "down",
    "cause": "power",
    "reason": "Mất điện theo thông báo 12/TB-ĐL",
}


def test_a_correction_counts_only_when_a_second_person_agrees(hub, client):
    before = client.get("/targets").text
    path = f"/targets/{PORTAL}/corrections"
    assert send(client, path, CORRECTION).status_code == 303
    with reading(hub.engine) as connection:
        mine, theirs = corrections.of_target(connection, PORTAL)
    assert row_of(client.get("/targets").text, "Cổng dịch vụ công của tỉnh") == row_of(
        before, "Cổng dịch vụ công của tỉnh"
    )
    own = send(client, f"{path}/{mine.id}", {"decision": "approve"})
    assert own.status_code == 409
    assert "Người đề nghị không được tự đồng ý" in own.text
    agreed = send(client, f"{path}/{theirs.id}", {"decision": "approve"})
    assert agreed.status_code == 303
    with reading(hub.engine) as connection:
        decided = corrections.of_target(connection, PORTAL)[1]
        assert corrections.waiting(connection) == [mine]
    assert (decided.approved, decided.decided_by) == (True, ADMIN)
    # the day nobody knew is known by now
    assert "100,0000 %" in row_of(client.get("/targets").text, "Cổng dịch vụ công của tỉnh")
    with writing(hub.engine) as connection:
        assert corrections.decide(connection, mine.id, NOW, "le-thi-b", approve=False)
        assert not corrections.decide(connection, mine.id, NOW, "le-thi-b", approve=True)
    actions = [row["action"] for row in hub.rows("audit") if row["subject"] == PORTAL]
    assert actions[-4:] == [
        "correction_asked",
        "correction_asked",
        "correction_approved",
        "correction_refused",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"end": "2026-11-17T08:00:00"},
        {"end": "2027-11-17T08:00:00"},
        {"begin": "x"},
        {"claim": "blind"},
        {"begin": "2024-11-17T08:00:00"},
    ],
)
def test_a_correction_that_cannot_be_is_refused(hub, client, wrong):
    answer = send(client, f"/targets/{PORTAL}/corrections", {**CORRECTION, **wrong})
    assert answer.status_code == 422
    assert len(hub.rows("correction")) == 1


@pytest.mark.parametrize(
    ("text", "share"),
    [("99,9", "999/1000"), ("100", "1"), ("0", "0"), ("99.95 %", "1999/2000"), ("1e2", None)],
)
def test_percentages_are_exact(text, share):
    assert target_forms.share(text) == share
    if share is not None:
        assert target_forms.share(target_forms.percent(share)) == share
