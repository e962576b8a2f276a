"""When a pad is at fault, as pure functions of what was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.faults import find
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.pads.health import SILENT_MS, Seen, verdict, version_of
from motcua_edge.domain.steady import OK

seens = st.builds(
    Seen,
    heard_at=st.none() | st.integers(0, 100_000),
    began_at=st.integers(0, 100_000),
    firmware=st.sampled_from(["", "26.9.1", "26.11.1", "26.12.1", "strange"]),
    held=st.dictionaries(st.sampled_from(["1", "next"]), st.integers(0, 60_000)),
    battery=st.none() | st.integers(0, 100),
    rolled_back=st.booleans(),
)


@given(seens, st.integers(0, 200_000), st.sampled_from(["", "26.11.1"]), st.text(max_size=12))
def test_every_fault_is_in_the_catalogue_with_its_state(
    seen: Seen, mono: int, shipped: str, was: str
) -> None:
    reading = verdict(seen, mono, shipped=shipped, was=was)
    assert reading.state in (HealthState.OK, HealthState.UNKNOWN, HealthState.PROBLEM)
    if reading.code:
        for component in ("pad-1", "keypad-1"):
            fault = find(component, reading.code)
            assert fault is not None
            assert fault.state is reading.state
        assert reading.detail


@given(seens, st.integers(0, 200_000))
def test_a_silent_pad_is_offline_whatever_it_said_before(seen: Seen, mono: int) -> None:
    since = seen.began_at if seen.heard_at is None else seen.heard_at
    silent = mono - since > SILENT_MS
    assert (verdict(seen, mono, shipped="26.12.1").code == "offline") == silent


@pytest.mark.parametrize(
    ("was", "percent", "low"),
    [("", 15, False), ("", 14, True), ("low_battery", 25, True), ("low_battery", 26, False)],
)
def test_a_battery_is_low_below_fifteen_until_above_twenty_five(
    was: str, percent: int, low: bool
) -> None:
    reading = verdict(Seen(heard_at=0, battery=percent), 0, shipped="", was=was)
    assert (reading.code == "low_battery") == low


@pytest.mark.parametrize(
    ("firmware", "shipped", "old"),
    [
        ("26.11.1", "26.11.1", False),
        ("26.9.30", "26.11.1", True),
        ("26.11.10", "26.11.9", False),
        ("26.12.1", "26.11.1", False),
        ("strange", "26.11.1", True),
        ("26.9.1", "", False),
    ],
)
def test_firmware_is_old_when_a_newer_one_is_shipped(
    firmware: str, shipped: str, old: bool
) -> None:
    reading = verdict(Seen(heard_at=0, firmware=firmware), 0, shipped=shipped)
    assert (reading.code == "firmware_old") == old
    assert (reading == OK) == (not old)


def test_an_update_that_was_taken_back_is_said_in_the_detail() -> None:
    seen = Seen(heard_at=0, firmware="26.9.1", rolled_back=True)
    assert "taken back" in verdict(seen, 0, shipped="26.11.1").detail


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("26.11.1", (26, 11, 1)), ("", ()), ("26.x", ()), ("7", (7,)), ("26..1", ())],
)
def test_versions_compare_as_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert version_of(text) == numbers
