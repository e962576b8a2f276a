"""What a journal can know at best, worked out from the script by R11 alone.

Nothing of the ledger is used: begin of a boot by its meeting, its last tick, the next begin.
"""

from collections.abc import Sequence

from province import machines
from province.machines import TickRun
from province.spans import Span, common, merged, minus
from support.province.feed import Feed, Office

STALL = 25_000


def machine(feed: Feed, office: Office, *, sessions: bool = True) -> tuple[list[Span], list[Span]]:
    """When a machine is to be told down, and when up, to the millisecond, once all is in."""
    down: list[Span] = []
    proven: list[Span] = []
    last: int | None = None
    for boot in office.site.boots:
        runs = office.ticks[boot.name]
        if not runs:
            continue
        begun = _begun(office, boot.name, boot.begin)
        if begun is not None:
            bye = machines.goodbye(boot)
            proven += [(begun + a, begun + b) for a, b in _proven(runs, bye)]
            if last is not None and last < begun:
                down.append((last, begun))
            end = runs[-1].until if bye is None else max(bye, runs[-1].until)
        last = None if begun is None else begun + end
    stays = office.stays if sessions else ()
    heard = minus([(each.online, each.last_packet) for each in stays], feed.holes(None))
    up = minus([*proven, *heard], merged(down))
    return common(down, [feed.period]), common(up, [feed.period])


def _begun(office: Office, name: str, truly: int) -> int | None:
    """By its meeting with the hub; without one only by a clock that was synchronised."""
    met = office.met.get(name)
    if met is not None:
        return met.hub - met.mono
    return None if name in office.unsynced else truly


def _proven(runs: Sequence[TickRun], bye: int | None) -> list[Span]:
    """When it ticked, in ms after the boot; its begin and its goodbye are as good as ticks."""
    found: list[Span] = []
    at, number = 0, runs[0].first
    for run in runs:
        if run.first == number and run.since - at <= STALL:
            found.append((at, run.since))
        found.append((run.since, run.until))
        at, number = run.until, run.last + 1
    if bye is not None and bye - at <= STALL:
        found.append((at, bye))
    return found
