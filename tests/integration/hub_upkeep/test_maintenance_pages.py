"""Calibration and servicing as technicians do it: lists, checklists, minutes, intervals."""

import io
import json

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.upkeep.filing import file_papers
from support.hub_seed import DAY_MS, NOW, proof_of, seed_show
from support.outages import DESK, another

KIOSK, DISPLAY, UPS = 9, 7, 10
"""Devices of the seed, by their place in its list of classes."""
GOOD_KIOSK = {"item-clean": "yes", "item-touch_points": "9", "item-clock_drift": "0,4"}
WHY = "Thay màn hình trong tháng 12 theo kế hoạch"


@pytest.fixture
def client(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        connection.execute(schema.asset.update().values(added_at=NOW - 700 * DAY_MS, model="X-200"))
    return hub.signed_in()


def press(client, path, page="/maintenance/models", **data):
    proof = proof_of(client.get(page).text)
    return client.post(path, data={"proof": proof, **data})


def checked(client, asset=KIOSK, duty="calibration", day="2026-11-23", **answers):
    said = {"duty": duty, "done_on": day, "technician": "Trần Văn Cường", "witness": "Lê Thị Dung"}
    return press(client, f"/maintenance/{asset}/check", **said, **answers)


def signed(client, *args, **more):
    made = checked(client, *args, **more)
    assert made.status_code == 303, made.text
    path = made.headers["Location"]
    assert press(client, f"{path}/sign").status_code == 303
    return path


def records(hub):
    return sorted(hub.rows("servicing"), key=lambda row: row["id"])


def test_every_device_in_use_is_on_the_list_and_a_retired_one_is_not(hub, client):
    page = client.get("/maintenance").text
    assert "Quá hạn" in page
    assert "Máy bốc số" in page
    tasks, _, flags = page.partition('id="lacking"')
    assert "Camera cũ" not in tasks
    assert "Camera cũ" in flags
    used = [row for row in hub.rows("asset") if row["retired_at"] is None]
    assert f"0/{len(used) * 2}" in page
    assert "Năm 2025: " in page


def test_one_calibration_of_two_is_shown_as_one_of_two(client):
    assert "0/02 lần" in client.get(f"/maintenance/{KIOSK}").text
    signed(client, **GOOD_KIOSK)
    page = client.get(f"/maintenance/{KIOSK}").text
    assert "Năm 2026: 1/02 lần" in page
    assert "tối thiểu 02 lần/năm" in page


def test_what_is_recorded_counts_only_when_it_is_signed(hub, client):
    path = checked(client, **GOOD_KIOSK).headers["Location"]
    assert "0/02 lần" in client.get(f"/maintenance/{KIOSK}").text
    assert "Chưa ký" in client.get(path).text
    assert press(client, f"{path}/sign").status_code == 303
    (row,) = records(hub)
    assert (row["state"], row["result"], row["year"], row["number"]) == ("signed", "pass", 2026, 1)
    assert len(row["sha256"]) == 64
    assert press(client, f"{path}/sign").status_code == 409
    assert press(client, f"{path}/discard").status_code == 409
    told = [line["action"] for line in hub.rows("audit")]
    assert told[-2:] == ["servicing_recorded", "servicing_signed"]


def test_signed_minutes_cannot_be_changed_by_anybody(hub, client):
    path = signed(client, **GOOD_KIOSK)
    with writing(hub.engine) as connection:
        connection.execute(schema.asset.update().values(name="Tên khác", model="Y"))
    assert "Khớp với biên bản đã ký" in client.get(path).text
    words = PdfReader(io.BytesIO(client.get(f"{path}.pdf").data)).pages[0].extract_text()
    assert "Máy bốc số" in words
    assert "Tên khác" not in words
    change = text("UPDATE servicing SET result = 'fail'")
    with pytest.raises(DatabaseError, match="sealed"), writing(hub.engine) as connection:
        connection.execute(change)
    with writing(hub.engine) as connection:
        connection.execute(text("DROP TRIGGER servicing_sealed"))
        connection.execute(change)
    assert "KHÔNG khớp với biên bản đã ký" in client.get(path).text


def test_an_unsigned_record_can_be_done_again_or_thrown_away(hub, client):
    checked(client, **GOOD_KIOSK)
    path = checked(client, **(GOOD_KIOSK | {"item-clock_drift": "1"})).headers["Location"]
    assert len(records(hub)) == 1
    assert press(client, f"{path}/discard").status_code == 303
    assert records(hub) == []


def test_a_failed_item_opens_an_incident_and_the_device_stays_on_the_list(hub, client):
    before = {row["id"] for row in hub.rows("incident")}
    signed(client, **(GOOD_KIOSK | {"item-clock_drift": "3"}))
    (incident,) = [row for row in hub.rows("incident") if row["id"] not in before]
    assert (incident["kind"], incident["site"], incident["subject"]) == (
        "servicing", "ben-thanh", "kiosk",
    )  # fmt: skip
    assert incident["responsible"] == "hardware"
    assert "Độ lệch đồng hồ" in incident["detail"]
    assert records(hub)[0]["incident"] == incident["id"]
    assert "Không đạt, chờ khắc phục" in client.get("/maintenance").text
    assert "0/02 lần" in client.get(f"/maintenance/{KIOSK}").text
    signed(client, **(GOOD_KIOSK | {"item-clock_drift": "4"}))
    assert {row["id"] for row in hub.rows("incident")} - before == {incident["id"]}
    signed(client, **GOOD_KIOSK)
    assert "Không đạt, chờ khắc phục" not in client.get("/maintenance").text
    assert "1/02 lần" in client.get(f"/maintenance/{KIOSK}").text


def test_out_of_limits_passes_only_with_a_reason_that_stays_in_the_minutes(hub, client):
    screen = {"item-clean": "yes", "item-legible": "yes", "item-dead_pixels": "7"}
    path = signed(client, DISPLAY, **screen, **{"why-dead_pixels": WHY})
    (row,) = records(hub)
    assert row["result"] == "pass"
    found = {one["key"]: one for one in json.loads(row["findings"])}
    assert (found["dead_pixels"]["verdict"], found["dead_pixels"]["reason"]) == ("accepted", WHY)
    assert WHY in client.get(path).text
    refused = checked(client, DISPLAY, **screen, **{"why-dead_pixels": "ok"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"item-touch_points": ""}, "Ghi một số"),
        ({"item-clean": ""}, "Chọn Đạt hoặc Không đạt"),
        ({"technician": " "}, "Ghi họ tên người thực hiện"),
        ({"day": "2026-11-24"}, "tương lai"),
        ({"day": "2025-01-01"}, "quá một năm trước"),
        ({"day": "hôm nay"}, "Ngày không đúng"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(
    hub, client, changed, words
):
    answers = GOOD_KIOSK | {key: value for key, value in changed.items() if key != "day"}
    technician = answers.pop("technician", "Trần Văn Cường")
    said = {"duty": "calibration", "done_on": changed.get("day", "2026-11-23")}
    said |= {"technician": technician, **answers}
    refused = press(client, f"/maintenance/{KIOSK}/check", **said)
    assert refused.status_code == 422
    assert words in refused.text
    assert records(hub) == []


def test_a_ups_is_measured_against_what_it_was_promised_to_reach(hub, client):
    answers = {"item-clean": "yes", "item-runtime": "14", "item-alarm": "yes"}
    assert "cam kết" in checked(client, UPS, **answers).text
    life = {"promised_minutes": "15", "bought_on": "2022-03-01", "warranty_until": "2024-03-01"}
    page = f"/maintenance/{UPS}"
    assert press(client, f"{page}/life", page, **life).status_code == 303
    signed(client, UPS, **answers)
    signed(client, UPS, **(answers | {"item-runtime": "15"}))
    assert [row["result"] for row in records(hub)] == ["fail", "pass"]
    signed(client, UPS, duty="self_test", **{"item-self_test": "yes", "item-charge": "100"})
    assert records(hub)[-1]["duty"] == "self_test"


def test_a_makers_interval_goes_before_the_rule_and_names_its_source(client):
    interval = {"kind": "kiosk", "model": "X-200", "days": "90"}
    assert press(client, "/maintenance/models", **interval).status_code == 422
    interval["source"] = "Sổ tay X-200, mục 7"
    assert press(client, "/maintenance/models", **interval).status_code == 303
    assert "90 ngày/lần" in client.get(f"/maintenance/{KIOSK}").text
    assert "tối thiểu 02 lần/năm" in client.get(f"/maintenance/{DISPLAY}").text
    wrong = interval | {"model": "không có"}
    assert press(client, "/maintenance/models", **wrong).status_code == 404
    assert press(client, "/maintenance/models", **interval | {"days": "0"}).status_code == 422


def test_a_spare_owes_nothing_and_a_retired_device_is_not_checked(hub, client):
    page = f"/maintenance/{KIOSK}"
    assert press(client, f"{page}/life", page, spare="yes").status_code == 303
    assert "Dự phòng trong kho" in client.get(page).text
    assert "Không phải làm" in client.get(page).text
    (gone,) = [row["id"] for row in hub.rows("asset") if row["retired_at"] is not None]
    assert client.get(f"/maintenance/{gone}").status_code == 200
    assert client.get(f"/maintenance/{gone}/check").status_code == 409
    assert checked(client, gone, **GOOD_KIOSK).status_code == 409


def test_the_minutes_have_places_for_two_signatures_and_their_hash(hub, client):
    path = signed(client, **GOOD_KIOSK)
    file_papers(hub.engine, DESK, NOW)
    (kept,) = hub.rows("document")
    paper = client.get(f"{path}.pdf").data
    assert paper == kept["content"]
    words = " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    for said in ("BIÊN BẢN HIỆU CHUẨN, BẢO DƯỠNG THIẾT BỊ", "NGƯỜI THỰC HIỆN", "ĐẠI DIỆN ĐƠN VỊ",
                 "Trần Văn Cường", "Lê Thị Dung", "không quá 2 s", "0,4 s", "Máy bốc số",
                 records(hub)[0]["sha256"]):  # fmt: skip
        assert said in words
    assert file_papers(hub.engine, DESK, NOW + 1) == 0


def test_people_who_are_no_administrators_check_but_do_not_change_lives(hub, client):
    del client
    technician = another(hub, "ky-thuat", role="viewer")
    proof = proof_of(technician.get(f"/maintenance/{KIOSK}/check").text)
    said = {"proof": proof, "duty": "calibration", "done_on": "2026-11-23", "technician": "A B"}
    made = technician.post(f"/maintenance/{KIOSK}/check", data={**said, **GOOD_KIOSK})
    assert made.status_code == 303
    life = technician.post(f"/maintenance/{KIOSK}/life", data={"proof": proof, "spare": "yes"})
    assert life.status_code == 403


def test_drills_of_the_year_are_counted_for_each_office(client):
    page = client.get("/maintenance?site=ben-thanh").text
    row = page[page.index('id="progress"') :]
    assert 'data-label="Diễn tập">1<' in row
