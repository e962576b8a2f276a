"""The life of an incident: what people may do, what it refuses, where its timeline leads."""

from collections.abc import Callable

import pytest

from motcua_contract import holidays
from motcua_contract.siteconfig import Calendar, Shift
from motcua_hub.domain.availability.hours import of_calendar
from motcua_hub.domain.incident import lifecycle, severity
from motcua_hub.domain.incident.lifecycle import (
    DAY,
    Act,
    IncidentRefusal,
    Notice,
    closes_itself,
)
from motcua_hub.domain.incident.severity import Weight, rule_of
from motcua_hub.domain.incident.state import Entry, State, after, fold
from motcua_hub.domain.incident.vocabulary import Happening, Severity, Status

T0 = 1_795_395_600_000
"""Monday 2026-11-23 08:00 in Viet Nam."""
MINUTE = 60_000
HOUR = 60 * MINUTE
AN = Act("an", T0 + MINUTE)
NONE = Notice()
HOURS = of_calendar(
    Calendar(
        shifts=(Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00")),
        days_off=holidays.DAYS_OFF,
        work_days=holidays.WORK_DAYS,
    )
)


def entry(happening: Happening, at: int = T0, **detail: object) -> Entry:
    return Entry(happening=happening, at=at, detail=detail)


def opened(**detail: object) -> State:
    told: dict[str, object] = {"kind": "down", "severity": 2, "watched": True, "onset": T0 - HOUR}
    return fold([entry(Happening.OPENED, **{**told, **detail})])


def done(state: State, *entries: Entry) -> State:
    return after(state, entries)


RESTORED = entry(Happening.RESTORED, T0 + HOUR, ended=T0 + HOUR)


def refused(code: str, deed: Callable[[], object]) -> None:
    with pytest.raises(IncidentRefusal) as caught:
        deed()
    assert caught.value.code == f"incident.refused.{code}"


def test_from_new_to_closed() -> None:
    state = opened()
    states = [state.status]
    for deed in (
        lambda s: lifecycle.acknowledge(s, AN),
        lambda s: lifecycle.start(s, AN),
        lambda s: lifecycle.wait(s, AN, "chờ linh kiện"),
        lambda s: lifecycle.start(s, AN),
        lambda _: RESTORED,
        lambda s: lifecycle.fix(s, AN, "thay nguồn"),
        lambda s: lifecycle.close(s, AN, NONE),
    ):
        state = done(state, deed(state))
        states.append(state.status)
    assert states == [
        Status.OPEN, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.WAITING, Status.IN_PROGRESS,
        Status.RESTORED, Status.FIXED, Status.CLOSED,
    ]  # fmt: skip
    assert (state.owner, state.fix, state.closed_by) == ("an", "thay nguồn", "an")


def test_a_closed_incident_takes_notes_and_nothing_else() -> None:
    closed = done(opened(), RESTORED, entry(Happening.CLOSED))
    deeds: list[Callable[[], object]] = [
        lambda: lifecycle.acknowledge(closed, AN),
        lambda: lifecycle.start(closed, AN),
        lambda: lifecycle.wait(closed, AN, "chờ linh kiện"),
        lambda: lifecycle.own(closed, AN, "Bình"),
        lambda: lifecycle.watch(closed, AN, 1, "Đội"),
        lambda: lifecycle.reroute(closed, AN, 1, "Đội", reason="sai đơn vị"),
        lambda: lifecycle.carrier_case(closed, AN, "", "1"),
        lambda: lifecycle.workaround(closed, AN, "tạm"),
        lambda: lifecycle.force_majeure(closed, AN, "bão lớn", on=True),
        lambda: lifecycle.fix(closed, AN, "thay nguồn"),
        lambda: lifecycle.close(closed, AN, NONE),
    ]
    for deed in deeds:
        refused("closed", deed)
    assert lifecycle.note(closed, AN, "xem lại").happening is Happening.NOTED


def test_it_is_taken_on_once_and_again_after_a_transfer() -> None:
    state = done(opened(), lifecycle.acknowledge(opened(), AN))
    refused("taken", lambda: lifecycle.acknowledge(state, AN))
    moved = done(state, lifecycle.reroute(state, AN, 7, "Nhà mạng", reason="cáp của nhà mạng"))
    assert (moved.status, moved.unit, moved.owner, moved.transfers) == (Status.OPEN, 7, "", 1)
    again = done(moved, lifecycle.acknowledge(moved, Act("binh", T0 + HOUR)))
    assert again.owner == "binh"
    assert again.runs[0].acknowledged_at == AN.at
    refused("holds", lambda: lifecycle.reroute(again, AN, 7, "Nhà mạng", reason="lần nữa"))


def test_a_transfer_needs_a_reason_and_starts_its_deadline_anew() -> None:
    late = done(opened(ack_due=T0), entry(Happening.DEADLINE_MISSED, which="acknowledge"))
    refused("short", lambda: lifecycle.reroute(late, AN, 7, "Đội", reason="x"))
    refused("no_text", lambda: lifecycle.reroute(late, AN, 7, "Đội", reason="  "))
    deed = lifecycle.reroute(late, AN, 7, "Đội", reason="cáp của đội", ack_due=T0 + HOUR)
    moved = done(late, deed)
    assert (moved.ack_due, moved.missed) == (T0 + HOUR, ())


def test_what_is_down_is_not_closed() -> None:
    refused("down", lambda: lifecycle.close(opened(), AN, NONE, "thôi bỏ qua"))
    by_people = opened(watched=False)
    assert done(by_people, lifecycle.close(by_people, AN, NONE, "đã kiểm tra")).closed_at == AN.at


def test_a_notice_that_is_owed_keeps_it_open() -> None:
    state = done(opened(), RESTORED)
    owed = Notice(required=True, answered=False)
    refused("notice", lambda: lifecycle.close(state, AN, owed, "đã khắc phục"))
    assert lifecycle.close(state, AN, Notice(required=True, answered=True), "đã khắc phục")


def test_somebody_says_what_was_done() -> None:
    state = done(opened(), RESTORED)
    refused("not_fixed", lambda: lifecycle.close(state, AN, NONE))
    refused("not_fixed", lambda: lifecycle.close(state, AN, NONE, "ừ"))
    assert lifecycle.close(done(state, lifecycle.fix(state, AN, "thay nguồn")), AN, NONE)


def test_reopened_within_a_week_it_is_people_who_say_when_it_is_over() -> None:
    closed = done(opened(), RESTORED, entry(Happening.CLOSED, T0 + 2 * HOUR))
    late = Act("an", T0 + 2 * HOUR + 7 * DAY + 1)
    refused("history", lambda: lifecycle.reopen(closed, late, "lại hỏng"))
    refused("open", lambda: lifecycle.reopen(opened(), AN, "lại hỏng"))
    again = done(closed, lifecycle.reopen(closed, AN, "lại hỏng"))
    assert (again.status, again.watched) == (Status.OPEN, False)
    assert again.runs == closed.runs
    assert done(again, lifecycle.fix(again, AN, "thay máy")).restored_at == AN.at


def test_a_relapse_undoes_what_was_said_to_have_mended_it() -> None:
    fixed = done(opened(), RESTORED, entry(Happening.FIXED, text="thay nguồn"))
    again = done(fixed, entry(Happening.RELAPSED, T0 + 2 * HOUR, onset=T0 + 2 * HOUR))
    assert (again.status, len(again.runs)) == (Status.OPEN, 2)
    merged = done(fixed, entry(Happening.RELAPSED, T0 + HOUR + 1, merged=True))
    assert [run.ended_at for run in merged.runs] == [None]


def test_watchers_are_told_once_and_holders_need_not_watch() -> None:
    state = done(opened(), entry(Happening.ROUTED, unit=1, name="Đội"))
    refused("holds", lambda: lifecycle.watch(state, AN, 1, "Đội"))
    watched = done(state, lifecycle.watch(state, AN, 2, "Nhà mạng"))
    refused("watches", lambda: lifecycle.watch(watched, AN, 2, "Nhà mạng"))
    assert watched.watchers == (2,)


def test_force_majeure_is_set_and_taken_back_with_reasons() -> None:
    state = done(opened(), lifecycle.force_majeure(opened(), AN, "bão số 9", on=True))
    assert state.force_majeure
    refused("same", lambda: lifecycle.force_majeure(state, AN, "bão số 9", on=True))
    back = done(state, lifecycle.force_majeure(state, AN, "không phải do bão", on=False))
    assert not back.force_majeure


def test_what_closes_by_itself() -> None:
    late = T0 + HOUR + DAY
    owed = Notice(required=True, answered=False)
    minor = done(opened(severity=3), RESTORED)
    assert closes_itself(minor, late, NONE, DAY)
    assert not closes_itself(minor, late - 1, NONE, DAY)
    assert not closes_itself(minor, late, owed, DAY)
    assert not closes_itself(done(opened(severity=2), RESTORED), late, NONE, DAY)
    assert not closes_itself(opened(severity=4), late, NONE, DAY)
    assert closes_itself(done(opened(severity=4), RESTORED), T0 + HOUR, NONE, DAY)
    taken = done(opened(severity=3), lifecycle.acknowledge(opened(), AN), RESTORED)
    assert not closes_itself(taken, late, NONE, DAY)
    told = done(opened(severity=3), entry(Happening.JOINED, report="1"), RESTORED)
    assert not closes_itself(told, late, NONE, DAY)


def test_entries_that_say_nonsense_change_little() -> None:
    odd = [
        entry(Happening.OPENED, severity="x", onset=True, ack_due="soon"),
        entry(Happening.JOINED),
        entry(Happening.CAUSE_SET, cause=5),
        entry(Happening.WATCHER_ADDED),
        entry(Happening.RESTORED, ended="now"),
    ]
    state = fold(odd)
    assert (state.severity, state.run.onset, state.ack_due) == (Severity.MINOR, T0, None)
    assert state.restored_at == T0
    assert fold([]).status is Status.OPEN


@pytest.mark.parametrize(
    ("weight", "level"),
    [
        (Weight(kind="down", target_kind="server", around_the_clock=True), 1),
        (Weight(kind="down", target_kind="server"), 2),
        (Weight(kind="down", target_kind="site_link", around_the_clock=True), 2),
        (Weight(kind="hub"), 1),
        (Weight(kind="carrier"), 1),
        (Weight(kind="fault", critical=True), 2),
        (Weight(kind="fault", critical=True, office_dead=True), 1),
        (Weight(kind="fault"), 3),
        (Weight(kind="power_event", critical=True), 4),
        (Weight(kind="down", target_kind="server", around_the_clock=True, planned=True), 4),
        (Weight(kind="backup_failed"), 2),
        (Weight(kind="poison"), 3),
        (Weight(kind="reported"), 3),
    ],
)
def test_how_bad_it_is(weight: Weight, level: int) -> None:
    assert rule_of(weight).severity == level
    assert rule_of(weight) in severity.RULES
