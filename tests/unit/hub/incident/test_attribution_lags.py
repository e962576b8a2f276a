"""What a machine notices late, or not at all, does not mislead the attribution."""

from motcua_hub.domain.incident.attribution import Doubt, attribute
from motcua_hub.domain.incident.crowds import struck
from motcua_hub.domain.incident.vocabulary import Cause
from support.circumstances import (
    NETWORK,
    OUTAGE,
    at,
    boot,
    changed,
    marked,
    mass,
    reach,
    ups,
)


def test_a_program_that_noticed_the_dead_line_late_does_not_clear_the_line() -> None:
    cut = changed(
        NETWORK,
        end=at(70),
        reach=reach((-600, 48, True, True), (48, 76, True, False), (76, 900, True, True)),
    )
    found = attribute(cut)
    assert (found.cause, found.confidence, found.doubts) == (Cause.WAN, 999, ())


def test_a_cut_that_nobody_noticed_in_the_office_is_the_link_and_no_more() -> None:
    cut = changed(NETWORK, end=at(40), reach=reach((-600, 900, True, True)))
    found = attribute(cut)
    assert found.cause is Cause.LINK


def test_a_program_that_stood_still_for_a_minute_is_likely_the_cause() -> None:
    stood = boot("a", -90_000, 3_000, ticked=((at(-90_000), at(-5)), (at(70), at(3_000))))
    found = attribute(changed(OUTAGE, end=at(80), boots=(stood,)))
    assert (found.cause, found.confident) == (Cause.SOFTWARE, False)
    assert found.doubts == (Doubt.NO_RESTART,)


def test_a_battery_that_ended_long_after_the_loss_did_not_begin_it() -> None:
    """The hub's line was cut while mains were out here; an hour later the battery was empty."""
    found = attribute(
        changed(
            OUTAGE,
            boots=(*marked((boot("a", -90_000, 900),), "ups"), boot("b", 1_700, 3_000)),
            ups=ups((-1_400, 800, "OB DISCHRG"), (800, 900, "OB DISCHRG LB")),
            mass=mass(150, 150),
        )
    )
    assert found.cause is Cause.HUB


def test_a_machine_that_was_back_and_heard_of_before_the_loss_was_not_lost_by_its_restart() -> None:
    """An update, two minutes before the carrier failed."""
    found = attribute(
        changed(
            NETWORK,
            boots=(*marked((boot("a", -90_000, -99),), "reboot"), boot("b", -42, 90_000)),
            reach=reach((-30, 48, True, True), (48, 1_800, True, False)),
        )
    )
    assert found.cause is Cause.WAN


def test_one_line_of_another_carrier_is_a_coincidence_and_not_the_hub() -> None:
    links = {f"a{n}": "vnpt" for n in range(6)} | {f"b{n}": "viettel" for n in range(5)}
    gone = [name for name in links if name.startswith("a")]
    assert struck([*gone, "b0"], links) == {"vnpt"}
    assert struck(links, links) == {"vnpt", "viettel"}
    assert struck(["a0", "b0"], links) == {"vnpt", "viettel"}
