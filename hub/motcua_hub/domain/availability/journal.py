"""What a site's own journal proves of its machine (R10-R12): rank 80, `running` only.

A boot is known by its ticks on its own monotonic clock. It is placed in UTC by a meeting with the
hub, whatever its wall clock said; else by its wall clock if that was synchronised; else not at all:
then its length is known and nothing is claimed.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence
from motcua_hub.domain.availability.intervals import Interval, Spans, normal

TICK: Final = 10_000
"""How often an agent ticks, in ms."""
STALL: Final = "stall"
"""The cause told of a boot that was there before and after, and did not tick."""


class Tick(msgspec.Struct, frozen=True, order=True, gc=False):
    """One tick: its number in the boot, and ms since the boot began."""

    seq: int
    mono: int


class Stretch(msgspec.Struct, frozen=True, order=True, gc=False):
    """Ticks `first` to `last` without one lacking and without a stall; ms since the boot began."""

    first: int
    last: int
    since: int
    until: int


class Meeting(msgspec.Struct, frozen=True):
    """The first authenticated contact with the hub: both clocks, and the round trip, in ms."""

    hub: int
    mono: int
    round_trip: int = 0


class Boot(msgspec.Struct, frozen=True, kw_only=True):
    """One boot of a machine, in the order of its journal.

    Attributes:
        ticks: In any order, with any repetition.
        stretches: Ticks told together, in any order, with any repetition; they may overlap. They
            prove the same as their ticks one by one.
        met: When it first met the hub; None if it never did.
        synced_offset: UTC minus its monotonic clock, by a wall clock it knew to be synchronised.
        clean: Why it ended, if it said so; empty if it did not.
        stopped: When it said so, in ms since the boot began; it ran until then.
    """

    boot_id: str
    ticks: tuple[Tick, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    met: Meeting | None = None
    synced_offset: int | None = None
    clean: str = ""
    stopped: int | None = None

    @property
    def begun(self) -> int | None:
        """When it began (UTC ms); None if nobody can tell."""
        return self.synced_offset if self.met is None else self.met.hub - self.met.mono

    @property
    def doubt(self) -> int:
        """How far `begun` may be off because of the meeting's round trip, in ms."""
        return 0 if self.met is None else (self.met.round_trip + 1) // 2


class Imported(msgspec.Struct, frozen=True):
    """What a journal proves.

    Attributes:
        evidence: Claims, oldest first.
        covered: The times of which the journal can tell.
        lacking: Numbers of ticks that never arrived, as `(boot, first, last)`; nothing bridges
            them.
        unplaced: Boots that nobody can place, with how long they ticked, in ms.
    """

    evidence: tuple[Evidence, ...]
    covered: Spans
    lacking: tuple[tuple[str, int, int], ...]
    unplaced: tuple[tuple[str, int], ...]


def imported(boots: Sequence[Boot], about: Evidence, tick: int = TICK) -> Imported:
    """A journal as evidence.

    Args:
        boots: In the order in which they followed each other; those without ticks are left out.
        about: Everything that all claims share: target, source, vantage, rank, when received.
        tick: How often the agent ticks, in ms.
    """
    told = [boot for boot in boots if boot.ticks or boot.stretches]
    claims: list[Evidence] = []
    for before, boot in zip([None, *told], told, strict=False):
        if before is not None:
            claims += _between(before, boot, about, tick)
        claims += _within(boot, about, tick)
    return Imported(
        evidence=tuple(claims),
        covered=normal((each.begin, each.end) for each in claims),
        lacking=tuple(gap for boot in told for gap in _lacking(boot)),
        unplaced=tuple((b.boot_id, joined(b)[-1].until) for b in told if b.begun is None),
    )


def joined(boot: Boot) -> list[Stretch]:
    """All ticks in order as stretches that do not overlap; that it stopped is as good as one more.

    Raises:
        IndexError: The boot has no ticks.
    """
    single = (Stretch(tick.seq, tick.seq, tick.mono, tick.mono) for tick in boot.ticks)
    found: list[Stretch] = []
    for each in sorted({*single, *boot.stretches}):
        last = found[-1] if found else None
        if last is None or each.first > last.last:
            found.append(each)
        elif each.last > last.last:
            # told twice, the second time with later ticks
            found[-1] = Stretch(last.first, each.last, last.since, each.until)
    last = found[-1]
    if boot.stopped is not None and boot.stopped > last.until:
        found.append(Stretch(last.last + 1, last.last + 1, boot.stopped, boot.stopped))
    return found


def _lacking(boot: Boot) -> Iterable[tuple[str, int, int]]:
    for before, after in pairwise(joined(boot)):
        if after.first > before.last + 1:
            yield boot.boot_id, before.last + 1, after.first - 1


def _within(boot: Boot, about: Evidence, tick: int) -> list[Evidence]:
    """Up between ticks that follow each other in time; a stall where they do not.

    The beginning of the boot counts as a tick. Between ticks of which some are lacking nothing is
    claimed at all: what is lacking may still arrive.
    """
    if boot.begun is None:
        return []
    ticks = joined(boot)
    first = ticks[0].first - 1
    found: list[Evidence] = []
    for before, after in pairwise([Stretch(first, first, 0, 0), *ticks]):
        if after.first == before.last + 1 and after.since > before.until:
            stalled = 2 * (after.since - before.until) > 5 * tick
            claim = Claim.BLIND if stalled else Claim.UP
            part = (boot.begun + before.until, boot.begun + after.since)
            _add(found, _claim(boot, about, part, claim, STALL if stalled else ""))
        if after.until > after.since:
            part = (boot.begun + after.since, boot.begun + after.until)
            _add(found, _claim(boot, about, part, Claim.UP, ""))
    return found


def _add(found: list[Evidence], claim: Evidence) -> None:
    """Lengthens the last claim where it says the same up to here."""
    last = found[-1] if found else None
    if last is not None and (last.end, last.claim) == (claim.begin, claim.claim):
        found[-1] = msgspec.structs.replace(last, end=claim.end)
    else:
        found.append(claim)


def _between(before: Boot, boot: Boot, about: Evidence, tick: int) -> list[Evidence]:
    """Down from the last word of one boot to the beginning of the next, if both can be placed.

    A machine that said when it stopped ran until then. One that did not may have run up to the
    tick that never came: that is told as the doubt of this edge.
    """
    if before.begun is None or boot.begun is None:
        return []
    last = joined(before)[-1].until
    part = (before.begun + last, boot.begun)
    if part[0] >= part[1]:
        return []
    doubt = before.doubt + (0 if last == before.stopped else tick)
    return [_claim(boot, about, part, Claim.DOWN, before.clean, edge=doubt)]


def _claim(
    boot: Boot, about: Evidence, part: Interval, claim: Claim, cause: str, *, edge: int = 0
) -> Evidence:
    up_after_down = claim is Claim.UP and part[0] == boot.begun
    return msgspec.structs.replace(
        about,
        id=f"{about.id}/{boot.boot_id}/{claim}@{part[0]}",
        begin=part[0],
        end=part[1],
        claim=claim,
        boot_id=boot.boot_id,
        cause=cause,
        edge=boot.doubt if up_after_down else edge,
    )
