"""The hub's record of itself (R7): while it was away it saw nothing, and just after, little.

A hole in the hub's own record makes its vantages silent for every target. After a hole a failure
that is over within the grace is no failure: targets had no time yet to answer or to reconnect. One
that lasts beyond the grace stands from where it began.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence
from motcua_hub.domain.availability.intervals import Interval, Spans, difference, normal

LIMIT: Final = 25_000
"""A longer time without an `alive` row (one every 10 s) is a hole."""


def holes(alive: Iterable[int], until: int | None = None, limit: int = LIMIT) -> Spans:
    """When the hub was away, as `[last alive, first alive)`.

    Args:
        alive: When it said that it lives (UTC ms).
        until: Up to when one looks; the time since the last row may be a hole as well.
        limit: The longest time that is none.
    """
    said = sorted({*alive, *(() if until is None else (until,))})
    return normal((last, first) for last, first in pairwise(said) if first - last > limit)


def grace(cycle: int, keepalive: int = 0) -> int:
    """How long after a hole nothing may be called down: a probe cycle and 1.5 keepalives (ms)."""
    return max(cycle, keepalive + (keepalive + 1) // 2)


def silenced(
    evidence: Iterable[Evidence],
    away: Sequence[Interval],
    patience: int,
    vantages: Collection[str] = ("hub",),
) -> tuple[Evidence, ...]:
    """Evidence without what the hub could not know.

    Args:
        evidence: Of any vantages; only that of `vantages` is touched.
        away: The hub's holes.
        patience: The grace after each hole, in ms.
        vantages: Whose words depend on the hub being there.
    """
    found: list[Evidence] = []
    for each in evidence:
        if each.vantage in vantages and away:
            found += _left(each, away, patience)
        else:
            found.append(each)
    return tuple(found)


def _left(evidence: Evidence, away: Sequence[Interval], patience: int) -> list[Evidence]:
    whole = (evidence.begin, evidence.end)
    parts = difference((whole,), away) if whole[0] < whole[1] else ()
    early = [(end, end + patience) for _, end in away]
    return [_part(evidence, part, early) for part in parts]


def _part(evidence: Evidence, part: Interval, early: Iterable[Interval]) -> Evidence:
    """A part that was seen; blind if it is a failure that began and ended in a grace."""
    within = any(since <= part[0] and part[1] <= until for since, until in early)
    blind = within and evidence.claim is Claim.DOWN
    whole = part == (evidence.begin, evidence.end)
    return msgspec.structs.replace(
        evidence,
        id=evidence.id if whole else f"{evidence.id}@{part[0]}",
        begin=part[0],
        end=part[1],
        claim=Claim.BLIND if blind else evidence.claim,
        edge=evidence.edge if part[0] == evidence.begin else 0,
    )
