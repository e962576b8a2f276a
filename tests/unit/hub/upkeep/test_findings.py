"""Answers against limits: what is out of limits passes only with a written reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.upkeep.checklists import Form, checklist
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.findings import Faulty, Result, Verdict, judge, number, result

WHY = "Màn hình sẽ thay trong tháng sau"
EVERY = [(kind.value, duty) for kind in DeviceClass for duty in Duty]


def good(item, promised=20.0):
    if item.form is Form.CHECK:
        return "yes"
    return str(promised if item.promised else item.high if item.low is None else item.low)


def answers(kind, duty=Duty.CALIBRATION, **changed):
    return {item.key: good(item) for item in checklist(kind, duty)} | changed


@pytest.mark.parametrize(("kind", "duty"), EVERY)
def test_every_class_has_a_checklist_that_can_be_passed_and_failed(kind, duty):
    items = checklist(kind, duty)
    assert len({item.key for item in items}) == len(items) >= 2
    assert result(judge(items, answers(kind, duty), {}, 20)) is Result.PASS
    for item in items:
        bad = "no" if item.form is Form.CHECK else "-1" if item.high is None else "999999"
        found = judge(items, answers(kind, duty, **{item.key: bad}), {}, 20)
        assert [one.key for one in found if one.verdict is Verdict.FAILED] == [item.key]
        assert result(found) is Result.FAIL


@pytest.mark.parametrize(
    ("kind", "key", "within", "out"),
    [
        ("kiosk", "clock_drift", "2", "2.001"),
        ("kiosk", "touch_points", "9", "8"),
        ("pad", "missed_presses", "0", "1"),
        ("barcode", "reads_of_5", "5", "4"),
        ("ups", "runtime", "20", "19.9"),
        ("camera", "stamp_drift", "1,5", "3"),
        ("link", "minutes_measured", "10", "9"),
        ("lightning", "earth", "10", "10.1"),
    ],
)
def test_limits_are_allowed_themselves_and_nothing_beyond(kind, key, within, out):
    items = checklist(kind, Duty.CALIBRATION)
    for said, wanted in ((within, Result.PASS), (out, Result.FAIL)):
        assert result(judge(items, answers(kind, **{key: said}), {}, 20)) is wanted


def test_out_of_limits_passes_with_a_reason_and_keeps_it():
    items = checklist("display", Duty.CALIBRATION)
    said = answers("display", dead_pixels="7")
    found = judge(items, said, {"dead_pixels": f"  {WHY} "})
    assert result(found) is Result.PASS
    (one,) = [each for each in found if each.key == "dead_pixels"]
    assert (one.verdict, one.reason, one.value, one.high) == (Verdict.ACCEPTED, WHY, 7, 5)
    with pytest.raises(Faulty) as faulty:
        judge(items, said, {"dead_pixels": "ok"})
    assert faulty.value.faults == {"dead_pixels": "maint.fault.reason"}


def test_nothing_can_be_left_out():
    items = checklist("kiosk", Duty.CALIBRATION)
    with pytest.raises(Faulty) as faulty:
        judge(items, {"clean": "maybe", "touch_points": "nine"}, {})
    assert set(faulty.value.faults) == {item.key for item in items}
    with pytest.raises(Faulty, match="promised"):
        judge(checklist("ups", Duty.CALIBRATION), answers("ups"), {}, None)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_what_is_no_number_is_no_measurement(text):
    value = number(text)
    assert value is None or abs(value) < 10**7


@settings(deadline=None)
@given(st.sampled_from(EVERY), st.data())
def test_a_measurement_out_of_limits_is_never_good(case, data):
    items = checklist(*case)
    value = data.draw(st.floats(-(10**6), 10**6).map(lambda x: round(x, 3)))
    said = {item.key: f"{value:.3f}" if item.form is Form.NUMBER else "yes" for item in items}
    for item, one in zip(items, judge(items, said, {}, 20), strict=True):
        low = 20 if item.promised else item.low
        inside = (low is None or value >= low) and (item.high is None or value <= item.high)
        assert (one.verdict is Verdict.GOOD) == (inside or item.form is Form.CHECK)
