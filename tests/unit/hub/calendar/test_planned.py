"""Plans: who may agree to what, and what the ledger counts."""

import msgspec
import pytest

from motcua_hub.domain.availability.layers import eligible
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.calendar.planned import (
    NOTICE,
    Excluded,
    Maintenance,
    Scope,
    ScopeKind,
    Stage,
    UnfitPlanError,
    Wish,
    as_exclusion,
    as_window,
    check_approval,
    check_end,
    check_exclusion,
    check_refusal,
    check_window,
    stage,
)

NOW = 1_790_000_000_000
SITE = (Scope(ScopeKind.SITE, "tay-ho"),)


def wish(**changes) -> Wish:
    kept = {"begin": NOW + 2 * DAY, "end": NOW + 2 * DAY + HOUR, "reason": "Thay UPS"}
    return Wish(**{**kept, "scopes": SITE, **changes})


def window(**changes) -> Maintenance:
    nothing = {
        f"{step}_{what}": None if what == "at" else ""
        for step in ("announced", "approved", "seconded", "refused", "cancelled")
        for what in ("at", "by")
    }
    said = {
        **nothing,
        "id": 1,
        "begin_at": NOW + 2 * DAY,
        "end_at": NOW + 2 * DAY + HOUR,
        "reason": "Thay UPS",
        "paper": "",
        "emergency": False,
        "asked_at": NOW,
        "asked_by": "an",
        "refused_why": "",
        "cancelled_why": "",
        "scopes": SITE,
    }
    return Maintenance(**{**said, **changes})


def excluded(**changes) -> Excluded:
    said = {
        "id": 1,
        "begin_at": NOW - 2 * DAY,
        "end_at": NOW - DAY,
        "reason": "Bão số 9",
        "paper": "12/QĐ-UBND",
        "incident": None,
        "asked_at": NOW,
        "asked_by": "an",
        "approved_at": None,
        "approved_by": "",
        "refused_at": None,
        "refused_by": "",
        "refused_why": "",
        "withdrawn_at": None,
        "withdrawn_by": "",
        "withdrawn_why": "",
        "scopes": SITE,
    }
    return Excluded(**{**said, **changes})


def refused(check, *arguments) -> str:
    with pytest.raises(UnfitPlanError) as error:
        check(*arguments)
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": NOW + 2 * DAY}, "order"),
        ({"end": NOW + 400 * DAY}, "long"),
        ({"reason": "  "}, "reason"),
        ({"scopes": ()}, "scope"),
        ({"begin": NOW + NOTICE - 1}, "notice"),
        ({"told_at": NOW + 1, "paper": "1"}, "told"),
        ({"told_at": NOW - 1, "paper": " "}, "told"),
        ({"begin": NOW - HOUR, "end": NOW}, "notice"),
    ],
)
def test_a_window_that_may_not_be_asked_for_says_why(changes, code):
    assert refused(check_window, wish(**changes), NOW) == f"plan.fault.{code}"


def test_windows_that_may_be_asked_for():
    check_window(wish(), NOW)
    check_window(wish(begin=NOW + NOTICE), NOW)
    check_window(wish(begin=NOW - HOUR, emergency=True), NOW)
    check_window(wish(begin=NOW + HOUR, told_at=NOW - DAY, paper="5/TB"), NOW)


@pytest.mark.parametrize(
    ("changes", "code"), [({"paper": ""}, "paper"), ({"end": NOW + 1}, "future")]
)
def test_an_exclusion_is_past_and_on_paper(changes, code):
    past = {"begin": NOW - DAY, "end": NOW, "paper": "12/QĐ-UBND"}
    check_exclusion(wish(**past), NOW)
    assert refused(check_exclusion, wish(**{**past, **changes}), NOW) == f"plan.fault.{code}"


def test_nobody_agrees_to_what_they_asked_for():
    assert refused(check_approval, window(), "an", NOW) == "plan.fault.same_person"
    assert refused(check_approval, excluded(), "an", NOW) == "plan.fault.same_person"
    check_approval(window(), "binh", NOW)
    check_approval(excluded(), "binh", NOW)


def test_agreeing_too_late_for_the_notice_is_refused_because_it_would_count_for_nothing():
    late = NOW + 2 * DAY - NOTICE + 1
    assert refused(check_approval, window(), "binh", late) == "plan.fault.late_approval"
    check_approval(window(announced_at=NOW), "binh", late)


def test_an_emergency_takes_three_people():
    asked = window(emergency=True)
    check_approval(asked, "binh", NOW + 3 * DAY)
    once = msgspec.structs.replace(asked, approved_at=NOW, approved_by="binh")
    assert stage(once, NOW) is Stage.SECOND
    assert as_window(once) is None
    assert refused(check_approval, once, "binh", NOW) == "plan.fault.same_approver"
    assert refused(check_approval, once, "an", NOW) == "plan.fault.same_person"
    check_approval(once, "chi", NOW)
    twice = msgspec.structs.replace(once, seconded_at=NOW + 1, seconded_by="chi")
    assert refused(check_approval, twice, "dung", NOW) == "plan.fault.decided"
    counted = as_window(twice)
    assert counted is not None
    assert counted.second_approver == "chi"
    assert eligible(counted, NOTICE)
    assert as_window(twice, as_of=NOW) is None


def test_what_is_decided_stays_decided():
    agreed = window(approved_at=NOW, approved_by="binh", announced_at=NOW)
    gone = window(refused_at=NOW, refused_by="binh")
    for plan in (agreed, gone, window(cancelled_at=NOW)):
        assert refused(check_approval, plan, "chi", NOW) == "plan.fault.decided"
        assert refused(check_refusal, plan, "vì") == "plan.fault.decided"
    assert refused(check_refusal, window(), " ") == "plan.fault.reason"
    check_refusal(window(), "Trùng kỳ thi")


def test_a_window_counts_from_when_it_was_agreed_to():
    agreed = window(approved_at=NOW + 5, approved_by="binh", announced_at=NOW + 5)
    assert as_window(agreed, as_of=NOW + 4) is None
    counted = as_window(agreed, as_of=NOW + 5)
    assert counted is not None
    assert (counted.begin, counted.end) == (agreed.begin_at, agreed.end_at)
    assert eligible(counted, NOTICE)


def test_a_window_cancelled_while_it_runs_ends_then_and_before_counts_for_nothing():
    agreed = window(approved_at=NOW, approved_by="binh", announced_at=NOW)
    half = agreed.begin_at + HOUR // 2
    ended = msgspec.structs.replace(agreed, cancelled_at=half)
    found = as_window(ended)
    assert found is not None
    assert found.end == half
    before = as_window(ended, as_of=half - 1)
    assert before is not None
    assert before.end == agreed.end_at
    assert as_window(msgspec.structs.replace(agreed, cancelled_at=NOW + DAY)) is None
    assert as_window(msgspec.structs.replace(agreed, refused_at=NOW)) is None


def test_what_may_be_ended_and_when():
    agreed = window(approved_at=NOW, approved_by="binh")
    check_end(agreed, "Hoãn", NOW)
    assert refused(check_end, agreed, "", NOW) == "plan.fault.reason"
    assert refused(check_end, agreed, "Hoãn", agreed.end_at) == "plan.fault.over"
    assert refused(check_end, window(cancelled_at=1), "Hoãn", NOW) == "plan.fault.decided"
    check_end(excluded(approved_at=NOW), "Không đúng", NOW)


def test_where_a_plan_stands():
    agreed = window(approved_at=NOW, approved_by="binh")
    told = [stage(agreed, at) for at in (NOW, agreed.begin_at, agreed.end_at)]
    assert told == [Stage.AHEAD, Stage.RUNNING, Stage.OVER]
    assert stage(window(), NOW) is Stage.ASKED
    assert stage(window(refused_at=NOW), NOW) is Stage.REFUSED
    assert stage(excluded(withdrawn_at=NOW), NOW) is Stage.CANCELLED


def test_an_exclusion_counts_until_it_is_withdrawn():
    agreed = excluded(approved_at=NOW, approved_by="binh")
    assert as_exclusion(excluded()) is None
    assert as_exclusion(agreed, as_of=NOW - 1) is None
    found = as_exclusion(agreed)
    assert found is not None
    assert (found.begin, found.end, found.reason) == (NOW - 2 * DAY, NOW - DAY, "Bão số 9")
    withdrawn = msgspec.structs.replace(agreed, withdrawn_at=NOW + 9)
    assert as_exclusion(withdrawn) is None
    assert as_exclusion(withdrawn, as_of=NOW + 8) == found
    assert as_exclusion(msgspec.structs.replace(agreed, refused_at=NOW)) is None
