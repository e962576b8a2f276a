"""From offices' journals to the standing of a report: provisional, with what is missing, or final.

The whole way of a running hub: batches, ingest, the importer, settled claims, figures (R12, R14).
"""

import msgspec
import pytest
from sqlalchemy import Engine

from integration.hub_imports.test_imports import LINK, PI, SITE, Hub, S
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.reports import Report, Standing, report
from motcua_hub.ledger import claims, targets
from motcua_hub.ledger.subjects import subject
from motcua_hub.ledger.targets import Kind
from motcua_hub.store.engine import reading, writing
from support.hubsite import T0
from support.ledger import added
from support.pi_journal import Program

PERIOD = (T0 + 60 * S, T0 + 360 * S)
SETTLED = 72 * 3_600 * S


@pytest.fixture
def hub(engine: Engine) -> Hub:
    made = Hub(engine)
    made.now = T0 + 400 * S
    with writing(engine) as connection:
        added(connection, LINK, Kind.SITE_LINK, site=SITE, now=T0)
        added(connection, PI, Kind.DEVICE, parent=LINK, site=SITE, now=T0)
    return made


def drawn(hub: Hub, target: str, period: Interval = PERIOD) -> Report:
    """A report of now, as the archive makes it."""
    with writing(hub.engine) as connection:
        claims.settle(connection, hub.now)
    with reading(hub.engine) as connection:
        return report(subject(connection, target, period, hub.now), period, hub.now)


def running() -> Program:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(20)
    pi.report()
    return pi


@pytest.mark.parametrize("target", [PI, LINK])
def test_a_report_is_final_as_soon_as_the_journal_covers_its_period(hub: Hub, target: str) -> None:
    pi = running()
    hub.take(pi)
    early = drawn(hub, target)
    assert early.standing is Standing.PROVISIONAL
    assert early.missing == ((T0 + 200 * S, PERIOD[1]),)
    pi.tick(20)
    pi.report()
    hub.take(pi)
    late = drawn(hub, target)
    assert (late.standing, late.missing) == (Standing.FINAL, ())
    assert late.numbers["availability"] == "1"


def test_ticks_that_never_come_keep_it_provisional_until_they_had_their_time(hub: Hub) -> None:
    pi = running()
    pi.spans = msgspec.structs.replace(pi.spans, number=pi.spans.number + 3)
    pi.tick(20)
    pi.report()
    hub.take(pi)
    found = drawn(hub, PI)
    assert found.standing is Standing.PROVISIONAL
    assert found.missing == ((T0 + 200 * S, T0 + 210 * S),)
    hub.now = PERIOD[1] + SETTLED - 1
    assert drawn(hub, PI).standing is Standing.PROVISIONAL
    hub.now = PERIOD[1] + SETTLED
    assert drawn(hub, PI).standing is Standing.FINAL


def test_a_stall_is_unknown_and_told_of_so_nothing_is_waited_for(hub: Hub) -> None:
    """The journal says itself that the machine did not tick (R10)."""
    pi = running()
    pi.tick(1, every=50 * S)
    pi.tick(20)
    pi.report()
    hub.take(pi)
    found = drawn(hub, PI)
    assert (found.standing, found.missing) == (Standing.FINAL, ())
    assert found.numbers["unknown"] == 50 * S


def test_before_a_site_had_a_pi_there_is_no_journal_to_wait_for(hub: Hub) -> None:
    pi = running()
    pi.tick(20)
    pi.report()
    hub.take(pi)
    found = drawn(hub, PI, (T0 - 3_600 * S, PERIOD[1]))
    assert found.standing is Standing.FINAL
    assert found.numbers["full"] == 360 * S


def test_after_its_pi_was_retired_neither(hub: Hub) -> None:
    hub.take(running())
    with writing(hub.engine) as connection:
        targets.retire(connection, PI, T0 + 200 * S, "an")
    assert drawn(hub, LINK).standing is Standing.FINAL
