"""The tests of the simulation are tested: deliberate faults of the product, each noticed by name.

Each fault is put into the running product for one test, and a test that holds without it must fail.
"""

import importlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest

from motcua_hub.domain.availability import journal, liveness, masking, quorum
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, State
from motcua_hub.domain.availability.intervals import Spans
from motcua_hub.domain.availability.samples import Claimed, claims
from motcua_hub.domain.incident import around, attribution
from motcua_hub.domain.incident.vocabulary import Cause
from province import compressed
from province.script import Size, drawn
from province.world import built
from simulation import test_causes, test_truth
from support.province import feed as feeding
from support.province.feed import Feed, fed

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def small() -> Feed:
    """Few offices, but everything happens to them."""
    return fed(built(drawn(Size(sites=24, servers=4, seed=3))))


def machines(feed: Feed) -> None:
    test_truth.test_once_all_journals_are_in_a_machine_is_told_to_the_millisecond(feed)
    test_truth.test_what_a_journal_cannot_know_to_the_millisecond_is_stated(feed)


def probes(feed: Feed) -> None:
    test_truth.test_a_line_is_told_right_but_for_its_stated_doubts(feed)
    test_truth.test_a_server_seen_from_three_places_is_told_right_but_for_its_stated_doubts(feed)
    test_truth.test_a_printer_behind_its_pi_is_told_right_but_for_its_stated_doubts(feed)


def masked(feed: Feed) -> None:
    test_truth.test_a_camera_behind_a_line_is_not_called_down_for_the_line(feed)


def bounds(feed: Feed) -> None:
    test_truth.test_at_any_moment_the_truth_lies_within_what_is_told(feed)


def causes(feed: Feed) -> None:
    words = test_causes.told(feed)
    test_causes.test_the_cause_is_right_in_99_of_100_outages(words)
    test_causes.test_nothing_wrong_is_ever_told_as_a_fact(words)


CHECKS = (machines, probes, masked, bounds, causes)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_without_a_fault_every_check_holds(small: Feed, check: Callable[[Feed], None]) -> None:
    check(small)


def changed_claims(patch: Patch, change: Callable[[Claimed], Claimed]) -> None:
    def faulty(*args: Any) -> tuple[Claimed, ...]:
        return tuple(change(each) for each in claims(*args))

    patch.setattr(compressed, "claims", faulty)


def no_back_dating(patch: Patch) -> None:
    """An outage begins when it is confirmed, as if that were sure."""

    def late(each: Claimed) -> Claimed:
        if each.confirmed_at is None:
            return each
        return msgspec.structs.replace(each, begin=min(each.confirmed_at, each.end), edge=0)

    changed_claims(patch, late)


def edges_not_stated(patch: Patch) -> None:
    """Nobody says how far an edge may be off."""
    changed_claims(patch, lambda each: msgspec.structs.replace(each, edge=0))


def blind_is_down(patch: Patch) -> None:
    """A prober that is cut off calls its targets down."""

    def down(each: Claimed) -> Claimed:
        blind = each.claim is Claim.BLIND
        return msgspec.structs.replace(each, claim=Claim.DOWN) if blind else each

    changed_claims(patch, down)


def last_value_carried(patch: Patch) -> None:
    """What was last said holds until something else is said."""
    plain = feeding.probed

    def carried(*args: Any) -> list[Evidence]:
        found = plain(*args)
        after = [*(each.begin for each in found[1:]), found[-1].end if found else 0]
        return [msgspec.structs.replace(e, end=end) for e, end in zip(found, after, strict=True)]

    patch.setattr(feeding, "probed", carried)
    patch.setattr(liveness, "silenced", lambda found, *_: tuple(found))


def hub_hole_is_down(patch: Patch) -> None:
    """While the hub was away everything was down."""
    plain = liveness.silenced

    def down(found: Iterable[Evidence], away: Spans, *rest: Any) -> tuple[Evidence, ...]:
        pieces = plain(found, away, *rest)
        holes = [
            msgspec.structs.replace(pieces[0], id=f"h{a}", begin=a, end=b, claim=Claim.DOWN, edge=0)
            for a, b in away
            if pieces and pieces[0].rank == Rank.PROBE
        ]
        return (*pieces, *holes)

    patch.setattr(liveness, "silenced", down)


def boot_gap_ignored(patch: Patch) -> None:
    """Between two boots nothing is claimed."""
    patch.setattr(journal, "_between", lambda *_: [])


def boot_gap_without_doubt(patch: Patch) -> None:
    """A machine is said to have died at its last tick, to the millisecond."""
    plain = journal._between

    def sure(*args: Any) -> list[Evidence]:
        return [msgspec.structs.replace(each, edge=0) for each in plain(*args)]

    patch.setattr(journal, "_between", sure)


def goodbye_ignored(patch: Patch) -> None:
    """What a machine says when it stops counts for nothing."""
    plain = compressed._boot

    def mute(*args: Any, **more: Any) -> journal.Boot:
        return msgspec.structs.replace(plain(*args, **more), stopped=None)

    patch.setattr(compressed, "_boot", mute)


def meeting_ignored(patch: Patch) -> None:
    """A boot is placed by a clock that is a minute off, not by its meeting."""
    plain = compressed._boot

    def wrong(*args: Any, **more: Any) -> journal.Boot:
        boot = plain(*args, **more)
        if boot.met is None:
            return boot
        met = msgspec.structs.replace(boot.met, hub=boot.met.hub + 60_000)
        return msgspec.structs.replace(boot, met=met)

    patch.setattr(compressed, "_boot", wrong)


def stalls_bridged(patch: Patch) -> None:
    """Ticks prove what lies between them, however far apart they are."""
    plain = journal._within
    patch.setattr(journal, "_within", lambda boot, about, tick: plain(boot, about, 1_000 * tick))


def mask_off(patch: Patch) -> None:
    """What stands behind a cut is down with it."""
    lines = importlib.import_module("motcua_hub.domain.availability.timeline")
    patch.setattr(lines, "masks", lambda _ancestors: ())


def one_voice_is_enough(patch: Patch) -> None:
    """One place that cannot reach a server makes it down."""

    def any_down(_up: int, down: int, _policy: object) -> State:
        return State.DOWN if down else State.UP

    patch.setattr(quorum, "_reachable", any_down)
    patch.setattr(quorum, "_run", any_down)


def blips_are_time_down_of_others(patch: Patch) -> None:
    """A statement below a mask keeps its word."""
    patch.setattr(masking, "_explained", lambda *_: False)


def sessions_prove_machines_down(patch: Patch) -> None:
    """A machine that is not heard is said not to run."""
    plain = feeding.machine_evidence

    def gone(feed: Feed, office: feeding.Office, as_of: int | None = None) -> list[Evidence]:
        found = plain(feed, office, as_of)
        stays = [e for e in found if e.rank == Rank.LAST_WILL]
        end = feeding.lived(feed, as_of)[1]
        nexts = [*(each.begin for each in stays[1:]), end]
        silent = [
            msgspec.structs.replace(e, id=f"{e.id}-", begin=e.end, end=after, claim=Claim.DOWN)
            for e, after in zip(stays, nexts, strict=True)
            if e.end < after
        ]
        return [*found, *silent]

    patch.setattr(feeding, "machine_evidence", gone)


def gateway_not_looked_at(patch: Patch) -> None:
    """Every network fault is the carrier's."""
    plain = attribution._which_end

    def line(*args: Any) -> Any:
        return msgspec.structs.replace(plain(*args), cause=Cause.WAN, confidence=999)

    patch.setattr(attribution, "_which_end", line)


def hub_never_to_blame(patch: Patch) -> None:
    """Half of the province at once is half of the province's lines."""
    patch.setattr(attribution, "_hub_did_it", lambda _facts: False)
    patch.setitem(attribution.RULES, 9, lambda _facts: None)


def ups_not_read(patch: Patch) -> None:
    """What the UPS said and why a machine stopped is not looked at."""
    patch.setitem(attribution.RULES, 2, lambda _facts: None)


def notice_not_needed(patch: Patch) -> None:
    """Work of which nobody was told in time is planned all the same."""
    patch.setitem(
        attribution.RULES,
        1,
        lambda facts: attribution._Found(Cause.PLANNED, 1000, ()) if facts.planned else None,
    )


def lag_not_known(patch: Patch) -> None:
    """What a program last knew of the hub counts as seen."""
    patch.setattr(around, "NOTICED", 0)


MUTANTS: dict[Callable[[Patch], None], Callable[[Feed], None]] = {
    no_back_dating: probes,
    edges_not_stated: probes,
    blind_is_down: probes,
    last_value_carried: probes,
    hub_hole_is_down: probes,
    boot_gap_ignored: machines,
    boot_gap_without_doubt: machines,
    goodbye_ignored: machines,
    meeting_ignored: machines,
    stalls_bridged: machines,
    mask_off: masked,
    blips_are_time_down_of_others: masked,
    one_voice_is_enough: probes,
    sessions_prove_machines_down: bounds,
    gateway_not_looked_at: causes,
    hub_never_to_blame: causes,
    ups_not_read: causes,
    notice_not_needed: causes,
    lag_not_known: causes,
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_deliberate_fault_is_noticed(
    small: Feed, monkeypatch: Patch, mutant: Callable[[Patch], None]
) -> None:
    mutant(monkeypatch)
    fresh = fed(small.world)
    with pytest.raises(AssertionError):
        MUTANTS[mutant](fresh)
