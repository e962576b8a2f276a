"""Why is this yellow: everything behind a state, in one answer."""

import pytest

from motcua_contract.faults import FAULTS, Responsible
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import Known, Part
from motcua_hub.domain.health.why import explain, nothing_told

NOW = 1_795_395_600_000


def part(component="printer", state="problem", code="paper_low", detail="near end"):
    return Part(component, state, code, NOW - 60_000, detail, NOW - 1000)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.device}.{fault.code}")
def test_every_fault_is_explained_with_threshold_repairer_and_card(fault):
    why = explain(Known(part(fault.device, fault.state.value, fault.code), NOW))
    assert why.fault == fault
    assert why.responsible is fault.responsible
    assert (why.rule, why.value, why.since) == ("told", "near end", NOW - 60_000)


def test_what_is_well_needs_nobody():
    why = explain(Known(part(state="ok", code=""), NOW))
    assert (why.state, why.fault, why.responsible) == (HealthState.OK, None, None)


def test_a_component_of_a_lost_site_tells_what_it_last_said():
    why = explain(Known(part(), NOW, present=False))
    assert (why.state, why.rule, why.told) == (HealthState.UNKNOWN, "site_lost", "problem")


def test_a_code_that_no_catalogue_knows_still_has_a_repairer():
    why = explain(Known(part(code="glowing"), NOW))
    assert (why.fault, why.responsible) == (None, Responsible.HARDWARE)


def test_a_device_never_heard_of_has_no_since():
    why = explain(Known(nothing_told("asset-3"), NOW))
    assert (why.state, why.rule, why.since) == (HealthState.UNKNOWN, "silent", None)
