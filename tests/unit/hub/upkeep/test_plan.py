"""The yearly plan: expected rows, and the steps until it is approved."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.upkeep.plan import (
    Action,
    Device,
    PlanRefusal,
    State,
    Step,
    Warranty,
    after,
    age_months,
    plan,
    seal,
    warranty,
)


def device(number, **more):
    return Device(asset=number, site="a", site_name="A", kind="kiosk", name=f"k{number}", **more)


CASES = {
    1: (device(1, bought_on=date(2018, 12, 31)), Action.REPLACE, "worn", 96, Warranty.UNKNOWN),
    2: (
        device(2, bought_on=date(2021, 6, 1), failures=3, warranty_until=date(2024, 6, 1)),
        Action.REPLACE,
        "old_and_failing",
        67,
        Warranty.OVER,
    ),
    3: (device(3, bought_on=date(2025, 1, 1), last_result="fail"), Action.REPAIR, "failed", 24,
        Warranty.UNKNOWN),
    4: (device(4, failures=5), Action.REPAIR, "failing", None, Warranty.UNKNOWN),
    5: (device(5, bought_on=date(2024, 7, 1), warranty_until=date(2027, 6, 30)), Action.WARRANTY,
        "warranty", 30, Warranty.ENDS),
    6: (device(6, bought_on=date(2026, 7, 1), warranty_until=date(2028, 1, 1)), Action.SERVICE,
        "usual", 6, Warranty.COVERED),
}  # fmt: skip


@pytest.mark.parametrize("number", CASES)
def test_each_device_gets_the_proposal_of_its_rule(number):
    given_, action, why, age, stands = CASES[number]
    (row,) = plan([given_], 2027)
    assert (row.action, row.why, row.age_months, row.warranty) == (action, why, age, stands)


def test_the_plan_begins_with_what_must_be_replaced_whatever_the_order_of_the_registry():
    devices = [case[0] for case in CASES.values()]
    rows = plan(reversed(devices), 2027)
    assert [row.asset for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows == plan(devices, 2027)
    assert seal(rows) == seal(plan(devices, 2027)) != seal(rows[:-1])


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_age_is_whole_months_and_never_negative(bought, at):
    months = age_months(bought, at)
    assert months is not None
    assert months >= 0
    assert age_months(None, at) is None
    if at >= bought:
        assert months <= (at - bought).days / 28 + 1


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(2020, 2035))
def test_the_last_day_of_a_warranty_is_covered(until, year):
    stands = warranty(until, year)
    assert (stands is Warranty.OVER) == (until.year < year)
    assert (stands is Warranty.COVERED) == (until >= date(year, 12, 31))


def test_a_plan_goes_from_draft_by_appraisal_to_approval():
    assert after(State.DRAFT, Step.SUBMIT, "an", "", "") is State.APPRAISAL
    assert after(State.APPRAISAL, Step.RETURN, "binh", "an", "thiếu kinh phí") is State.DRAFT
    assert after(State.APPRAISAL, Step.APPROVE, "binh", "an", "12/QĐ-UBND") is State.APPROVED


@pytest.mark.parametrize(
    ("state", "step", "actor", "note", "code"),
    [
        (State.DRAFT, Step.APPROVE, "binh", "1/QĐ", "plan.refused.approve.draft"),
        (State.APPROVED, Step.SUBMIT, "an", "", "plan.refused.submit.approved"),
        (State.APPROVED, Step.RETURN, "binh", "x", "plan.refused.return.approved"),
        (State.APPRAISAL, Step.SUBMIT, "an", "", "plan.refused.submit.appraisal"),
        (State.APPRAISAL, Step.APPROVE, "an", "1/QĐ", "plan.refused.alone"),
        (State.APPRAISAL, Step.APPROVE, "binh", " ", "plan.refused.note.approve"),
        (State.APPRAISAL, Step.RETURN, "binh", "", "plan.refused.note.return"),
    ],
)
def test_no_step_can_be_skipped_and_nobody_approves_what_he_handed_in(
    state, step, actor, note, code
):
    with pytest.raises(PlanRefusal) as refusal:
        after(state, step, actor, "an", note)
    assert refusal.value.code == code
