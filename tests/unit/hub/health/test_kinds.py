"""What a component is, and who repairs it."""

import pytest

from motcua_contract.faults import FAULTS, Responsible
from motcua_hub.domain.health.kinds import (
    ASKED,
    DeviceClass,
    class_of,
    is_inner,
    kind_of,
    responsible_for,
)


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        ("printer", "printer"),
        ("printer-2", "printer"),
        ("printer2", "printer"),
        ("printer-a", "printer"),
        ("camera-hall", "camera"),
        ("gear-switch1", "gear"),
        ("contact-fire", "contact"),
        ("rating-pad", "rating_pad"),
        ("rating_pad_3", "rating_pad"),
        ("rating-pad-c12", "rating_pad"),
        ("counter-display-4", "counter_display"),
        ("ups", "ups"),
    ],
)
def test_the_kind_of_a_component_is_its_name_without_its_number(component, kind):
    assert kind_of(component) == kind


def test_the_registry_has_exactly_the_classes_of_article_4_1c():
    assert [each.value for each in ASKED] == [
        "lan",
        "pc",
        "office_printer",
        "fax",
        "scanner",
        "lookup",
        "display",
        "camera",
        "kiosk",
        "ups",
    ]


def test_every_kind_that_has_faults_can_be_registered():
    assert [fault.device for fault in FAULTS if class_of(fault.device) is None] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.device}.{fault.code}")
def test_a_known_fault_is_repaired_by_whom_the_catalogue_names(fault):
    assert responsible_for(fault.device, fault.code) is fault.responsible


def test_a_code_nobody_knows_goes_to_those_who_repair_the_class():
    assert responsible_for("ups", "glowing") is Responsible.POWER
    assert responsible_for("asset-3", "", DeviceClass.SERVER) is Responsible.HARDWARE
    assert responsible_for("asset-3", "") is Responsible.HARDWARE


@pytest.mark.parametrize("component", ["controller", "journal", "catalogue", "link", "pad-links"])
def test_parts_of_the_controller_are_not_registered_by_people(component):
    assert is_inner(component)


@pytest.mark.parametrize("component", ["pad-3", "printer", "link2-spare", "gear-switch"])
def test_devices_are_registered_by_people(component):
    assert not is_inner(component)
