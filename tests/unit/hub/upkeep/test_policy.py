"""What the organisation decides of upkeep, and what it cannot."""

from datetime import date

import pytest

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.upkeep.checklists import Form, checklist
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.plan import Device, plan
from motcua_hub.domain.upkeep.policy import (
    DEFAULT,
    Limit,
    Policy,
    UnfitPolicy,
    check,
    items_of,
    measured,
)

TODAY = date(2026, 11, 23)
WHY = "Quyết định 45/QĐ-UBND"


def fault(policy, begins="2026-12-01", why=WHY):
    with pytest.raises(UnfitPolicy) as refused:
        check(policy, begins, why, TODAY)
    return refused.value.field, refused.value.code


def test_the_defaults_change_nothing():
    for kind in DeviceClass:
        for duty in Duty:
            assert items_of(kind, duty, DEFAULT) == checklist(kind, duty)
    assert check(DEFAULT, "2026-11-23", WHY, TODAY) == DEFAULT


def test_every_measured_value_of_every_list_can_be_decided_but_what_a_device_was_promised():
    keys = [f"{name}.{item.key}" for name, item in measured()]
    assert len(keys) == len(set(keys))
    wanted = {
        f"{kind.value}.{item.key}"
        for kind in DeviceClass
        for item in checklist(kind, Duty.CALIBRATION)
        if item.form is Form.NUMBER and not item.promised
    }
    assert wanted <= set(keys)
    assert "ups.runtime" not in keys
    assert {"self_test.charge", "test_run.voltage"} <= set(keys)


def test_a_limit_holds_for_its_list_alone():
    said = Policy(limits={"link.latency": Limit(low=0, high=80)})
    (latency,) = [e for e in items_of("link", Duty.CALIBRATION, said) if e.key == "latency"]
    assert (latency.low, latency.high) == (0, 80)
    others = [e for e in items_of("link", Duty.CALIBRATION, said) if e.key != "latency"]
    assert others == [e for e in checklist("link", Duty.CALIBRATION) if e.key != "latency"]
    assert items_of("lan", Duty.CALIBRATION, said) == checklist("lan", Duty.CALIBRATION)


def test_what_is_the_products_own_limit_is_not_written_down():
    own = {f"{name}.{item.key}": Limit(low=item.low, high=item.high) for name, item in measured()}
    said = Policy(limits={**own, "pc.disk_free": Limit(low=20, high=100)})
    assert check(said, "2026-12-01", WHY, TODAY).limits == {"pc.disk_free": Limit(low=20, high=100)}


def test_a_clock_can_only_be_asked_for_more():
    strict = Policy(limits={"pc.clock_drift": Limit(low=0, high=1)})
    assert check(strict, "2026-12-01", WHY, TODAY) == strict
    for limit in (Limit(low=0, high=2.5), Limit(low=0)):
        said = Policy(limits={"camera.stamp_drift": limit})
        assert fault(said) == ("camera.stamp_drift", "policy.fault.clock")


@pytest.mark.parametrize(
    ("policy", "field", "code"),
    [
        (Policy(limits={"pc.nothing": Limit(low=1)}), "pc.nothing", "policy.fault.item"),
        (Policy(limits={"ups.runtime": Limit(low=1)}), "ups.runtime", "policy.fault.item"),
        (Policy(limits={"link.loss": Limit(low=2, high=1)}), "link.loss", "policy.fault.limit"),
        (Policy(limits={"link.loss": Limit()}), "link.loss", "policy.fault.limit"),
        (Policy(limits={"link.loss": Limit(low=float("nan"))}), "link.loss", "policy.fault.limit"),
        (Policy(worn_months=11), "worn_months", "policy.fault.range"),
        (Policy(often=0), "often", "policy.fault.range"),
        (Policy(soon_days=121), "soon_days", "policy.fault.range"),
        (Policy(old_months=97), "old_months", "policy.fault.ages"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(policy, field, code):
    assert fault(policy) == (field, code)


@pytest.mark.parametrize("begins", ["2026-11-22", "mai", "2026-02-30", "20261201", "2040-01-01"])
def test_the_past_is_not_decided_anew(begins):
    assert fault(DEFAULT, begins=begins) == ("begins", "policy.fault.day")


def test_a_decision_has_a_reason():
    assert fault(DEFAULT, why="vì thế") == ("why", "policy.fault.why")


def test_ages_and_failures_of_the_plan_are_those_of_the_policy():
    def proposed(policy, **more):
        device = Device(asset=1, site="a", site_name="A", kind="kiosk", name="k", **more)
        (row,) = plan([device], 2027, policy)
        return row.why

    old = {"bought_on": date(2020, 12, 1)}
    assert proposed(DEFAULT, **old) == "usual"
    assert proposed(Policy(worn_months=72), **old) == "worn"
    assert proposed(DEFAULT, failures=2, **old) == "usual"
    assert proposed(Policy(often=2), failures=2, **old) == "old_and_failing"
    assert proposed(Policy(often=2, old_months=84), failures=2, **old) == "failing"
