"""Incidents' pages: the list, one of them, and what people do with it."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from motcua_hub.store import schema, timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.incidents import Opening, open_incident
from support.hub_seed import NOW, HubWeb, proof_of

HOUR = 3_600_000


@pytest.fixture
def seeded(hub_on_both: HubWeb) -> HubWeb:
    return prepared(hub_on_both)


def prepared(hub: HubWeb) -> HubWeb:
    with writing(hub.engine) as connection:
        connection.execute(insert(schema.site).values(id="st-01", name="Phường Một", created_at=1))
        for number, name in ((1, "Đội hạ tầng"), (2, "Nhà mạng A")):
            connection.execute(
                insert(schema.unit).values(id=number, name=name, begins="2026-01-01", changed_at=1)
            )
    return hub


def opened(hub: HubWeb, **more: object) -> int:
    values: dict[str, object] = {
        "kind": "fault",
        "site": "st-01",
        "subject": "printer",
        "detail": "paper_out",
        "severity": 2,
        "responsible": "hardware",
        "onset": NOW - HOUR,
        "confirmed": NOW - HOUR + 60_000,
        "ack_due": NOW - 60_000,
        "repair_due": NOW + HOUR,
    }
    with writing(hub.engine) as connection:
        return open_incident(connection, Opening(**{**values, **more}), NOW - HOUR)  # type: ignore[arg-type]


def act(client: Any, incident: int, deed: str, **form: str) -> Any:
    proof = proof_of(client.get(f"/incidents/{incident}").text)
    return client.post(f"/incidents/{incident}/{deed}", data={"proof": proof, **form})


def story(hub: HubWeb, incident: int) -> list[str]:
    with reading(hub.engine) as connection:
        return [row.happening for row in timelines.entries_of(connection, incident)]


def row(hub: HubWeb, incident: int) -> Any:
    i = schema.incident
    with reading(hub.engine) as connection:
        return connection.execute(select(i).where(i.c.id == incident)).one()


def test_the_list_shows_what_is_wrong_where_since_when_and_how_late(seeded: HubWeb) -> None:
    incident = opened(seeded)
    page = seeded.signed_in().get("/incidents")
    assert page.status_code == 200
    assert "Phường Một" in page.text
    assert "quá" in page.text
    assert f"/incidents/{incident}" in page.text


def test_the_worst_and_oldest_is_on_top(seeded: HubWeb) -> None:
    minor = opened(seeded, severity=3, subject="kiosk", onset=NOW - 9 * HOUR)
    young = opened(seeded, severity=1, subject="ups", onset=NOW - 1)
    old = opened(seeded, severity=1, subject="router", onset=NOW - 8 * HOUR)
    page = seeded.signed_in().get("/incidents").text
    places = [page.index(f'/incidents/{each}"') for each in (old, young, minor)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?site=st-01", True),
        ("?site=st-02", False),
        ("?responsible=hardware", True),
        ("?responsible=link", False),
        ("?cause=power", False),
        ("?carrier=vnpt", False),
        ("?unit=1", False),
        ("?unit=x", True),
        ("?tab=restored", False),
        ("?tab=all", True),
        ("?tab=<script>", True),
    ],
)
def test_the_list_is_narrowed_by_what_one_asks_for(
    seeded: HubWeb, address: str, shown: bool
) -> None:
    incident = opened(seeded)
    page = seeded.signed_in().get(f"/incidents{address}")
    assert page.status_code == 200
    assert (f'href="/incidents/{incident}"' in page.text) is shown


def test_one_incident_from_taking_it_on_to_its_end(seeded: HubWeb) -> None:
    incident = opened(seeded)
    client = seeded.signed_in()
    deeds = (
        ("acknowledge", {}),
        ("start", {}),
        ("own", {"name": "Nguyễn Văn An"}),
        ("watch", {"unit": "2"}),
        ("reroute", {"unit": "1", "words": "không thuộc phần mềm"}),
        ("acknowledge", {}),
        ("wait", {"words": "chờ cuộn giấy mới"}),
        ("carrier_case", {"carrier": "Nhà mạng A", "number": "HP-4711"}),
        ("workaround", {"words": "đọc số bằng miệng"}),
        ("force_majeure", {"on": "1", "words": "bão số 9 làm ngập"}),
        ("note", {"words": "đã gọi điện"}),
        ("fix", {"words": "thay cuộn giấy"}),
        ("close", {}),
        ("reopen", {"words": "lại kẹt giấy"}),
    )
    for deed, form in deeds:
        answer = act(client, incident, deed, **form)
        assert answer.status_code == 303, (deed, answer.text)
    assert story(seeded, incident) == [
        "opened", "acknowledged", "started", "owner_set", "watcher_added", "rerouted",
        "acknowledged", "waiting", "carrier_case", "workaround", "force_majeure", "noted",
        "fixed", "closed", "reopened",
    ]  # fmt: skip
    now = row(seeded, incident)
    assert (now.status, now.transfers, now.unit, now.carrier_case) == ("open", 1, 1, "HP-4711")
    page = client.get(f"/incidents/{incident}").text
    for words in ("Nhà mạng A", "HP-4711", "không thuộc phần mềm", "thay cuộn giấy", "bão số 9"):
        assert words in page
    with reading(seeded.engine) as connection:
        audited = connection.scalars(select(schema.audit.c.action)).all()
    assert {"incident_acknowledged", "incident_rerouted", "incident_closed"} <= set(audited)


@pytest.mark.parametrize(
    ("deed", "form", "words"),
    [
        ("wait", {"words": "chờ thợ"}, "Chưa ai nhận việc"),
        ("reroute", {"unit": "1", "words": "x"}, "Viết quá ngắn"),
        ("reroute", {"unit": "99", "words": "không phải việc này"}, "Không có đơn vị này"),
        ("close", {}, "Chưa ai ghi đã làm gì"),
        ("reopen", {"words": "lại hỏng"}, "chưa đóng"),
        ("note", {"words": "  "}, "Chưa viết gì"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    seeded: HubWeb, deed: str, form: dict[str, str], words: str
) -> None:
    incident = opened(seeded)
    answer = act(seeded.signed_in(), incident, deed, **form)
    assert answer.status_code == 409
    assert words in answer.text
    assert story(seeded, incident) == ["opened"]


def test_what_is_still_down_is_not_closed(seeded: HubWeb) -> None:
    incident = opened(seeded, watched=True)
    answer = act(seeded.signed_in(), incident, "close", words="thôi bỏ qua")
    assert "Vẫn đang mất" in answer.text


def test_an_outage_that_needs_a_notice_is_not_closed_without_one(seeded: HubWeb) -> None:
    incident = opened(
        seeded, kind="down", target="portal", target_kind="server", severity=1, subject="portal"
    )
    client = seeded.signed_in()
    act(client, incident, "fix", words="khởi động lại máy")
    answer = act(client, incident, "close")
    assert answer.status_code == 409
    assert "diện phải thông báo" in answer.text


def test_a_form_without_its_proof_changes_nothing(seeded: HubWeb) -> None:
    incident = opened(seeded)
    client = seeded.signed_in()
    assert client.post(f"/incidents/{incident}/acknowledge").status_code == 400
    assert story(seeded, incident) == ["opened"]


def test_nobody_sees_it_without_logging_in(seeded: HubWeb) -> None:
    incident = opened(seeded)
    client = seeded.app.test_client()
    for path in ("/incidents", f"/incidents/{incident}", f"/incidents/{incident}/print"):
        assert client.get(path).status_code == 302


def test_what_is_not_there_is_not_found(seeded: HubWeb) -> None:
    client = seeded.signed_in()
    assert client.get("/incidents/999").status_code == 404
    assert client.get("/incidents/99999999999999999999").status_code == 404
    incident = opened(seeded)
    assert act(client, incident, "explode").status_code == 404


def test_the_print_has_everything_and_no_forms(seeded: HubWeb) -> None:
    incident = opened(seeded)
    page = seeded.signed_in().get(f"/incidents/{incident}/print").text
    assert f"PHIẾU THEO DÕI SỰ CỐ SỐ {incident}" in page
    assert "/acknowledge" not in page


def test_what_officers_write_is_shown_as_they_wrote_it(seeded: HubWeb) -> None:
    incident = opened(seeded)
    client = seeded.signed_in()
    act(client, incident, "note", words="<script>alert(1)</script>")
    page = client.get(f"/incidents/{incident}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
