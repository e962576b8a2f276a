"""Pages of reports, calendars and planned work: who may do what, and what is written down."""

import hashlib
import json
import re

import pytest
from sqlalchemy import insert, select

from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.reporting import making
from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store import archive, calendars, plans, reporting, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime
from motcua_hub.web.security import sessions
from support.hub_seed import NOW, proof_of, seed_show
from support.reported_hub import seed_all

NUMBER = "TGHD-2026-0001"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


@pytest.fixture
def full(hub, client):
    seed_all(hub)
    return client


def person(hub, name, role="admin"):
    """Somebody else's session."""
    with writing(hub.engine) as connection:
        row = {"name": name, "password_hash": "x", "role": role, "created_at": NOW}
        account = connection.execute(
            insert(schema.account).values(row).returning(schema.account.c.id)
        ).scalar_one()
        token = sessions.begin(connection, account, NOW)
    client = hub.app.test_client()
    client.set_cookie(sessions.COOKIE, token)
    return client


def send(client, path, page, **data):
    proof = proof_of(client.get(page).text)
    return client.post(path, data={"proof": proof, **data})


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def trail(hub, *actions):
    return [row for row in hub.rows("audit") if row["action"] in actions]


def local(ms):
    return localtime.at(ms).strftime("%Y-%m-%dT%H:%M")


def wish(**changes):
    said = {
        "scope": "site",
        "site": "ben-thanh",
        "begin": local(NOW + 2 * DAY),
        "end": local(NOW + 2 * DAY + HOUR),
        "reason": "Thay UPS",
    }
    return {**said, **changes}


# planned work


def test_a_window_is_asked_for_by_one_and_agreed_to_by_another(hub, client):
    assert send(client, "/windows", "/windows", **wish()).status_code == 303
    page = client.get("/windows").text
    assert "Cần người khác duyệt" in page
    own = send(client, "/windows/window/1/approve", "/windows")
    assert own.status_code == 409
    assert "Người đề nghị không được tự duyệt" in own.text
    assert send(person(hub, "binh"), "/windows/window/1/approve", "/windows").status_code == 303
    with reading(hub.engine) as connection:
        plan = plans.window(connection, 1)
    assert (plan.asked_by, plan.approved_by) == ("quan-tri", "binh")
    assert plan.begin_at == NOW + 2 * DAY
    rows = [(row["action"], row["actor"]) for row in trail(hub, "window_asked", "work_decided")]
    assert rows == [("window_asked", "quan-tri"), ("work_decided", "binh")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"begin": local(NOW + HOUR)}, "trước ít nhất 24 giờ"),
        ({"end": local(NOW)}, "phải sau thời điểm bắt đầu"),
        ({"site": "khong-co"}, "Cần chọn phạm vi"),
        ({"scope": "target", "target": "x"}, "Cần chọn phạm vi"),
        ({"begin": "mai"}, "hãy chọn ngày và giờ"),
        ({"begin": "0001-01-01T00:00"}, "hãy chọn ngày và giờ"),
        ({"reason": " "}, "Cần ghi lý do"),
        ({"told_at": local(NOW + DAY)}, "số văn bản thông báo"),
    ],
)
def test_a_window_that_cannot_be_is_refused_in_words_and_keeps_what_was_typed(
    hub, client, changes, told
):
    answer = send(client, "/windows", "/windows", **wish(**changes))
    assert answer.status_code == 422
    assert told in answer.text
    if changes.get("reason") != " ":
        assert "Thay UPS" in answer.text
    assert hub.rows("maintenance_window") == []


def test_an_exclusion_needs_a_paper_and_another_person(hub, client):
    past = wish(begin=local(NOW - DAY), end=local(NOW - HOUR))
    assert send(client, "/exclusions", "/windows", **past).status_code == 422
    answer = send(client, "/exclusions", "/windows", **past, paper="12/QĐ-UBND", incident="#7")
    assert answer.status_code == 303
    assert send(person(hub, "binh"), "/windows/exclusion/1/approve", "/windows").status_code == 303
    with reading(hub.engine) as connection:
        plan = plans.exclusion(connection, 1)
    assert (plan.incident, plan.paper, plan.approved_by) == (7, "12/QĐ-UBND", "binh")
    again = send(client, "/windows/exclusion/1/end", "/windows", why="Sai điểm")
    assert again.status_code == 303
    assert "Sai điểm" in words(client.get("/windows").text)


def test_refusing_needs_a_reason_and_what_is_not_there_is_404(hub, client):
    send(client, "/windows", "/windows", **wish())
    other = person(hub, "binh")
    assert send(other, "/windows/window/1/refuse", "/windows").status_code == 409
    refused = send(other, "/windows/window/1/refuse", "/windows", why="Trùng kỳ thi")
    assert refused.status_code == 303
    for path in ("window/99/approve", "other/1/approve", "window/1/burn", f"window/{2**40}/end"):
        assert send(client, f"/windows/{path}", "/windows").status_code == 404, path


def test_who_is_no_administrator_reads_only(hub, full):
    reader = person(hub, "chi", role="viewer")
    proof = proof_of(reader.get("/windows").text)
    assert "Chỉ quản trị viên" in reader.get("/windows").text
    assert "Chỉ quản trị viên" in reader.get("/calendar/2026").text
    paths = [
        "/windows",
        "/exclusions",
        "/windows/window/1/approve",
        "/calendar/2026/off",
        "/calendar/2026/shifts",
        "/reports",
        f"/reports/{NUMBER}/revise",
        "/reports/settings/plan",
        "/reports/settings/template",
        "/reports/public",
    ]
    for path in paths:
        assert reader.post(path, data={"proof": proof}).status_code == 403, path
        assert full.post(path, data={"proof": "00"}).status_code == 400, path


# calendars


def test_a_year_is_edited_and_every_edit_written_down(hub, client):
    page, path = "/calendar/2027", "/calendar/2027"
    assert "chưa có thông báo chính thức" in client.get(page).text
    assert send(client, f"{path}/off", page, day="2027-12-06", name="Bão").status_code == 303
    assert send(client, f"{path}/work", page, day="2027-12-11", like="1").status_code == 303
    assert send(client, f"{path}/remove", page, day="2027-09-03").status_code == 303
    assert send(client, f"{path}/notice", page, notice="CV 9/VPCP").status_code == 303
    with reading(hub.engine) as connection:
        held = calendars.year(connection, 2027)
    assert "2027-12-06" in {each.day for each in held.days.days_off}
    assert "2027-09-03" not in {each.day for each in held.days.days_off}
    assert [each.day for each in held.days.work_days] == ["2027-12-11"]
    assert held.days.notice == "CV 9/VPCP"
    told = client.get(page).text
    assert "chưa có thông báo chính thức" not in told.replace("Để trống: chưa có", "")
    assert [row["detail"] for row in trail(hub, "calendar_changed")] == [
        "+ 2027-12-06 Bão",
        "+ 2027-12-11 = 1",
        "- 2027-09-03",
        "notice: CV 9/VPCP",
    ]


@pytest.mark.parametrize(
    ("act", "data", "told"),
    [
        ("off", {"day": "2028-01-01", "name": "x"}, "không thuộc năm"),
        ("off", {"day": "2027-01-01", "name": "x"}, "đã có trong lịch"),
        ("work", {"day": "2027-12-06", "like": "1"}, "thứ Bảy hoặc Chủ nhật"),
        ("remove", {"day": "x"}, "Ngày chưa đúng"),
        ("shifts", {"morning_opens": "07:00", "morning_closes": "8:00"}, "Giờ làm việc chưa đúng"),
        ("shifts", {"site": "x", "morning_opens": "07:00", "morning_closes": "08:00"}, "Không có"),
        ("shifts", {"morning_opens": "09:00", "morning_closes": "08:00"}, "Giờ làm việc chưa đúng"),
        ("shifts", {}, "Giờ làm việc chưa đúng"),
        ("shifts", {"act": "default"}, "Không có điểm"),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_is_refused_in_words(hub, client, act, data, told):
    answer = send(client, f"/calendar/2027/{act}", "/calendar/2027", **data)
    assert answer.status_code == 422
    assert told in answer.text
    assert trail(hub, "calendar_changed", "shifts_changed") == []


def test_an_office_gets_hours_of_its_own_and_gives_them_back(hub, client):
    page = "/calendar/2026"
    hours = {"morning_opens": "07:00", "morning_closes": "12:00", "saturday_opens": "07:30"}
    said = {"site": "ben-thanh", **hours, "saturday_closes": "11:30", "act": "set"}
    assert send(client, "/calendar/2026/shifts", page, **said).status_code == 303
    with reading(hub.engine) as connection:
        mine = calendars.shifts(connection)["ben-thanh"]
    assert [(each.days, each.opens, each.closes) for each in mine.shifts] == [
        ((1, 2, 3, 4, 5), "07:00", "12:00"),
        ((6,), "07:30", "11:30"),
    ]
    assert "Thứ Hai–Thứ Sáu: 07:00–12:00; Thứ Bảy: 07:30–11:30" in client.get(page).text
    back = send(client, "/calendar/2026/shifts", page, site="ben-thanh", act="default")
    assert back.status_code == 303
    with reading(hub.engine) as connection:
        assert set(calendars.shifts(connection)) == {""}
    assert len(trail(hub, "shifts_changed")) == 2


def test_years_that_no_calendar_holds_are_not_there(client):
    assert client.get("/calendar").headers["Location"].endswith("/calendar/2026")
    for year in ("1999", "2100"):
        assert client.get(f"/calendar/{year}").status_code == 404


# reports


def test_a_report_is_read_downloaded_and_its_hash_is_that_of_the_file(full):
    page = full.get(f"/reports/{NUMBER}").text
    raw = full.get(f"/reports/{NUMBER}/2/json").data
    assert hashlib.sha256(raw).hexdigest() in page
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page
    for kind, begins in (
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("csv", b"\xef\xbb\xbf"),
        ("targets", b"{"),
    ):
        answer = full.get(f"/reports/{NUMBER}/2/{kind}")
        assert answer.data.startswith(begins)
        assert f"{NUMBER}-v2" in answer.headers["Content-Disposition"]
    assert full.get(f"/reports/{NUMBER}/2/exe").status_code == 404
    assert full.get(f"/reports/{NUMBER}/9").status_code == 404
    assert full.get("/reports/TGHD-2026-9999").status_code == 404
    assert full.get("/reports/..%2f").status_code == 404


def test_an_old_version_says_so_and_versions_can_be_compared(full):
    assert "không phải phiên bản mới nhất" in full.get(f"/reports/{NUMBER}/1").text
    assert "không phải phiên bản mới nhất" not in full.get(f"/reports/{NUMBER}/2").text
    told = words(full.get(f"/reports/{NUMBER}/compare?a=2&b=1").text)
    assert "Phần mềm một cửa Không có số liệu 9:00:00 0:00:00" in told
    same = full.get(f"/reports/{NUMBER}/compare?a=1&b=1").text
    assert "Không có số liệu nào khác" in same


def test_a_report_is_computed_again_from_its_evidence(full):
    for version in (1, 2):
        page = full.get(f"/reports/{NUMBER}/{version}/check").text
        assert "Đã tính lại 5 đối tượng" in page


def test_a_check_finds_what_somebody_changed_behind_the_hubs_back(hub, full):
    with writing(hub.engine) as connection:
        for name in ("evidence_no_update", "sla_report_no_update"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE evidence SET claim = 'up' WHERE target = 'srv-01' AND claim = 'down'"
        )
    page = full.get(f"/reports/{NUMBER}/1/check").text
    assert "không khớp: srv-01" in page
    with writing(hub.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE sla_report SET document = CAST(replace(document, '1:30:00', '0:30:00') AS BLOB)"
        )
    assert "Mã băm của tệp số liệu gốc" in full.get(f"/reports/{NUMBER}/1/check").text


def test_what_is_asked_for_is_made_by_the_worker(hub, full):
    page = "/reports"
    answer = send(full, page, page, kind="month", year="2026", index="9", target_kind="server")
    assert answer.status_code == 303
    assert "Tháng 09 năm 2026" in full.get(page).text
    list(Schedule(hub.engine).answer(NOW))
    listed = full.get(page).text
    assert "TGHD-2026-0003" in listed
    assert [row["subject"] for row in trail(hub, "report_asked")] == ["month:2026-09"]
    with reading(hub.engine) as connection:
        (entry,) = archive.versions(connection, "TGHD-2026-0003")
    assert entry.filters == archive.Filters(kind="server")
    assert entry.made_by == "quan-tri"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"kind": "month", "year": "2026", "index": "11"}, "chưa kết thúc"),
        ({"kind": "month", "year": "2026", "index": "13"}, "chưa đúng"),
        ({"kind": "week", "year": "2026", "index": "1"}, "chưa đúng"),
        ({"kind": "month", "year": "2026", "index": "10"}, "đã có báo cáo"),
        ({"kind": "month", "year": "2026", "index": "9", "unit": "x"}, "Không có đơn vị"),
        ({"kind": "month", "year": "2026", "index": "9", "target_kind": "x"}, "Không có đơn vị"),
    ],
)
def test_a_report_that_cannot_be_is_refused_in_words(hub, full, data, told):
    answer = send(full, "/reports", "/reports", **data)
    assert answer.status_code == 422
    assert told in answer.text
    assert trail(hub, "report_asked") == []


def test_a_correction_needs_a_reason_and_makes_the_next_version(hub, full):
    path = f"/reports/{NUMBER}"
    assert send(full, f"{path}/revise", path, reason=" ").status_code == 422
    assert send(full, f"{path}/revise", path, reason="Đổi tên đơn vị").status_code == 303
    made = list(Schedule(hub.engine).answer(NOW))
    assert (made[-1].version, made[-1].reason) == (3, "Đổi tên đơn vị")
    assert "Đổi tên đơn vị" in full.get(path).text


def test_when_reports_are_made_and_for_whom_is_set_by_administrators(hub, full):
    page, path = "/reports/settings", "/reports/settings/plan"
    said = {"kind": "month", "enabled": "yes", "day": "5", "hour": "8"}
    bad = send(full, path, page, **said, recipients="a@tinh.vn, khong-phai")
    assert bad.status_code == 422
    assert send(full, path, page, **{**said, "day": "32"}).status_code == 422
    assert send(full, path, page, **{**said, "kind": "week"}).status_code == 422
    good = send(full, path, page, **said, recipients="a@tinh.vn, b@tinh.vn\na@tinh.vn")
    assert good.status_code == 303
    with reading(hub.engine) as connection:
        plan = reporting.plans(connection)[0]
    assert (plan.day, plan.hour, plan.recipients) == (5, 8, ("a@tinh.vn", "b@tinh.vn"))
    assert "ngày 5 sau khi hết kỳ, lúc 8 giờ" in full.get("/reports").text


def test_one_template_for_the_province_and_its_hash_in_every_report(hub, full):
    page, path = "/reports/settings", "/reports/settings/template"
    said = {"org": "Sở KH&CN", "place": "Huế", "receivers": "UBND\n\n  Lưu: VT  "}
    assert send(full, path, page, **said).status_code == 303
    with reading(hub.engine) as connection:
        held = reporting.template(connection)
        kept = connection.scalars(select(schema.report_template.c.sha256)).all()
    assert (held.org, held.receivers) == ("Sở KH&CN", ("UBND", "Lưu: VT"))
    assert kept[-1] in full.get(page).text
    old = json.loads(full.get(f"/reports/{NUMBER}/2/json").data)
    assert old["head"]["org"] == "Trung tâm Phục vụ hành chính công"
    assert old["head"]["template"] != kept[-1]
