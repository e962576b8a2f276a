"""Long runs of equal answers and ticks, given to the ledger's own functions without every one.

Of answers those around a change are given; the ledger's words before and after a long run are
joined. Ticks are given in the spans in which an office tells them. That both are the same as
giving everything one by one is tested on short windows. The only module here that knows the ledger.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from motcua_hub.domain.availability.evidence import Evidence, State
from motcua_hub.domain.availability.journal import (
    Boot,
    Imported,
    Meeting,
    Stretch,
    Tick,
    imported,
)
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
            if (first.claim, first.blip) != (found[-1].claim, found[-1].blip):
                msg = f"a run was cut where the ledger changes its mind: {first}"
                raise ValueError(msg)
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
    """What the ledger's `imported` says of a journal told in spans."""
    return imported([_boot(each, stretches=each[1]) for each in boots], about)


def whole_journal(boots: Sequence[Told], about: Evidence) -> Imported:
    """What it says of the same journal told tick by tick."""
    return imported(
        [_boot(each, ticks=[t for r in each[1] for t in r.ticks()]) for each in boots], about
    )


def _boot(
    each: Told, *, ticks: Iterable[tuple[int, int]] = (), stretches: Iterable[TickRun] = ()
) -> Boot:
    name, _, met, offset, (clean, stopped) = each
    return Boot(
        boot_id=name,
        ticks=tuple(Tick(*tick) for tick in ticks),
        stretches=tuple(Stretch(r.first, r.last, r.since, r.until) for r in stretches),
        met=None if met is None else Meeting(met.hub, met.mono, met.round_trip),
        synced_offset=offset,
        clean=clean,
        stopped=stopped,
    )
