"""Every device of an office: what reports, what is registered, what is both."""

import pytest

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import Drill, Part
from motcua_hub.domain.link import Link
from motcua_hub.store.assets import Asset
from motcua_hub.web.views.health import devices, retired

NOW = 1_795_395_600_000
S = HealthState


def asset(number, component="", **more):
    values = {"kind": "camera", "name": f"Thiết bị {number}", "added_at": 0, "changed_at": 0}
    return Asset(id=number, site="a", component=component, **{**values, **more})


def part(component, state="ok", code="", **more):
    return Part(component, state, code, NOW - 5000, "", NOW - 1000, **more)


def shown(parts=(), assets=(), link=Link.ONLINE, **more):
    found = devices(tuple(parts), assets, link=link, now=NOW, **more)
    return {device.component: device for device in found}


def test_a_registered_device_that_reports_is_one_device():
    found = shown([part("camera-1")], [asset(1, "camera-1")])
    assert [(d.name, d.state, d.registered) for d in found.values()] == [("Thiết bị 1", S.OK, True)]


def test_a_registered_device_that_nothing_reports_is_there_and_unknown():
    found = shown([part("printer")], [asset(7, kind="fax"), asset(8, "camera-9")])
    assert (found["asset-7"].state, found["asset-7"].kind) == (S.UNKNOWN, "fax")
    assert (found["camera-9"].state, found["camera-9"].why.rule) == (S.UNKNOWN, "silent")


@pytest.mark.parametrize(
    ("component", "registered"),
    [("camera-1", False), ("controller", True), ("journal", True), ("link", True)],
)
def test_only_what_people_register_can_be_unregistered(component, registered):
    assert shown([part(component)])[component].registered is registered


def test_a_retired_device_is_not_among_those_in_use():
    gone = asset(3, retired_at=NOW - 1, retired_why="hỏng")
    assert shown([], [gone]) == {}
    (view,) = retired([gone, asset(4)], NOW)
    assert (view.component, view.state) == ("asset-3", S.DEACTIVATED)


def test_those_in_need_come_first():
    parts = [part("a"), part("b", "critical"), part("c", "problem"), part("d", "unknown")]
    assert list(shown(parts)) == ["b", "c", "d", "a"]


def test_a_drill_is_beside_the_state():
    drill = Drill("critical", "paper_out", NOW)
    device = shown([part("printer", drill=drill)])["printer"]
    assert (device.state, device.drill, device.code) == (S.OK, drill, "")


def test_a_lost_site_leaves_no_state_but_what_was_declared():
    parts = [part("a"), part("b", "critical"), part("c", "maintenance")]
    found = shown(parts, [asset(1)], link=Link.OFFLINE)
    assert {name: device.state for name, device in found.items()} == {
        "a": S.UNKNOWN,
        "b": S.UNKNOWN,
        "c": S.MAINTENANCE,
        "asset-1": S.UNKNOWN,
    }
    assert found["b"].reported == "critical"


def test_an_unstable_device_is_marked():
    found = shown([part("pad-1"), part("pad-2")], flapping=frozenset({"pad-1"}))
    assert (found["pad-1"].unstable, found["pad-2"].unstable) == (True, False)
