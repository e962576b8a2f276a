"""One component, one verdict: the most urgent of what is wrong, with figures."""

import pytest

from motcua_contract.faults import find
from motcua_contract.vocabulary import HealthState, PowerMode, SelfTest
from motcua_edge.domain.model import Battery, Power, Runs
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.selftest import DAY
from motcua_edge.domain.power.verdict import verdict
from support.ups import SILENT, Bench, ups

WALL = 1_795_400_000_000
OL, OB = ups(), ups("OB")
FAILED = Power(test=SelfTest.FAILED, test_text="Done and error")
WORN = Power(battery=Battery(load=10, runs={"10": Runs(best=1000, recent=(400,) * 5)}))
OLD = Power(first_at=WALL - 50 * DAY)


def code(bench: Bench, power: Power = Power()) -> str:  # noqa: B008  frozen
    told = verdict(bench.machine, power, WALL)
    assert told is not None
    return told.code


def test_before_the_first_answer_nothing_is_said():
    assert verdict(Machine(), Power(), WALL) is None
    assert verdict(Bench().see(SILENT, 5).machine, Power(), WALL) is None


def test_silence_is_unknown_never_ok():
    told = verdict(Bench().see(SILENT, 70).machine, Power(), WALL)
    assert told is not None
    assert (told.state, told.code) == (HealthState.UNKNOWN, "comm_lost")


def test_all_well_says_its_figures():
    told = verdict(Bench().see(OL, 3).machine, Power(), WALL)
    assert told is not None
    assert told.state is HealthState.OK
    assert told.detail == "charge 100 %; runtime 1800 s; load 12 %"


@pytest.mark.parametrize(
    ("bench", "power", "expected"),
    [
        (Bench().see(OL, 3).see(ups("OB LB"), 3), FAILED, "low_battery"),
        (Bench().see(OL, 3).see(OB, 40), FAILED, "on_battery"),
        (Bench().see(ups("OL BYPASS OVER"), 3), FAILED, "bypass"),
        (Bench().see(ups("FSD OL OVER"), 40), FAILED, "shutdown_latched"),
        (Bench().see(ups("OL OVER"), 3), FAILED, "overload"),
        (Bench().see(OL, 3), FAILED, "self_test_failed"),
        (Bench().see(ups("OL", ups_test_result="Done and error"), 3), OLD, "self_test_failed"),
        (Bench().see(ups("OL RB"), 605), OLD, "replace_battery"),
        (Bench().see(OL, 3), WORN, "replace_battery"),
        (Bench(armed=True).see(ups("OL", battery_charge="20"), 3), OLD, "charging"),
        (Bench().see(OL, 3), OLD, "self_test_overdue"),
    ],
)
def test_the_most_urgent_trouble_is_told(bench: Bench, power: Power, expected: str):
    assert code(bench, power) == expected
    told = verdict(bench.machine, power, WALL)
    fault = find("ups", expected)
    assert told is not None
    assert fault is not None
    assert told.state is fault.state
    assert told.detail


def test_every_mode_has_a_verdict():
    for mode in PowerMode:
        assert verdict(Machine(mode=mode, rule="why"), Power(), WALL) is not None
