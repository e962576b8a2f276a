"""From an incident's timeline to drafts, on both databases."""

import pytest

from motcua_hub.store import notices
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep import acts
from motcua_hub.upkeep.drafting import by_hand
from motcua_hub.upkeep.watch import Watch
from support.hub_seed import HOUR, MINUTE, NOW, seed_site
from support.outages import DESK, happened, name_recipients, outage, rows, turn

URL = "https://hub.example"
WHY = "Đã khắc phục trước khi kịp gửi"


@pytest.fixture
def watch(engine):
    with writing(engine) as connection:
        seed_site(connection, "ben-thanh", "Trung tâm PVHCC phường Bến Thành")
        name_recipients(connection)
    return Watch(engine, DESK)


def opened(engine, at=NOW, **changed):
    with writing(engine) as connection:
        return outage(connection, at, **changed)


def moved(engine, incident, what, at, **changed):
    with writing(engine) as connection:
        turn(connection, incident, what, at, **changed)


def states(engine):
    return [(row["kind"], row["state"]) for row in rows(engine, "notice")]


def send(engine, notice, now, actor="an"):
    with writing(engine) as connection:
        found = notices.find(connection, notice)
        acts.approve(connection, notice, found.revision, actor=actor, now=now)
        return acts.send(connection, DESK, notice, base_url=URL, actor=actor, now=now)


def test_an_outage_is_drafted_with_all_five_groups_within_five_minutes(engine, watch):
    opened(engine)
    (notice,) = watch.round(NOW + 10_000)
    (row,) = rows(engine, "notice")
    assert (row["id"], row["state"], row["rule"]) == (notice, "draft", "critical")
    assert row["drafted_at"] - row["due_at"] == 10_000 <= 5 * MINUTE
    assert "Trung tâm PVHCC phường Bến Thành" in row["body"]
    assert "07 giờ 59 phút ngày 23/11/2026" in row["body"]
    send(engine, notice, NOW + MINUTE)
    assert {one["grp"] for one in rows(engine, "notice_delivery")} == {
        "party", "council", "committee", "agencies", "persons",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"severity": 2},
        {"target_kind": "device"},
        {"cause": "planned"},
        {"parent": 7},
        {"confirmed_at": None},
    ],
)
def test_what_is_not_of_the_class_is_not_drafted(engine, watch, changed):
    opened(engine, **changed)
    assert watch.round(NOW) == []
    assert rows(engine, "notice") == []


def test_rounds_and_restarts_draft_nothing_twice(engine, watch):
    incident = opened(engine)
    assert len(watch.round(NOW)) == 1
    for _ in range(3):
        assert watch.round(NOW + MINUTE) == []
    again = Watch(engine, DESK)
    assert again.round(NOW + MINUTE) == []
    moved(engine, incident, "cause_changed", NOW + MINUTE, cause="power")
    assert again.round(NOW + 2 * MINUTE) == []
    assert states(engine) == [("interruption", "draft")]


def test_a_row_that_was_committed_late_below_the_cursor_is_still_read(engine, watch):
    first = opened(engine)
    watch.round(NOW)
    # as PostgreSQL may show it: a lower number, seen a round later
    (row,) = rows(engine, "setting")
    assert int(row["value"]) < rows(engine, "incident_event")[-1]["id"]
    with writing(engine) as connection:
        happened(connection, first, "noted", NOW)
    watch.round(NOW)
    watch.round(NOW)
    (row,) = rows(engine, "setting")
    assert int(row["value"]) == rows(engine, "incident_event")[-1]["id"]


def test_an_outage_that_becomes_severe_is_due_from_then_on(engine, watch):
    incident = opened(engine, severity=3)
    watch.round(NOW)
    moved(engine, incident, "severity_changed", NOW + HOUR, severity=1)
    watch.round(NOW + HOUR + 9_000)
    (row,) = rows(engine, "notice")
    assert row["due_at"] == NOW + HOUR


def test_force_majeure_alone_makes_it_of_the_class(engine, watch):
    incident = opened(engine, severity=2)
    moved(engine, incident, "force_majeure", NOW + MINUTE, force_majeure=True)
    assert len(watch.round(NOW + MINUTE)) == 1
    (row,) = rows(engine, "notice")
    assert row["rule"] == "force_majeure"
    assert "bất khả kháng" in row["body"]


def test_an_untouched_draft_goes_when_the_outage_leaves_the_class_and_an_edited_one_stays(
    engine, watch
):
    first, second = opened(engine), opened(engine, subject="b")
    _, edited = watch.round(NOW)
    with writing(engine) as connection:
        acts.edit(connection, edited, 1, "Tiêu đề khác", "Nội dung khác", actor="an", now=NOW)
    for incident in (first, second):
        moved(engine, incident, "severity_changed", NOW + MINUTE, severity=3)
    watch.round(NOW + MINUTE)
    assert states(engine) == [("interruption", "withdrawn"), ("interruption", "draft")]


def test_the_end_is_drafted_only_after_the_first_notice_was_sent(engine, watch):
    incident = opened(engine)
    (notice,) = watch.round(NOW)
    moved(engine, incident, "restored", NOW + HOUR, restored_at=NOW + HOUR)
    assert watch.round(NOW + HOUR) == []
    send(engine, notice, NOW + 2 * HOUR)
    (second,) = watch.round(NOW + 2 * HOUR + 10_000)
    row = rows(engine, "notice")[-1]
    assert (row["id"], row["kind"], row["about"]) == (second, "restoration", notice)
    assert row["due_at"] == NOW + 2 * HOUR
    assert "Tổng thời gian gián đoạn: 1 giờ 1 phút" in row["body"]
    assert "Thông báo số 1/TB-PVHCC" in row["body"]
    assert watch.round(NOW + 3 * HOUR) == []


def test_a_relapse_withdraws_the_unsent_end_and_a_sent_end_needs_a_new_first(engine, watch):
    incident = opened(engine)
    (notice,) = watch.round(NOW)
    send(engine, notice, NOW + MINUTE)
    moved(engine, incident, "restored", NOW + HOUR, restored_at=NOW + HOUR)
    watch.round(NOW + HOUR)
    moved(engine, incident, "relapsed", NOW + 2 * HOUR, restored_at=None)
    watch.round(NOW + 2 * HOUR)
    assert states(engine) == [("interruption", "sent"), ("restoration", "withdrawn")]
    moved(engine, incident, "restored", NOW + 3 * HOUR, restored_at=NOW + 3 * HOUR)
    (end,) = watch.round(NOW + 3 * HOUR)
    send(engine, end, NOW + 3 * HOUR)
    moved(engine, incident, "relapsed", NOW + 4 * HOUR, restored_at=None)
    (again,) = watch.round(NOW + 4 * HOUR)
    assert rows(engine, "notice")[-1]["id"] == again
    assert [(row["kind"], row["episode"]) for row in rows(engine, "notice")] == [
        ("interruption", 1), ("restoration", 1), ("restoration", 2), ("interruption", 2),
    ]  # fmt: skip


def test_after_a_written_reason_only_a_relapse_drafts_again(engine, watch):
    incident = opened(engine)
    (notice,) = watch.round(NOW)
    with writing(engine) as connection:
        acts.excuse(connection, notice, WHY, actor="an", now=NOW + MINUTE)
    moved(engine, incident, "cause_changed", NOW + 2 * MINUTE, cause="power")
    assert watch.round(NOW + 2 * MINUTE) == []
    moved(engine, incident, "relapsed", NOW + HOUR, restored_at=None)
    assert len(watch.round(NOW + HOUR)) == 1


def closable(engine, incident):
    with reading(engine) as connection:
        return notices.closable(connection, incident)


def test_an_outage_of_the_class_is_closed_only_with_a_sent_notice_or_a_reason(engine, watch):
    incident, small = opened(engine), opened(engine, subject="b", severity=3)
    assert closable(engine, incident) == "notice.closable.missing"
    assert closable(engine, small) is None
    assert closable(engine, 999) is None
    (notice,) = watch.round(NOW)
    assert closable(engine, incident) == "notice.closable.open"
    send(engine, notice, NOW)
    assert closable(engine, incident) is None
    other = opened(engine, subject="c")
    (second,) = watch.round(NOW)
    with writing(engine) as connection:
        acts.excuse(connection, second, WHY, actor="an", now=NOW)
    assert closable(engine, other) is None


def test_a_draft_by_hand_is_made_once(engine, watch):
    del watch
    incident = opened(engine, severity=4)
    with writing(engine) as connection:
        assert by_hand(connection, DESK, incident, now=NOW) is not None
        assert by_hand(connection, DESK, incident, now=NOW) is None
        assert by_hand(connection, DESK, 999, now=NOW) is None
    assert [row["rule"] for row in rows(engine, "notice")] == ["by_hand"]
