"""Cause attribution: every row of the table, and what would mislead it."""

import pytest

from motcua_hub.domain.incident.attribution import CONFIDENT, Attribution, Doubt, attribute
from motcua_hub.domain.incident.circumstances import AppKind, Circumstances, Stop, SymptomKind
from motcua_hub.domain.incident.vocabulary import Cause
from support.circumstances import (
    CRASH,
    DIED,
    LENGTH,
    NETWORK,
    OUTAGE,
    SILENT,
    app,
    at,
    boot,
    changed,
    hole,
    losses,
    marked,
    mass,
    planned,
    reach,
    symptom,
    ups,
)

ROUTER = losses(("router", 20, "hub"))
WAN = reach((-600, 0, True, True), (0, LENGTH, True, False), (LENGTH, LENGTH + 600, True, True))
LAN = reach((-600, 0, True, True), (0, LENGTH, False, False), (LENGTH, LENGTH + 600, True, True))


def told(facts: Circumstances) -> tuple[int, Cause, int]:
    found = attribute(facts)
    return found.rule, found.cause, found.confidence


TABLE = [
    ("planned", changed(OUTAGE, planned=(planned(0, LENGTH),)), (1, Cause.PLANNED, 1000)),
    (
        "two windows that touch",
        changed(OUTAGE, planned=(planned(-60, 600), planned(600, LENGTH))),
        (1, Cause.PLANNED, 1000),
    ),
    (
        "battery at its end, no clean mark",
        changed(CRASH, ups=ups((-900, -60, "OB DISCHRG"), (-60, -4, "OB DISCHRG LB"))),
        (2, Cause.POWER, 990),
    ),
    (
        "battery, and a shutdown for it",
        changed(CRASH, boots=marked(DIED, "ups"), ups=ups((-900, -4, "OB"))),
        (2, Cause.POWER, 990),
    ),
    (
        "a forced shutdown",
        changed(CRASH, ups=ups((-900, -30, "OB"), (-30, -4, "OB FSD"))),
        (2, Cause.POWER, 990),
    ),
    (
        "mains take the router at once and the machine ten minutes later",
        changed(
            OUTAGE,
            boots=(*marked((boot("a", -9_000, 600),), "ups"), boot("b", 1_700, 3_000)),
            ups=ups((-600, 8, "OL"), (8, 600, "OB LB")),
        ),
        (2, Cause.POWER, 990),
    ),
    ("ticks go on and nobody says which end", NETWORK, (3, Cause.LINK, 990)),
    ("the line", changed(NETWORK, reach=WAN), (3, Cause.WAN, 999)),
    ("the office's switch", changed(NETWORK, reach=LAN), (3, Cause.LAN, 999)),
    ("mains, no UPS", changed(CRASH, losses=ROUTER), (4, Cause.POWER, 900)),
    (
        "mains, on battery",
        changed(CRASH, losses=ROUTER, ups=ups((-900, -4, "OB"))),
        (4, Cause.POWER, 900),
    ),
    ("the machine alone", CRASH, (5, Cause.DEVICE, 700)),
    ("a server alone", changed(CRASH, kind="server", site=""), (5, Cause.SERVER, 700)),
    *(
        (f"shut down for {why}", changed(CRASH, boots=marked(DIED, why)), (6, Cause.OPERATOR, 950))
        for why in ("reboot", "upgrade", "operator")
    ),
    (
        "another run of the program",
        changed(NETWORK, end=at(40), app=app((20, AppKind.START))),
        (7, Cause.SOFTWARE, 950),
    ),
    (
        "out of memory, down for long",
        changed(
            NETWORK,
            boots=(
                boot("a", -9_000, 3_000, ticked=((at(-9_000), at(-3)), (at(1_795), at(3_000)))),
            ),
            app=app((-1, AppKind.FAILED), (1_790, AppKind.START)),
        ),
        (7, Cause.SOFTWARE, 950),
    ),
    (
        "HTTP 502",
        changed(
            OUTAGE,
            kind="service",
            site="",
            expects_journal=False,
            symptoms=(symptom(SymptomKind.BAD_ANSWER),),
        ),
        (8, Cause.SOFTWARE, 800),
    ),
    ("half of the sites", changed(OUTAGE, mass=mass(75, 150)), (9, Cause.HUB, 900)),
    ("the hub was away", changed(OUTAGE, holes=(hole(-10, LENGTH - 5),)), (9, Cause.HUB, 900)),
    (
        "the router does not answer and nothing else is known",
        changed(OUTAGE, journal_until=None, symptoms=(symptom(SymptomKind.ROUTER_SILENT),)),
        (10, Cause.LINK, 500),
    ),
    ("nothing is known", OUTAGE, (11, Cause.UNKNOWN, 0)),
]


@pytest.mark.parametrize(
    ("facts", "expected"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_a_row_of_the_table(facts: Circumstances, expected: tuple[int, Cause, int]) -> None:
    assert told(facts) == expected


def sure(found: Attribution) -> bool:
    return found.confidence >= CONFIDENT


def test_maintenance_that_covers_a_part_explains_nothing() -> None:
    for window in (planned(1, LENGTH), planned(0, LENGTH - 1), planned(-60, 600)):
        assert told(changed(OUTAGE, planned=(window,))) == (11, Cause.UNKNOWN, 0)
    hole_between = (planned(0, 600), planned(601, LENGTH))
    assert attribute(changed(OUTAGE, planned=hole_between)).rule == 11


def test_an_outage_that_lasts_is_planned_only_until_the_window_ends() -> None:
    lasting = changed(OUTAGE, end=None, now=at(600), planned=(planned(0, 900),))
    assert told(lasting) == (1, Cause.PLANNED, 1000)
    assert attribute(lasting).provisional
    assert attribute(changed(lasting, now=at(901))).cause is Cause.UNKNOWN


def test_battery_time_that_was_over_before_the_loss_is_no_power_failure() -> None:
    long_ago = ups((-7200, -6900, "OB LB"), (-6900, 3000, "OL CHRG"))
    just_before = ups((-100, -60, "OB LB"), (-60, 3000, "OL"))
    for words in (long_ago, just_before):
        assert told(changed(NETWORK, ups=words)) == (3, Cause.LINK, 990)
        assert told(changed(CRASH, ups=words)) == (5, Cause.DEVICE, 700)


def test_battery_time_of_which_the_last_word_is_old_is_not_in_force() -> None:
    assert attribute(changed(CRASH, ups=ups((-9000, -8000, "OB LB")))).rule == 5


def test_a_machine_that_dies_while_mains_are_there_did_not_die_of_mains() -> None:
    facts = changed(CRASH, losses=ROUTER, ups=ups((-900, -4, "OL")))
    assert told(facts) == (11, Cause.UNKNOWN, 0)
    assert told(changed(facts, losses=())) == (5, Cause.DEVICE, 700)


def test_a_machine_that_dies_on_battery_alone_is_only_perhaps_the_device() -> None:
    found = attribute(changed(CRASH, ups=ups((-900, -4, "OB"))))
    assert (found.rule, found.confidence, found.doubts) == (5, 500, (Doubt.UPS_ON_BATTERY,))


def test_a_shutdown_for_the_ups_without_its_word_is_likely_and_not_certain() -> None:
    found = attribute(changed(CRASH, boots=marked(DIED, "ups")))
    assert (found.cause, found.rule, found.doubts) == (Cause.POWER, 2, (Doubt.NO_UPS_WORD,))
    assert not sure(found)


def test_losses_that_only_the_dead_machine_could_see_do_not_make_two() -> None:
    inside = losses(("printer", 5, "phuong-1"), ("camera", 6, "phuong-1"))
    assert told(changed(CRASH, losses=inside)) == (5, Cause.DEVICE, 700)


def test_losses_more_than_a_minute_apart_are_not_together() -> None:
    assert told(changed(CRASH, losses=losses(("router", 61, "hub")))) == (5, Cause.DEVICE, 700)
    assert told(changed(CRASH, losses=losses(("router", -60, "hub")))) == (4, Cause.POWER, 900)


def test_a_machine_restarted_during_a_network_outage_did_not_cause_it() -> None:
    boots = (boot("a", -9_000, 900), boot("b", 960, 3_000))
    found = attribute(changed(OUTAGE, boots=boots, reach=WAN, losses=ROUTER))
    assert (found.rule, found.cause) == (3, Cause.WAN)
    assert found.doubts == (Doubt.DIED_LATER,)
    assert not sure(found)
    by_hand = changed(OUTAGE, boots=marked(boots, "operator"), reach=WAN)
    assert attribute(by_hand).cause is Cause.WAN


def test_a_quick_restart_before_anybody_noticed_is_not_the_network() -> None:
    boots = (boot("a", -90_000, -18), boot("b", -5, 3_000))
    assert told(changed(OUTAGE, end=at(70), boots=boots)) == (5, Cause.DEVICE, 700)
    assert told(changed(OUTAGE, end=at(70), boots=marked(boots, "upgrade")))[0] == 6


def test_a_restart_just_before_a_long_outage_is_not_told_as_its_cause() -> None:
    boots = marked((boot("a", -90_000, -40), boot("b", -20, 3_000)), "reboot")
    found = attribute(changed(OUTAGE, boots=boots))
    assert Doubt.WENT_ON in found.doubts
    assert not sure(found)


def test_a_shutdown_by_hand_on_battery_is_not_told_as_the_operators_fault() -> None:
    facts = changed(CRASH, boots=marked(DIED, "operator"), ups=ups((-900, -4, "OB")))
    found = attribute(facts)
    assert (found.rule, found.doubts) == (6, (Doubt.UPS_ON_BATTERY,))
    assert not sure(found)


def test_a_mark_after_which_ticks_went_on_is_no_clean_end() -> None:
    aborted = Stop(at(-300), "reboot", "stop")
    facts = changed(OUTAGE, boots=(boot("a", -90_000, -4, stop=aborted), DIED[1]))
    assert told(facts) == (5, Cause.DEVICE, 700)


def test_a_program_started_again_within_a_tick_is_not_the_network() -> None:
    facts = changed(NETWORK, end=at(12), app=app((-2, AppKind.FAILED), (3, AppKind.START)))
    assert told(facts) == (7, Cause.SOFTWARE, 950)


def test_a_program_started_again_when_the_line_went_leaves_a_doubt() -> None:
    found = attribute(changed(NETWORK, reach=WAN, app=app((10, AppKind.START))))
    assert (found.rule, found.cause) == (3, Cause.WAN)
    assert found.doubts == (Doubt.PROGRAM_RESTARTED,)
    assert not sure(found)


def test_a_program_started_again_in_the_middle_is_not_the_cause() -> None:
    found = attribute(changed(NETWORK, reach=WAN, app=app((700, AppKind.START))))
    assert (found.rule, found.cause, found.confidence) == (3, Cause.WAN, 999)


def test_a_program_that_is_back_while_the_outage_goes_on_is_not_told_as_the_cause() -> None:
    found = attribute(changed(NETWORK, app=app((3, AppKind.START))))
    assert (found.cause, found.doubts) == (Cause.SOFTWARE, (Doubt.WENT_ON,))
    assert not sure(found)


def test_a_hub_that_was_away_is_not_the_line_of_every_site() -> None:
    away = changed(NETWORK, reach=WAN, holes=(hole(-12, LENGTH - 3),))
    assert told(away) == (9, Cause.HUB, 900)


def test_a_line_that_stays_down_when_the_hub_is_long_back_is_not_told_as_certain() -> None:
    found = attribute(changed(NETWORK, reach=WAN, holes=(hole(-12, 300),)))
    assert (found.cause, found.doubts) == (Cause.WAN, (Doubt.HUB_WAS_AWAY,))
    assert not sure(found)


def test_a_hole_of_the_hub_in_the_middle_of_an_outage_changes_nothing() -> None:
    assert told(changed(NETWORK, reach=WAN, holes=(hole(600, 900),))) == (3, Cause.WAN, 999)
    assert told(changed(CRASH, losses=ROUTER, holes=(hole(-5, LENGTH),)))[0] == 4


def test_the_hubs_uplink_is_not_the_line_of_every_site() -> None:
    assert told(changed(NETWORK, reach=WAN, mass=mass(150, 150))) == (9, Cause.HUB, 900)
    assert told(changed(NETWORK, reach=LAN, mass=mass(150, 150))) == (3, Cause.LAN, 999)


def test_one_carriers_failure_is_not_the_hub() -> None:
    carrier = mass(90, 150, carriers=1, standing=1)
    assert told(changed(NETWORK, reach=WAN, mass=carrier)) == (3, Cause.WAN, 999)
    assert attribute(changed(OUTAGE, mass=carrier)).cause is Cause.UNKNOWN
    both = mass(90, 150, carriers=2)
    assert told(changed(OUTAGE, mass=both)) == (9, Cause.HUB, 900)


def test_where_there_is_one_carrier_only_nobody_can_tell_it_from_the_hub() -> None:
    found = attribute(changed(OUTAGE, mass=mass(150, 150, carriers=1)))
    assert (found.cause, found.doubts) == (Cause.HUB, (Doubt.ONE_CARRIER,))
    assert not sure(found)


@pytest.mark.parametrize(("lost", "sites"), [(1, 1), (1, 2), (2, 2), (74, 150)])
def test_few_sites_are_not_half_of_the_province(lost: int, sites: int) -> None:
    assert attribute(changed(OUTAGE, mass=mass(lost, sites))).cause is Cause.UNKNOWN


def test_ticks_that_reached_the_hub_do_not_speak_of_the_line() -> None:
    said = reach((-600, 3_000, True, True))
    assert attribute(changed(NETWORK, reach=said)).cause is Cause.UNKNOWN
    half = reach((0, 900, True, False), (900, LENGTH, True, True))
    found = attribute(changed(NETWORK, reach=half))
    assert Doubt.HUB_REACHED in found.doubts
    assert not sure(found)


def test_a_gateway_that_never_answers_says_nothing_of_the_switch() -> None:
    mute = reach((-600, 0, False, True), (0, LENGTH, False, False))
    assert told(changed(NETWORK, reach=mute)) == (3, Cause.LINK, 990)


def test_a_gateway_that_comes_and_goes_is_not_told_as_certain() -> None:
    mixed = reach((0, 900, True, False), (900, LENGTH, False, False))
    found = attribute(changed(NETWORK, reach=mixed))
    assert (found.cause, found.doubts) == (Cause.LINK, (Doubt.GATEWAY_MIXED,))
    assert not sure(found)


def test_a_switch_that_went_with_mains_is_a_power_failure() -> None:
    facts = changed(NETWORK, reach=LAN, ups=ups((-600, 6, "OL"), (6, LENGTH - 20, "OB")))
    found = attribute(facts)
    assert (found.cause, found.doubts) == (Cause.POWER, (Doubt.UPS_ON_BATTERY,))
    assert not sure(found)


def test_a_line_lost_while_on_battery_is_not_told_as_certain() -> None:
    on_battery = ups((-900, LENGTH, "OB"))
    for told_reach in (WAN, LAN, ()):
        assert not sure(attribute(changed(NETWORK, reach=told_reach, ups=on_battery)))


def test_a_router_that_answers_is_not_a_dead_line() -> None:
    seen = (*SILENT, symptom(SymptomKind.ROUTER_ANSWERS, 60))
    found = attribute(changed(NETWORK, reach=WAN, symptoms=seen))
    assert found.doubts == (Doubt.ROUTER_ANSWERED,)
    assert not sure(found)


def test_ticks_without_any_silence_are_no_outage_of_the_network() -> None:
    assert attribute(changed(NETWORK, symptoms=())).cause is Cause.UNKNOWN


def test_a_machine_that_hung_is_not_the_network() -> None:
    hung = boot("a", -90_000, 3_000, ticked=((at(-90_000), at(-5)), (at(1_790), at(3_000))))
    assert attribute(changed(OUTAGE, boots=(hung,))).cause is Cause.UNKNOWN


def test_a_boot_whose_place_in_time_is_doubtful_convinces_nobody() -> None:
    vague = (boot("a", -90_000, -4, doubt=45_000), boot("b", 1_700, 3_000, doubt=45_000))
    found = attribute(changed(OUTAGE, boots=marked(vague, "reboot")))
    assert Doubt.CLOCK_UNSURE in found.doubts
    assert not sure(found)


def test_a_machine_that_went_long_before_is_another_story() -> None:
    boots = (boot("a", -90_000, -400), boot("b", 1_700, 3_000))
    assert attribute(changed(OUTAGE, boots=boots, losses=ROUTER)).cause is Cause.UNKNOWN


def test_provisional_until_the_journal_covers_the_whole_window() -> None:
    assert attribute(changed(NETWORK, journal_until=at(LENGTH + 119))).provisional
    assert not attribute(changed(NETWORK, journal_until=at(LENGTH + 120))).provisional
    assert attribute(changed(NETWORK, end=None)).provisional
    assert not attribute(changed(OUTAGE, journal_until=None, expects_journal=False)).provisional


def test_a_silent_router_is_no_cause_when_the_site_has_told_its_story() -> None:
    seen = (symptom(SymptomKind.ROUTER_SILENT),)
    assert attribute(changed(OUTAGE, symptoms=seen)).cause is Cause.UNKNOWN


def test_an_attribution_names_what_it_rests_on() -> None:
    found = attribute(changed(CRASH, losses=ROUTER, ups=ups((-900, -4, "OB"))))
    assert found.evidence == ("boot/a", "boot/b", "loss/router", "ups/-900/OB")
    assert attribute(OUTAGE).evidence == ()


def test_evidence_outside_of_the_window_is_not_looked_at() -> None:
    far = changed(
        OUTAGE,
        symptoms=(symptom(SymptomKind.BAD_ANSWER, -121), symptom(SymptomKind.BAD_ANSWER, 1921)),
        app=app((-121, AppKind.FAILED)),
    )
    assert attribute(far).cause is Cause.UNKNOWN
    near = (symptom(SymptomKind.BAD_ANSWER, -120),)
    assert attribute(changed(OUTAGE, symptoms=near)).cause is Cause.SOFTWARE
