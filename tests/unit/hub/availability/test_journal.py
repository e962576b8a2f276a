"""What a site's journal proves, whatever its clock said."""

import msgspec

from motcua_hub.domain.availability.evidence import Rank, Sli
from motcua_hub.domain.availability.intervals import length
from motcua_hub.domain.availability.journal import Boot, Imported, Meeting, Tick, imported
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.timeline import timeline
from support.availability import said

ABOUT = said(0, 1, id="site", vantage="agent", rank=Rank.JOURNAL, sli=Sli.RUNNING, received_at=9)


def boot(name: str, begun: int | None, last: int, **more: object) -> Boot:
    """A boot that ticked every 10 s up to `last` (ms) and met the hub with 400 ms round trip."""
    ticks = tuple(Tick(n, n * 10_000) for n in range(last // 10_000 + 1))
    met = None if begun is None else Meeting(begun + 7_000, 7_000, 401)
    return Boot(boot_id=name, ticks=ticks, met=met, **more)


def told(found: Imported) -> list[tuple[int, int, str]]:
    return [(each.begin, each.end, each.claim.value) for each in found.evidence]


def test_ticks_that_follow_each_other_prove_it_ran_and_a_new_boot_that_it_did_not() -> None:
    found = imported(
        [boot("a", 1_000_000, 60_000, clean="ups"), boot("b", 1_100_000, 20_000)], ABOUT
    )
    assert told(found) == [
        (1_000_000, 1_060_000, "up"),
        (1_060_000, 1_100_000, "down"),
        (1_100_000, 1_120_000, "up"),
    ]
    assert (found.evidence[1].cause, found.evidence[2].edge) == ("ups", 201)
    assert found.covered == ((1_000_000, 1_120_000),)
    assert found.unplaced == found.lacking == ()


def test_when_a_machine_ended_is_as_sure_as_its_last_word() -> None:
    pulled = imported([boot("a", 0, 60_000), boot("b", 100_000, 0)], ABOUT).evidence
    assert (pulled[1].begin, pulled[1].edge) == (60_000, 10_201)
    said = msgspec.structs.replace(boot("a", 0, 60_000), clean="reboot", stopped=66_500)
    found = imported([said, boot("b", 100_000, 10_000)], ABOUT)
    assert told(found)[:2] == [(0, 66_500, "up"), (66_500, 100_000, "down")]
    assert found.evidence[1].edge == 201


def test_ticks_after_a_goodbye_show_that_it_did_not_go() -> None:
    stayed = msgspec.structs.replace(boot("a", 0, 60_000), clean="reboot", stopped=30_000)
    found = imported([stayed, boot("b", 100_000, 10_000)], ABOUT)
    assert told(found)[:2] == [(0, 60_000, "up"), (60_000, 100_000, "down")]
    assert found.evidence[1].edge == 10_201


def test_a_boot_that_did_not_tick_for_long_stalled() -> None:
    at_limit = Boot(boot_id="a", ticks=(Tick(0, 0), Tick(1, 25_000)), met=Meeting(0, 0))
    beyond = Boot(boot_id="a", ticks=(Tick(0, 0), Tick(1, 25_001)), met=Meeting(0, 0))
    assert told(imported([at_limit], ABOUT)) == [(0, 25_000, "up")]
    found = imported([beyond], ABOUT)
    assert told(found) == [(0, 25_001, "blind")]
    assert found.evidence[0].cause == "stall"


def test_ticks_that_are_lacking_are_told_of_and_not_bridged() -> None:
    ticks = (Tick(0, 0), Tick(1, 10_000), Tick(4, 20_000), Tick(5, 30_000))
    found = imported([Boot(boot_id="a", ticks=ticks, met=Meeting(0, 0))], ABOUT)
    assert told(found) == [(0, 10_000, "up"), (20_000, 30_000, "up")]
    assert found.lacking == (("a", 2, 3),)


def test_a_boot_that_nobody_can_place_claims_nothing_but_has_its_length() -> None:
    found = imported([boot("a", 0, 20_000), boot("b", None, 50_000), boot("c", 90_000, 0)], ABOUT)
    assert told(found) == [(0, 20_000, "up")]
    assert found.unplaced == (("b", 50_000),)


def test_a_synchronised_clock_places_a_boot_that_met_nobody() -> None:
    found = imported([boot("a", None, 20_000, synced_offset=500_000)], ABOUT)
    assert told(found) == [(500_000, 520_000, "up")]


def test_a_journal_imported_twice_is_the_journal_imported_once() -> None:
    once = boot("a", 0, 60_000)
    twice = msgspec.structs.replace(once, ticks=(*reversed(once.ticks), *once.ticks))
    assert imported([twice], ABOUT) == imported([once], ABOUT)
    evidence = imported([once], ABOUT).evidence
    policy = Policy(sli=Sli.RUNNING)
    assert timeline((*evidence, *evidence), policy) == timeline(evidence, policy)


def test_a_journal_overrules_what_the_hub_believed() -> None:
    will = said(30_000, 60_000, "down", vantage="broker", rank=Rank.LAST_WILL, sli=Sli.RUNNING)
    evidence = (will, *imported([boot("a", 0, 60_000)], ABOUT).evidence)
    segments = timeline(evidence, Policy(sli=Sli.RUNNING), life=(0, 60_000))
    assert [each.state.value for each in segments] == ["up"]


def test_boots_without_ticks_prove_nothing() -> None:
    found = imported([Boot(boot_id="a", ticks=(), met=Meeting(0, 0))], ABOUT)
    assert found.evidence == ()
    assert length(found.covered) == 0
