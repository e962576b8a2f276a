"""Long runs of equal answers and ticks, given to the ledger's own functions without every one.

What happens around a change is given whole; the ledger's words before and after a long run are
joined. That this is the same as giving everything is tested on short windows.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence, State
from motcua_hub.domain.availability.journal import Boot, Imported, Meeting, Tick, imported
from motcua_hub.domain.availability.samples import Claimed, Outcome, Probe, Sample, claims
from province.machines import Met, TickRun
from province.probers import BLIND, FAIL, Run
from province.probers import samples as single

KEEP = 4
"""Of a long run so many at each end are given one by one."""


Told = tuple[str, Sequence[TickRun], Met | None, int | None, tuple[str, int | None]]
"""A boot as told: name, ticks, meeting, synced offset, and why and when it stopped."""


def sampled(runs: Iterable[Run]) -> Iterator[Sample]:
    """Every answer as the ledger takes it."""
    for at, (outcome, cause) in single(runs):
        yield Sample(at, Outcome(outcome), cause)


def claimed(runs: Sequence[Run], probe: Probe) -> list[Claimed]:
    """What the ledger's `claims` says of one process' answers."""
    found: list[Claimed] = []
    before: State | None = None
    for island, after in _islands(runs):
        got = claims(sampled(island), probe, before)
        if before is not None and found:
            first = got[0]
            assert (first.claim, first.blip) == (found[-1].claim, found[-1].blip)
            found[-1] = msgspec.structs.replace(found[-1], end=first.end)
            got = got[1:]
        found += got
        before = after
    return found


def _islands(runs: Iterable[Run]) -> Iterator[tuple[list[Run], State]]:
    """Answers between long runs, and what is sure at the end of each."""
    island: list[Run] = []
    for run in runs:
        if run.answer[0] == BLIND or run.count <= 2 * KEEP:
            island.append(run)
            continue
        island.append(Run(run.first, run.step, KEEP, run.answer))
        yield island, State.DOWN if run.answer[0] == FAIL else State.UP
        begin = run.first + (run.count - KEEP) * run.step
        island = [Run(begin, run.step, KEEP, run.answer)]
    yield island, State.UP


def journal(boots: Sequence[Told], about: Evidence) -> Imported:
    """What the ledger's `imported` says of a journal."""
    ends = [_boot(each, _ends(each[1])) for each in boots]
    found = imported(ends, about)
    claims_: list[Evidence] = list(found.evidence)
    for boot, each in zip(ends, boots, strict=True):
        if boot.begun is not None:
            claims_ += _inside(boot.begun, each[1], about)
    return msgspec.structs.replace(found, evidence=tuple(_whole(claims_)))


def whole_journal(boots: Sequence[Told], about: Evidence) -> Imported:
    """The same with every single tick."""
    return imported([_boot(each, [t for r in each[1] for t in r.ticks()]) for each in boots], about)


def _boot(
    each: Told,
    ticks: Iterable[tuple[int, int]],
) -> Boot:
    name, _, met, offset, (clean, stopped) = each
    meeting = None if met is None else Meeting(met.hub, met.mono, met.round_trip)
    told = tuple(Tick(*tick) for tick in ticks)
    return Boot(
        boot_id=name,
        ticks=told,
        met=meeting,
        synced_offset=offset,
        clean=clean,
        stopped=stopped,
    )


def _ends(runs: Iterable[TickRun]) -> Iterator[tuple[int, int]]:
    """The first and last ticks of each run."""
    for run in runs:
        if run.count <= 2 * KEEP:
            yield from run.ticks()
        else:
            yield from TickRun(run.first, run.since, KEEP).ticks()
            skipped = run.count - KEEP
            yield from TickRun(run.first + skipped, run.since + skipped * 10_000, KEEP).ticks()


def _inside(begun: int, runs: Iterable[TickRun], about: Evidence) -> Iterator[Evidence]:
    """The long runs' own time, between the ticks that were given."""
    for run in runs:
        if run.count > 2 * KEEP:
            begin = begun + run.since + (KEEP - 1) * 10_000
            end = begun + run.since + (run.count - KEEP) * 10_000
            told = f"{about.id}/inside@{begin}"
            yield msgspec.structs.replace(about, id=told, begin=begin, end=end, claim=Claim.UP)


def _whole(found: Iterable[Evidence]) -> list[Evidence]:
    """Claims of one thing that follow each other, as one with the first one's id."""
    whole: list[Evidence] = []
    for each in sorted(found, key=lambda one: (one.begin, one.end)):
        last = whole[-1] if whole else None
        if last is not None and (last.end, last.claim) == (each.begin, each.claim):
            whole[-1] = msgspec.structs.replace(last, end=each.end)
        else:
            whole.append(each)
    return whole
