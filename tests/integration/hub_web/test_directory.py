"""The directory's pages: edited from a day on, listed and read in again, asked who is told."""

import csv
import io
import re

import pytest

from motcua_hub.domain.routing import listed
from motcua_hub.store import directory
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.queries import routing
from support.directories import HARDWARE, LINK, SOFTWARE, province
from support.hub_seed import NOW, proof_of, seed_show
from support.telling import seed_telling, write_directory

DAY = "2026-11-23"


@pytest.fixture
def client(hub):
    seed_show(hub)
    with writing(hub.engine) as connection:
        write_directory(connection, province(), NOW)
    return hub.signed_in()


def send(client, path, data, page="/directory", **more):
    proof = proof_of(client.get(page).text)
    return client.post(path, data={"proof": proof, **data}, **more)


def held(hub):
    with reading(hub.engine) as connection:
        return directory.load(connection)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_empty_directory_says_that_nobody_is_told(hub):
    page = words(hub.signed_in().get("/directory").text)
    assert "chưa được báo cho ai" in page


def test_the_page_shows_units_routes_and_gaps(client):
    page = words(client.get("/directory").text)
    assert "Ban QLDA Hạ tầng" in page
    assert "0643.511931" in page
    assert "An toàn thông tin" in page
    assert "không ai được báo" in page


def test_a_contact_changes_from_a_day_on_and_was_what_it_was(hub, client):
    old = next(one for one in held(hub).contacts if one.unit == HARDWARE)
    answer = send(
        client,
        "/directory/contacts/change",
        {"unit": HARDWARE, "of": HARDWARE, "contact": old.id, "name": "Người mới", "position": 1,
         "phones": "0643.999999", "channels": "sms:0905000111", "begins": "2026-12-01"},
    )  # fmt: skip
    assert answer.status_code == 303
    mine = [one for one in held(hub).contacts if one.unit == HARDWARE and one.position == 1]
    assert [(one.name, one.begins, one.ends) for one in mine] == [
        (old.name, "2020-01-01", "2026-12-01"),
        ("Người mới", "2026-12-01", None),
    ]
    assert hub.rows("audit")[-1]["action"] == "directory_changed"


def test_two_units_become_one_and_keep_their_history(hub, client):
    answer = send(
        client,
        "/directory/merge",
        {"first": HARDWARE, "second": SOFTWARE, "unit": "Trung tâm CĐS", "begins": DAY},
    )
    assert answer.status_code == 303
    now = held(hub)
    assert now.units[7].name == "Trung tâm CĐS"
    assert {now.units[id_].successor for id_ in (HARDWARE, SOFTWARE)} == {7}
    with reading(hub.engine) as connection:
        told = routing.who(connection, "ben-thanh", "hardware", "", 1, NOW)
        before = routing.who(connection, "ben-thanh", "hardware", "", 1, NOW - 3 * 86_400_000)
    assert told.steps[0].unit == "Trung tâm CĐS"
    assert before.steps[0].unit == "Ban QLDA Hạ tầng"
    past = [one.name for one in now.contacts if one.unit == 7]
    assert past == ["Người 3.1", "Người 3.2", "Người 2.1", "Người 2.2"]


def test_a_circle_of_successors_is_refused(hub, client):
    first = {"of": HARDWARE, "unit": HARDWARE, "ends": "2027-01-01", "successor": SOFTWARE}
    assert send(client, "/directory/units/end", first).status_code == 303
    back = {"of": SOFTWARE, "unit": SOFTWARE, "ends": "2027-02-01", "successor": HARDWARE}
    answer = send(client, "/directory/units/end", back)
    assert answer.status_code == 422
    assert "nối thành vòng" in answer.text
    assert held(hub).units[SOFTWARE].ends is None


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("units", {"unit": "", "begins": DAY}, "tên đơn vị"),
        ("units", {"unit": "X", "begins": "2026-02-30"}, "ngày không hợp lệ"),
        ("routes", {"tier": 2, "unit": 999, "begins": DAY}, "không có đơn vị này"),
        ("routes", {"tier": 0, "unit": 1, "begins": DAY}, "bậc phải từ 1"),
        ("routes", {"tier": 2, "unit": 1, "class": "x", "begins": DAY}, "loại sự cố"),
        ("contacts", {"unit": 1, "name": "A", "channels": "fax:1", "begins": DAY}, "kênh nhận tin"),
        ("merge", {"first": 1, "second": 1, "unit": "X", "begins": DAY}, "trùng nhau"),
        ("merge", {"first": "²", "unit": "X", "begins": DAY}, "không có đơn vị này"),
        ("contacts/end", {"contact": 4711, "ends": DAY}, "không còn"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(client, path, data, said):
    answer = send(client, f"/directory/{path}", data)
    assert answer.status_code in (409, 422)
    assert said in answer.text


def test_the_list_read_in_again_is_the_same_directory(hub, client, tmp_path):
    nasty = '=HYPERLINK("http://x")'
    send(client, "/directory/units", {"unit": nasty, "short": "+84", "begins": DAY})
    send(
        client,
        "/directory/contacts",
        {"unit": 7, "name": "-cmd", "phones": "+84 905; 0905", "channels": "sms:+84905111222",
         "begins": DAY, "position": 1},
    )  # fmt: skip
    text = client.get("/directory.csv").data.decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    other = type(hub)(tmp_path / "other")
    try:
        again = other.signed_in()
        file = {"file": (io.BytesIO(text.encode()), "motcua-directory.csv")}
        answer = send(again, "/directory/import", file, content_type="multipart/form-data")
        assert answer.status_code == 303
        assert again.get("/directory.csv").data.decode() == text
        assert "Đã nhập" in again.get(answer.location).text
        file = {"file": (io.BytesIO(text.encode()), "motcua-directory.csv")}
        answer = send(again, "/directory/import", file, content_type="multipart/form-data")
        assert "new=0&changed=0" in answer.location
    finally:
        other.close()


def test_a_list_with_one_wrong_line_changes_nothing(hub, client):
    text = listed.write(held(hub)) + "route,Nobody,,,2026-01-01\r\n"
    file = {"file": (io.BytesIO(text.encode()), "x.csv")}
    before = held(hub)
    answer = send(client, "/directory/import", file, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "bậc phải từ 1" in answer.text
    assert f"dòng {len(text.splitlines())}, cột tier" in answer.text
    assert held(hub) == before


def test_who_would_be_told_is_answered_without_telling_anybody(hub, client):
    url = "/directory/who?site=ben-thanh&class=link&severity=1&at=2026-11-23T09:00"
    page = words(client.get(url).text)
    assert "Viễn thông" in page
    assert "giờ làm việc buổi sáng" in page
    nobody = words(client.get("/directory/who?class=security&severity=3").text)
    assert "Không ai được báo" in nobody
    assert hub.rows("outbox") == []


def test_people_on_call_are_put_down_and_taken_off(hub, client):
    contact = next(one.id for one in held(hub).contacts if one.unit == LINK)
    data = {"of": LINK, "unit": LINK, "day": DAY, "session": "off", "contact": contact}
    assert send(client, "/directory/duty", data).status_code == 303
    assert held(hub).duties[0].contact == contact
    send(client, "/directory/duty", {**data, "contact": ""})
    assert held(hub).duties == ()


def test_the_chain_of_an_incident_says_who_was_told_and_who_is_next(hub):
    seed_show(hub)
    incident = seed_telling(hub.engine, "ben-thanh", NOW)
    with reading(hub.engine) as connection:
        chain = routing.chain(connection, incident)
        assert routing.chain(connection, 4711).phase == ""
    assert chain.phase == "running"
    assert chain.unit == "Viễn thông"
    assert [step.state for step in chain.steps] == ["fired", "fired", "pending", "pending"]
    assert chain.remind_at > NOW
    assert len(chain.messages) == 4
    template = hub.app.jinja_env.from_string(
        '{%- from "routing/chain.html" import chain_card -%}{{ chain_card(chain, now, 1) }}'
    )
    with hub.app.test_request_context():
        text = words(template.render(chain=chain, now=NOW))
    assert "Người 4.1" in text
    assert "Đang báo lần lượt" in text


def test_the_outbox_shows_every_message_and_a_dead_letter_is_sent_again(hub):
    seed_show(hub)
    seed_telling(hub.engine, "ben-thanh", NOW)
    client = hub.signed_in()
    page = words(client.get("/outbox").text)
    assert "refuses the address: 550" in page
    dead = next(row for row in hub.rows("outbox") if row["state"] == "dead")
    assert "Không gửi được (1)" in page
    one = f"/outbox/{dead['id']}"
    assert "bị từ chối" in client.get(one).text
    assert send(client, f"{one}/aside", {}, page=one).status_code == 303
    assert "đã xem xét" in client.get(one).text
    assert send(client, f"{one}/retry", {}, page=one).status_code == 303
    again = next(row for row in hub.rows("outbox") if row["id"] == dead["id"])
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    actions = [row["action"] for row in hub.rows("audit")]
    assert actions[-2:] == ["dead_letter_settled", "dead_letter_retried"]
    assert client.get("/outbox/99999").status_code == 404
    assert "Đã gửi" in client.get("/outbox?state=sent&incident=1").text
