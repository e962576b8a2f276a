"""Every kind of fact that an office may write can be kept; what no database can hold cannot."""

from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from motcua_contract.facts import FACT_TYPES, Fact, decode, encode
from motcua_contract.facts.office import HealthChanged
from motcua_contract.facts.power import PowerChanged
from motcua_contract.sentences import joined, phrases_of
from motcua_contract.vocabulary import HealthState, PowerMode
from motcua_hub.domain.inspection import INT_LIMIT, inspect

SAID = {"day": "2026-11-23", "level": 3, "scale": 3}
"""What must make sense together."""


def example(kind: type[Fact]) -> Fact:
    """One with every field said."""
    hints = get_type_hints(kind)
    return kind(**{n: SAID.get(n, value_of(hints[n])) for n in kind.__struct_fields__})


def value_of(annotation: Any) -> object:
    kinds = [kind for kind in get_args(annotation) or (annotation,) if kind is not NoneType]
    kind = kinds[0]
    if str(annotation).startswith("tuple"):
        return (value_of(kind),)
    if str(annotation).startswith("dict"):
        return {"component": "printer", "reason": "r" * 200}
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    if issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return kind(**{name: value_of(hints[name]) for name in kind.__struct_fields__})
    return {bool: True, int: 3, float: 83.5, str: "a"}[kind]


@pytest.mark.parametrize("name", sorted(FACT_TYPES))
def test_what_an_office_says_is_never_laid_aside(name: str) -> None:
    fact = example(FACT_TYPES[name])
    assert decode(name, encode(fact)) == fact
    assert inspect(name, encode(fact)) == fact


@pytest.mark.parametrize("charge", [float(INT_LIMIT) * 4, -1e300])
def test_a_fraction_that_is_out_of_range_is_laid_aside(charge: float) -> None:
    fact = PowerChanged(mode=PowerMode.MAINS, before=PowerMode.BATTERY, charge=charge)
    assert inspect(PowerChanged.TYPE, encode(fact)) == "charge is out of range"


@pytest.mark.parametrize("length", [3, 201, 100_000])
def test_however_much_a_tool_says_the_fault_that_it_is_about_is_kept(length: int) -> None:
    said = joined("x" * length)
    fact = HealthChanged(
        component="announcer",
        state=HealthState.CRITICAL,
        code="no_output",
        since=0,
        detail=str(said),
        said=phrases_of(said),
    )
    assert inspect(HealthChanged.TYPE, encode(fact)) == fact
