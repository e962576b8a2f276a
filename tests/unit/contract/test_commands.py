"""The closed list of commands: what is on it passes, everything else is refused with a reason."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.commands import COMMANDS, CommandError, Spec, check
from motcua_contract.faults import DRIVER_FAILED, find
from motcua_contract.vocabulary import HealthState, PowerMode

GOOD = {
    "component": "camera-hall",
    "reason": "Kiểm tra sau báo lỗi",
    "code": "paper_out",
    "minutes": "10",
}


def arguments(spec: Spec) -> dict[str, str]:
    return {name: GOOD[name] for name in spec.arguments}


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_a_command_of_the_list_with_its_arguments_passes(spec: Spec):
    assert check(spec.name, arguments(spec)) is spec
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", spec.name)
    assert spec.summary.endswith(".")


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_an_argument_too_many_or_too_few_is_refused(spec: Spec):
    with pytest.raises(CommandError, match="takes exactly"):
        check(spec.name, {**arguments(spec), "path": "x"})
    for name in spec.arguments:
        rest = {k: v for k, v in arguments(spec).items() if k != name}
        with pytest.raises(CommandError, match="takes exactly"):
            check(spec.name, rest)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("component", "../etc"),
        ("component", "camera\n"),
        ("component", ""),
        ("minutes", "0"),
        ("minutes", "61"),
        ("minutes", "5 "),
        ("code", "Paper"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_by_name(name: str, value: str):
    good = {k: GOOD[k] for k in ("component", "code", "minutes")}
    with pytest.raises(CommandError, match=f"argument {name}"):
        check("drill.start", {**good, name: value})


@given(st.text(max_size=60))
def test_what_is_not_on_the_list_is_refused(name: str):
    if name not in {spec.name for spec in COMMANDS}:
        with pytest.raises(CommandError, match="not on the list"):
            check(name, {})


def test_names_are_unique():
    names = [spec.name for spec in COMMANDS]
    assert len(names) == len(set(names))


def test_every_kind_has_a_failed_driver_whose_state_is_unknown():
    fault = find("ups", DRIVER_FAILED)
    assert fault is not None
    assert (fault.device, fault.state) == ("ups", HealthState.UNKNOWN)


def test_what_is_shed_is_shed_on_battery_only():
    shedding = {mode for mode in PowerMode if mode.sheds}
    assert shedding == {PowerMode.SHEDDING, PowerMode.CRITICAL}
    assert shedding < {mode for mode in PowerMode if mode.on_battery}
    assert not PowerMode.MAINS.on_battery
