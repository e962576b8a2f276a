"""Notices as people handle them: edit, approve, send, read, excuse; what is refused."""

import io
import json
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.upkeep.part import desk_of
from motcua_hub.upkeep.watch import Watch
from support.hub_seed import DAY_MS, MINUTE, NOW, proof_of, seed_show
from support.outages import EMAIL, GROUPS, another, name_recipients, outage, rows, turn

TITLE = "Về việc gián đoạn đường truyền"
BODY = "Đường truyền bị gián đoạn.\n\nĐề nghị phối hợp."


@pytest.fixture
def client(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        name_recipients(connection)
        outage(connection)
    hub.clock.now = NOW + 8_000
    draft(hub)
    return hub.signed_in()


def draft(hub):
    return Watch(hub.engine, desk_of(hub.config.notices)).round(hub.clock.now)


def press(client, what, notice=1, **data):
    proof = proof_of(client.get("/notices/recipients").text)
    return client.post(f"/notices/{notice}/{what}", data={"proof": proof, **data})


def sent(hub, client, notice=1):
    assert press(client, "approve", notice, revision=revision(hub, notice)).status_code == 303
    assert press(client, "send", notice).status_code == 303


def revision(hub, notice=1):
    return next(row["revision"] for row in hub.rows("notice") if row["id"] == notice)


def row(hub, notice=1):
    return next(row for row in hub.rows("notice") if row["id"] == notice)


def actions(hub):
    return [line["action"] for line in hub.rows("audit") if "notice" in line["subject"]]


def links(hub):
    return {
        one["address"]: re.search(r"https?://[^/\s]+(/notices/read/\S+)", one["body"]).group(1)
        for one in hub.rows("outbox")
    }


def test_a_draft_waits_on_the_page_with_its_delay_and_its_rule(client):
    page = client.get("/notices").text
    assert "Dự thảo 1" in page
    one = client.get("/notices/1").text
    assert "8 giây" in one
    assert "mức 1 (ngừng phục vụ công dân): phải thông báo" in one
    for name in GROUPS.values():
        assert name in one


def test_one_person_approves_and_sends_what_the_system_drafted(hub, client):
    sent(hub, client)
    told = row(hub)
    assert (told["state"], told["year"], told["number"]) == ("sent", 2026, 1)
    assert (told["approved_by"], told["sent_by"]) == ("quan-tri", "quan-tri")
    assert {one["address"] for one in hub.rows("outbox")} == set(EMAIL.values())
    assert {one["key"] for one in hub.rows("outbox")} == {f"notice:1:{n}" for n in range(1, 6)}
    page = client.get("/notices/1").text
    assert "Đã gửi 5 nơi nhận" in page
    assert "Khớp với bản đã gửi" in page
    assert actions(hub) == ["notice_approved", "notice_sent"]


def test_the_writer_of_a_text_does_not_approve_it_alone_and_edits_are_kept(hub, client):
    assert press(client, "edit", revision=1, title=TITLE, body=BODY).status_code == 303
    refused = press(client, "approve", revision=2)
    assert refused.status_code == 409
    assert "không được tự duyệt một mình" in refused.text
    other = another(hub, "pho-giam-doc")
    assert press(other, "approve", revision=1).status_code == 409
    assert press(other, "approve", revision=2).status_code == 303
    assert [one["actor"] for one in hub.rows("notice_revision")] == ["motcua", "quan-tri"]
    assert row(hub)["body"] == "Đường truyền bị gián đoạn.\nĐề nghị phối hợp."


def test_an_edit_after_the_approval_must_be_approved_again(hub, client):
    press(client, "approve", revision=1)
    other = another(hub, "pho-giam-doc")
    assert press(other, "edit", revision=1, title=TITLE, body=BODY).status_code == 303
    assert press(client, "send").status_code == 409
    assert row(hub)["approved_by"] is None
    sent(hub, client)


def test_of_two_who_edit_at_once_the_second_sees_the_first(hub, client):
    other = another(hub, "pho-giam-doc")
    assert press(client, "edit", revision=1, title=TITLE, body=BODY).status_code == 303
    refused = press(other, "edit", revision=1, title="Khác", body="Khác")
    assert refused.status_code == 409
    assert "vừa được người khác thay đổi" in refused.text
    assert row(hub)["title"] == TITLE


def test_nothing_goes_out_without_recipients_and_a_missing_group_wants_a_reason(hub, client):
    press(client, "approve", revision=1)
    with writing(hub.engine) as connection:
        table = schema.notice_recipient
        party = table.c.grp == "party"
        connection.execute(update(table).where(party).values(valid_until="2026-11-22"))
    assert press(client, "send").status_code == 409
    assert row(hub)["number"] is None
    why = "Văn phòng Tỉnh ủy đã được báo trực tiếp"
    assert press(client, "send", why=why).status_code == 303
    assert row(hub)["why"] == why
    assert len(hub.rows("notice_delivery")) == 4
    with writing(hub.engine) as connection:
        connection.execute(update(schema.notice_recipient).values(valid_until="2026-01-02"))
        outage(connection, subject="b")
    draft(hub)
    press(client, "approve", 2, revision=1)
    assert "Chưa có nơi nhận nào" in press(client, "send", 2, why=why).text


def test_a_notice_that_was_sent_cannot_be_changed_by_anybody(hub, client):
    sent(hub, client)
    for what in ("edit", "approve", "send", "excuse"):
        data = {"revision": 1, "title": TITLE, "body": BODY, "why": "một lý do đủ dài"}
        assert press(client, what, **data).status_code == 409
    for statement in ("UPDATE notice SET body = 'x'", "UPDATE notice_revision SET body = 'x'"):
        with pytest.raises(DatabaseError, match="sealed"), writing(hub.engine) as connection:
            connection.execute(text(statement))
    before = row(hub)
    with writing(hub.engine) as connection:
        connection.execute(text("UPDATE notice_delivery SET name = 'x' WHERE id = 1"))
    assert row(hub) == before
    assert "KHÔNG khớp" in client.get("/notices/1").text


def test_opening_a_link_confirms_nothing_and_a_press_confirms_once(hub, client):
    sent(hub, client)
    link = links(hub)[EMAIL["party"]]
    stranger = hub.app.test_client()
    for _ in range(3):
        page = stranger.get(link)
        assert page.status_code == 200
        assert stranger.head(link).status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "Bến Thành" in page.text
    assert [one["read_at"] for one in hub.rows("notice_delivery")] == [None] * 5
    hub.clock.now += MINUTE
    assert "Đã xác nhận đọc lúc" in stranger.post(link).text
    first = hub.rows("notice_delivery")[0]
    assert (first["grp"], first["read_at"], first["read_how"]) == ("party", hub.clock.now, "page")
    hub.clock.now += MINUTE
    assert stranger.post(link).status_code == 200
    assert hub.rows("notice_delivery")[0] == first
    assert "Phạm vi ảnh hưởng" not in stranger.get(link).text
    assert stranger.get(f"{link}/notice.pdf").status_code == 404
    assert "1 nơi xác nhận đã đọc" in client.get("/notices/1").text


def test_a_machine_that_asks_for_json_confirms_by_its_call(hub, client):
    sent(hub, client)
    link = links(hub)[EMAIL["agencies"]]
    machine, asks = hub.app.test_client(), {"Accept": "application/json"}
    answer = machine.post(link, headers=asks)
    assert (answer.status_code, json.loads(answer.data)) == (200, {"read": True})
    assert machine.post(link, headers=asks).status_code == 409
    told = {one["grp"]: one["read_how"] for one in hub.rows("notice_delivery")}
    assert told["agencies"] == "call"
    data = json.loads(hub.rows("outbox")[0]["data"])
    assert set(data) == {"notice", "kind", "title", "sha256", "receipt"}


@pytest.mark.parametrize("change", ["cut", "letter", "other", "long"])
def test_a_link_that_was_not_made_here_finds_nothing(hub, client, change):
    sent(hub, client)
    link = links(hub)[EMAIL["party"]]
    wrong = {
        "cut": link[:-1],
        "letter": link[:-5] + ("A" if link[-5] != "A" else "B") + link[-4:],
        "other": "/notices/read/" + "A" * 43,
        "long": link + "A" * 400,
    }[change]
    assert hub.app.test_client().get(wrong).status_code == 404
    assert hub.app.test_client().post(wrong).status_code == 404
    assert all(one["read_at"] is None for one in hub.rows("notice_delivery"))


def test_a_link_proves_nothing_after_ninety_days(hub, client):
    sent(hub, client)
    link = links(hub)[EMAIL["party"]]
    hub.clock.now += 90 * DAY_MS + 1
    stranger = hub.app.test_client()
    assert "quá hạn" in stranger.get(link).text
    stranger.post(link)
    assert hub.rows("notice_delivery")[0]["read_at"] is None


def test_numbers_begin_anew_every_year_and_have_no_holes(hub, client):
    sent(hub, client)
    for number in (2, 3):
        with writing(hub.engine) as connection:
            outage(connection, subject=f"x{number}")
        draft(hub)
        sent(hub, client, number)
    hub.clock.now += 60 * DAY_MS
    client = another(hub, "nam-moi")
    with writing(hub.engine) as connection:
        outage(connection, hub.clock.now, subject="y")
    draft(hub)
    sent(hub, client, 4)
    assert [(one["year"], one["number"]) for one in hub.rows("notice")] == [
        (2026, 1), (2026, 2), (2026, 3), (2027, 1),
    ]  # fmt: skip


def test_a_written_reason_ends_it_and_a_short_one_does_not(hub, client):
    assert press(client, "excuse", why="không").status_code == 409
    assert press(client, "excuse", why="Đã khắc phục trong 2 phút").status_code == 303
    told = row(hub)
    assert (told["state"], told["why"]) == ("excused", "Đã khắc phục trong 2 phút")
    assert actions(hub) == ["notice_excused"]
    assert hub.rows("outbox") == []


def test_the_paper_has_what_official_papers_have(hub, client):
    assert "DỰ THẢO" in words_of(client.get("/notices/1.pdf").data)
    sent(hub, client)
    paper = words_of(client.get("/notices/1.pdf").data)
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
                  "Số: 1/TB", "THÔNG BÁO", "Kính gửi", "Tỉnh ủy", "Nơi nhận",
                  row(hub)["sha256"]):  # fmt: skip
        assert words in paper
    assert "DỰ THẢO" not in paper


def words_of(pdf):
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()
    )


def test_only_an_administrator_decides(hub, client):
    del client
    reader = another(hub, "xem", role="viewer")
    page = reader.get("/notices/1")
    assert page.status_code == 200
    assert "Duyệt nội dung này" not in page.text
    proof = proof_of(page.text)
    for what in ("edit", "approve", "send", "excuse"):
        assert reader.post(f"/notices/1/{what}", data={"proof": proof}).status_code == 403


def test_recipients_are_dated_and_end_without_being_deleted(hub, client):
    proof = proof_of(client.get("/notices/recipients").text)
    new = {"grp": "persons", "name": "Bà Lê Thị Chi", "channel": "sms", "address": "0912000111"}
    said = {"proof": proof, "valid_from": "2026-12-01", **new}
    assert client.post("/notices/recipients", data=said).status_code == 303
    assert "Bà Lê Thị Chi" in client.get("/notices/recipients").text
    assert "Bà Lê Thị Chi" not in client.get("/notices/1").text
    end = "/notices/recipients/1/end"
    assert client.post(end, data={"proof": proof}).status_code == 303
    assert client.post(end, data={"proof": proof}).status_code == 404
    assert hub.rows("notice_recipient")[0]["valid_until"] == "2026-11-23"
    bad = [{"grp": "x"}, {"name": " "}, {"valid_from": "mai"}, {"channel": "fax"}]
    for fault in bad:
        assert client.post("/notices/recipients", data={**said, **fault}).status_code == 422
    assert len(hub.rows("notice_recipient")) == 6
    told = [line["action"] for line in hub.rows("audit")]
    assert told[-2:] == ["recipient_added", "recipient_ended"]


def test_a_draft_by_hand_of_an_incident(hub, client):
    with writing(hub.engine) as connection:
        small = outage(connection, subject="nhỏ", severity=4)
    proof = proof_of(client.get("/notices/recipients").text)
    made = client.post(f"/notices/of/{small}", data={"proof": proof})
    assert made.headers["Location"].endswith("/notices/2")
    assert client.post(f"/notices/of/{small}", data={"proof": proof}).status_code == 409
    assert "Do người có trách nhiệm" in client.get("/notices/2").text


def test_the_end_is_told_with_a_second_notice(hub, client):
    sent(hub, client)
    incident, over = row(hub)["incident"], NOW + 30 * MINUTE
    with writing(hub.engine) as connection:
        turn(connection, incident, "restored", over, restored_at=over)
    hub.clock.now = over
    draft(hub)
    sent(hub, client, 2)
    second = row(hub, 2)
    assert (second["kind"], second["number"], second["about"]) == ("restoration", 2, 1)
    assert "Tổng thời gian gián đoạn: 31 phút." in second["body"]
    assert len(rows(hub.engine, "outbox")) == 10


def test_the_definition_of_the_class_is_written_on_the_page_of_definitions(client):
    page = client.get("/definitions").text
    assert 'id="notice-force_majeure"' in page
    assert 'id="notice-critical"' in page
