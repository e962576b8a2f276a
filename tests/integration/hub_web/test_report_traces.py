"""From every figure of a report to its evidence; and what becomes of a report asked for."""

import html
import json
import re
import subprocess

import pytest

from motcua_hub.domain.reporting.document import read
from motcua_hub.reporting import apart, duties, making
from motcua_hub.reporting import reading as reading_of_targets
from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store import archive, drawings
from motcua_hub.store.engine import reading, writing
from support.hub_seed import NOW, proof_of, seed_show
from support.reported_hub import seed_all

NUMBER = "TGHD-2026-0001"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(making.pdf, "drawn", lambda _document, _sha: b"%PDF-quick")


@pytest.fixture
def full(hub):
    seed_show(hub)
    seed_all(hub)
    return hub.signed_in()


def document(hub, version):
    with reading(hub.engine) as connection:
        entry = archive.versions(connection, NUMBER)[version - 1]
        return read(archive.document(connection, entry))


def words(text):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def leads(text, pattern):
    return sorted({html.unescape(link) for link in re.findall(rf'href="({pattern})"', text)})


def test_every_target_and_every_outage_of_the_screen_leads_to_what_it_follows_from(hub, full):
    page = full.get(f"/reports/{NUMBER}/1").text
    told = document(hub, 1)
    links = leads(page, rf"/reports/{NUMBER}/1/trace/[^\"]+")
    wanted = {f"/reports/{NUMBER}/1/trace/{row.key}" for row in told.table("targets").rows}
    for key in ("outages", "missing"):
        for row in told.table(key).rows:
            name, _, begin = row.key.partition("@")
            wanted.add(f"/reports/{NUMBER}/1/trace/{name}#at-{begin}")
    assert set(links) == wanted
    for link in links:
        target, _, anchor = link.partition("#")
        answer = full.get(target)
        assert answer.status_code == 200
        if anchor:
            assert f'id="{anchor}"' in answer.text, "the time itself is there"


def test_a_trace_shows_the_figures_of_the_report_their_seal_and_who_said_what(hub, full):
    page = full.get(f"/reports/{NUMBER}/1/trace/srv-01").text
    told, text = document(hub, 1), words(page)
    (row,) = [row for row in told.table("targets").rows if row.key == "srv-01"]
    for cell in row.cells:
        assert cell.text in text
    with reading(hub.engine) as connection:
        entry = archive.versions(connection, NUMBER)[0]
        sealed = making.kept_one(connection, entry, "srv-01")
    assert sealed.always.sha256 in text
    assert sealed.office.sha256 in text
    assert "kết quả trùng khớp với báo cáo đã đóng dấu" in text
    assert "Nguồn điện" in text
    assert "Thăm dò, trung tâm · hạng 60" in text
    with reading(hub.engine) as connection:
        ids = connection.exec_driver_sql(
            "SELECT id FROM evidence WHERE target = 'srv-01' AND claim = 'down'"
        ).scalars()
        assert all(each in text for each in ids)


def test_a_trace_of_an_old_version_knows_nothing_of_what_came_later(full):
    before, after = (
        words(full.get(f"/reports/{NUMBER}/{version}/trace/one-stop").text) for version in (1, 2)
    )
    assert "Không nguồn nào nói gì về khoảng này." in before
    assert "Đối tượng hoạt động suốt kỳ." in after
    for text in (before, after):
        assert "kết quả trùng khớp" in text


def test_a_trace_says_when_evidence_no_longer_gives_the_sealed_figures(hub, full):
    with writing(hub.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS evidence_no_update")
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'evidence'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE evidence SET claim = 'up' WHERE target = 'srv-01' AND claim = 'down'"
        )
    text = words(full.get(f"/reports/{NUMBER}/1/trace/srv-01").text)
    assert "cho kết quả khác số liệu đã đóng dấu" in text


def test_a_version_is_checked_by_another_process_and_a_check_that_fails_is_told(full, monkeypatch):
    path = f"/reports/{NUMBER}/1/check"
    with monkeypatch.context() as patch:
        patch.setattr(reading_of_targets, "findings", None)
        text = full.get(path).text
        assert "mọi số liệu và mã băm đúng như báo cáo" in text, "this process measures nothing"

    def broken(command, **_how):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(apart.subprocess, "run", broken)
    answer = full.get(path)
    assert answer.status_code == 503
    assert "Không kiểm tra lại được lúc này" in answer.text


def test_a_line_of_sums_leads_to_the_targets_that_it_is_the_sum_of(hub, full):
    page, told = full.get(f"/reports/{NUMBER}/1").text, document(hub, 1)
    links = leads(page, rf"/reports/{NUMBER}/1/lines/[^\"]+")
    lines = sum(
        not row.total
        for key in ("units", "sites", "kinds", "carriers")
        for row in told.table(key).rows
    )
    assert len(links) == lines
    down = [column.key for column in told.table("targets").columns].index("down")
    at = [column.key for column in told.table("units").columns].index("down")
    for row in told.table("units").rows[:-1]:
        answer = full.get(f"/reports/{NUMBER}/1/lines/units/{row.cells[0].text}")
        shown = leads(answer.text, rf"/reports/{NUMBER}/1/trace/[^\"]+")
        mine = [
            each.cells[down].value
            for each in told.table("targets").rows
            if f"/reports/{NUMBER}/1/trace/{each.key}" in shown
        ]
        assert sum(mine) == row.cells[at].value
    for link in links:
        assert full.get(link).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/reports/{NUMBER}/1/trace/nobody",
        f"/reports/{NUMBER}/9/trace/srv-01",
        "/reports/x/1/trace/srv-01",
        f"/reports/{NUMBER}/1/lines/units/nobody",
        f"/reports/{NUMBER}/1/lines/outages/srv-01",
        "/reports/asked/999",
        "/live/reports/asked/999",
    ],
)
def test_what_is_not_there_is_not_found(full, path):
    assert full.get(path).status_code == 404


def asked(full, **more):
    proof = proof_of(full.get("/reports").text)
    data = {"kind": "month", "year": "2026", "index": "9", **more}
    return full.post("/reports", data={"proof": proof, **data}).headers["Location"]


def live(full, path):
    return json.loads(full.get(f"/live{path}").data)["parts"]["asked"]


def test_who_asks_sees_it_made_and_is_taken_to_the_report(hub, full):
    path = asked(full)
    assert re.fullmatch(r"/reports/asked/\d+", path)
    page = full.get(path).text
    assert f'data-live="/live{path}"' in page
    assert "Tháng 09 năm 2026" in page
    assert "còn 1 báo cáo được lập trước" in live(full, path)
    with writing(hub.engine) as connection:
        drawings.begin(connection, f"request/{path.rpartition('/')[2]}", NOW)
    assert "Đang lập, bắt đầu lúc" in live(full, path)
    list(Schedule(hub.engine).answer(NOW))
    done = live(full, path)
    (link,) = re.findall(r'data-turns-to="([^"]+)"', done)
    assert full.get(link).status_code == 200
    assert "Tháng 09 năm 2026" in full.get(link).text


def test_who_asks_is_told_of_failures_and_of_the_end_of_trying(hub, full):
    path = asked(full)
    number = int(path.rpartition("/")[2])
    with writing(hub.engine) as connection:
        drawings.begin(connection, f"request/{number}", NOW)
        drawings.fail(connection, f"request/{number}", NOW, "ended by SIGKILL")
    assert "bị ngắt 1 lần; sẽ tự thử lại lúc" in words(live(full, path))
    with writing(hub.engine) as connection:
        archive.end_request(connection, number, NOW, trouble="reports.fault.crashed")
    assert "ba lần liên tiếp" in live(full, path)
    assert "ba lần liên tiếp" in full.get("/reports").text


def test_an_owed_report_that_cannot_be_made_is_told_on_the_list(hub, full):
    with writing(hub.engine) as connection:
        drawings.begin(connection, "owed/month:2026-11", NOW)
        drawings.fail(connection, "owed/month:2026-11", NOW, "exit code 1")
    text = words(full.get("/reports").text)
    assert "Báo cáo Tháng 11 năm 2026 chưa lập được sau 1 lần" in text
    assert duties.TRIES == 3


def test_a_version_from_before_there_was_a_short_form_is_still_shown(hub, full):
    with writing(hub.engine) as connection:
        for name in ("sla_report_file_no_delete", "sla_report_file_append_only_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        found = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='sla_report_file'"
        ).scalars()
        for name in list(found):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("DELETE FROM sla_report_file WHERE kind = 'short'")
    assert "99,7982 %" in full.get(f"/reports/{NUMBER}/1").text
