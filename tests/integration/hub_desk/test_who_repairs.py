"""Who repairs what is said in one place: the catalogue of faults. The desk never says otherwise."""

from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from motcua_contract.faults import FAULTS, Fault, Responsible, find
from motcua_contract.vocabulary import HealthState
from motcua_hub.desk.certificates import CODE
from motcua_hub.desk.moves import CAUSE_OF_CLASS
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE
from motcua_hub.ledger.targets import Kind
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from support.incidents import HOUR, Hub, at

TOLD = [each for each in FAULTS if each.device not in ("server", "service")]
"""What offices tell of themselves; servers and services are probed by the hub."""


def _by_device(faults: Sequence[Fault]) -> list[list[Fault]]:
    """One list of faults for each round: of every device one."""
    rounds: list[list[Fault]] = []
    for fault in faults:
        free = next((r for r in rounds if all(f.device != fault.device for f in r)), None)
        if free is None:
            rounds.append([fault])
        else:
            free.append(fault)
    return rounds


def test_every_code_of_the_catalogue_goes_to_whom_the_catalogue_names(hub: Hub):
    hub.site("na-son")
    found: dict[tuple[str, str], str] = {}
    for number, faults in enumerate(_by_device(TOLD)):
        began = number * 2 * HOUR
        for fault in faults:
            hub.health("na-son", fault.device, HealthState.PROBLEM.value, began, fault.code)
        hub.rounds(began + 600, began + 603)
        for row in hub.rows():
            if row["closed_at"] is None and row["restored_at"] is None:
                found[row["subject"], row["detail"]] = row["responsible"]
        for fault in faults:
            hub.health("na-son", fault.device, HealthState.OK.value, began + HOUR)
        hub.rounds(began + HOUR, began + HOUR + 3)
    assert found == {(each.device, each.code): each.responsible.value for each in TOLD}


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.SERVICE])
def test_an_outage_nobody_has_explained_yet_goes_to_whom_the_catalogue_names(hub: Hub, kind: Kind):
    hub.server("portal", kind=kind)
    hub.down("portal", 0)
    hub.round(60)
    fault = find(kind.value, "down")
    assert fault is not None
    assert hub.row()["responsible"] == fault.responsible.value


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.SERVICE])
def test_a_certificate_that_ends_soon_goes_to_whom_the_catalogue_names(hub: Hub, kind: Kind):
    hub.server("portal", kind=kind)
    hub.up("portal", -HOUR)
    row = {
        "target": "portal", "vantage": "hub", "warning": "tls_ends_soon", "since": at(0),
        "detail": "certificate: 20 days left", "seen_at": at(0),
    }  # fmt: skip
    with writing(hub.engine) as connection:
        connection.execute(insert(schema.probe_warning).values(**row))
    hub.round(3)
    fault = find(kind.value, CODE)
    assert fault is not None
    # the card tells the software people what to do, and nobody has broken in
    assert hub.row()["responsible"] == fault.responsible.value == Responsible.SOFTWARE.value


@pytest.mark.parametrize("of", list(Responsible))
def test_the_cause_of_a_devices_own_word_leads_back_to_the_same_class(of: Responsible):
    assert CLASS_OF_CAUSE[CAUSE_OF_CLASS[of.value]] is of
