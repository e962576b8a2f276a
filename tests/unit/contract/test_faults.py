"""Every fault says who repairs it and what to do now, in words people of an office understand."""

import re

import pytest

from motcua_contract.faults import DRIVER_FAILED, FAULTS, Fault, device_kind, find
from motcua_contract.vocabulary import HealthState

VIETNAMESE = re.compile(
    r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđáàãâăêôơưíìóòúùýèé]", re.IGNORECASE
)
WORDS = 30
"""A step is read beside a broken machine."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.device}.{fault.code}")
def test_a_fault_has_a_whole_card(fault: Fault):
    card = fault.card
    assert 3 <= len(card.steps) <= 5
    for text in (card.title, card.meaning, *card.steps, card.who):
        assert VIETNAMESE.search(text), text
        assert len(text.split()) <= WORDS, text
    assert "ends" in fault.rule.lower() or "becomes" in fault.rule or "after the will" in fault.rule
    assert fault.state in (HealthState.PROBLEM, HealthState.CRITICAL, HealthState.UNKNOWN)


def test_codes_are_unique_within_their_kind():
    keys = [(fault.device, fault.code) for fault in FAULTS]
    assert len(keys) == len(set(keys))
    assert DRIVER_FAILED not in {code for _, code in keys}


def test_a_component_finds_its_fault_by_its_kind():
    assert device_kind("camera-hall-2") == "camera"
    found = find("camera-hall-2", "frozen")
    assert found is not None
    assert found.device == "camera"
    assert find("camera", "no_such_code") is None
    assert find("unheard-of", "frozen") is None
