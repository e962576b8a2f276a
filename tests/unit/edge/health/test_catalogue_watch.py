"""R56: a field that was decided is switched on within one day, or somebody is told."""

from datetime import date

import msgspec
import pytest

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.catalogue import overdue
from motcua_edge.services.catalogue_watch import CODE, COMPONENT, CatalogueWatch
from motcua_edge.services.health import HealthBook
from support.webapp import Office, demo_site


def pending_from(day):
    site = demo_site()
    first = msgspec.structs.replace(site.services[0], state="pending", effective_from=day)
    return msgspec.structs.replace(site, services=(first, *site.services[1:]))


@pytest.mark.parametrize(
    ("today", "late"), [("2026-11-20", ()), ("2026-11-21", ()), ("2026-11-22", ("CT",))]
)
def test_a_field_pending_since_the_twentieth_is_late_from_the_twenty_second(today, late):
    assert overdue(pending_from("2026-11-20"), date.fromisoformat(today)) == late


def test_fields_that_are_active_or_have_no_date_are_never_late():
    assert overdue(demo_site(), date(2030, 1, 1)) == ()
    assert overdue(pending_from(None), date(2030, 1, 1)) == ()


async def test_a_late_field_is_a_problem_of_the_catalogue():
    office = Office(pending_from("2026-11-20"))
    await CatalogueWatch(office.service, HealthBook(office.service)).step()
    told = [f for f in office.journal.facts if getattr(f, "component", "") == COMPONENT]
    assert [(f.code, "CT" in f.detail) for f in told] == [(CODE, True)]


async def test_a_clock_that_cannot_be_believed_says_nothing_about_dates():
    office = Office(pending_from("2026-11-20"))
    office.clock.clock = ClockState.SAVED
    await CatalogueWatch(office.service, HealthBook(office.service)).step()
    assert office.journal.facts == []
