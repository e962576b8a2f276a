"""What a UPS says is believed only when it can be; nothing unclear is ever good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import SelfTest
from motcua_edge.domain.power.readings import NoReading, UpsReading, outcome_of, read
from support.ups import ups, variables


def test_every_figure_of_a_usual_answer_is_read():
    look = ups(
        "OL CHRG",
        battery_charge="87",
        battery_charge_low="10",
        battery_runtime="1260.00",
        ups_load="14.5",
        input_voltage="0228.0",
        battery_date="2025/03/01",
        ups_test_result="Done and passed",
        ups_test_date="2026-11-01",
    )
    assert (look.charge, look.charge_low, look.runtime_s) == (87, 10, 1260)
    assert (look.load, look.input_v, look.battery) == (14.5, 228, "2025/03/01")
    assert (look.test, look.test_text) == (SelfTest.PASSED, "Done and passed 2026-11-01")
    assert look.charging
    assert not look.on_battery


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("", "no status"),
        ("WAIT", "only just met"),
        ("WAIT OL", "only just met"),
        ("OL OB", "at once"),
        ("CHRG", "neither"),
        ("FSD", "neither"),
        ("ALARM", "neither"),
        ("ĐIỆN LƯỚI", "neither"),
    ],
)
def test_a_status_that_says_nothing_is_no_reading(status: str, why: str):
    found = read(variables(status))
    assert isinstance(found, NoReading)
    assert why in found.cause


def test_without_a_status_there_is_no_reading():
    assert isinstance(read({"battery.charge": "100"}), NoReading)


def test_unknown_tokens_are_kept_and_hinder_nothing():
    look = ups("ol Gizmo LB-SOON")
    assert look.strangers == {"GIZMO", "LB-SOON"}
    assert not look.on_battery
    assert "LB" not in look.tokens


def test_a_ups_that_only_says_off_or_bypass_is_read_as_unprotected():
    assert ups("OFF").unprotected
    assert ups("BYPASS").unprotected
    assert not ups("OL").unprotected


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "-1", "101", "1e3", "1_0", "١٢", "abc", "12,5", "0x10", "9" * 400]
)
def test_a_charge_that_is_no_percentage_is_unknown(text: str):
    assert ups("OL", battery_charge=text).charge is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", SelfTest.NONE),
        ("No test initiated", SelfTest.NONE),
        ("Test scheduled", SelfTest.NONE),
        ("In progress", SelfTest.RUNNING),
        ("Done and passed", SelfTest.PASSED),
        ("OK - Battery GOOD", SelfTest.PASSED),
        ("Done and warning", SelfTest.FAILED),
        ("Done and error", SelfTest.FAILED),
        ("BAD - Battery Voltage", SelfTest.FAILED),
        ("Battery is weak, replace", SelfTest.FAILED),
        ("Aborted", SelfTest.UNCLEAR),
        ("kết quả 7", SelfTest.UNCLEAR),
    ],
)
def test_the_word_of_a_self_test_is_understood_or_unclear(text: str, outcome: SelfTest):
    assert outcome_of(text) is outcome


TEXT = st.text(max_size=40)
TOKENS_OF_ALL_KINDS = (
    *("OL", "OB", "LB", "RB", "WAIT", "OFF"),
    *("BYPASS", "CAL", "FSD", "CHRG", "X", "Đ"),
)
TOKENS = st.lists(st.sampled_from(TOKENS_OF_ALL_KINDS) | TEXT, max_size=6)
NAMES = (
    *("battery.charge", "battery.charge.low", "battery.runtime", "ups.load"),
    *("input.voltage", "ups.test.result", "battery.date"),
)


@given(TOKENS, st.dictionaries(st.sampled_from(NAMES), TEXT))
def test_whatever_comes_is_a_bounded_reading_or_none(tokens: list[str], more: dict[str, str]):
    found = read({"ups.status": " ".join(tokens), **more})
    said = set(" ".join(tokens).upper().split())
    if isinstance(found, NoReading):
        assert "WAIT" in said or {"OL", "OB"} <= said or not said & {"OL", "OB", "OFF", "BYPASS"}
        return
    assert isinstance(found, UpsReading)
    assert "WAIT" not in said
    assert found.on_battery == ("OB" in said)
    assert found.charge is None or 0 <= found.charge <= 100
    assert found.runtime_s is None or found.runtime_s >= 0
    assert len(found.test_text) <= 200
