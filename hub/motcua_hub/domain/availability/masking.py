"""What an outage further up explains (R8): a dead link makes the device unreachable, no more."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli, State
from motcua_hub.domain.availability.intervals import Interval, Spans, clip, difference, union
from motcua_hub.domain.availability.policy import Blips, Policy
from motcua_hub.domain.availability.quorum import Statement


class Ancestor(msgspec.Struct, frozen=True):
    """Something a target depends on, and when it was not up. Sets of UTC ms."""

    name: str
    down: Spans
    unknown: Spans = ()


class Mask(msgspec.Struct, frozen=True):
    """Times at which `name` explains failures seen from the hub."""

    begin: int
    end: int
    name: str


def ancestor(name: str, pieces: Iterable[tuple[int, int, State]]) -> Ancestor:
    """An ancestor by its time line, as (begin, end, state)."""
    found = list(pieces)
    down = union((a, b) for a, b, state in found if state is State.DOWN)
    return Ancestor(name, down, union((a, b) for a, b, state in found if state is State.UNKNOWN))


def masks(ancestors: Sequence[Ancestor]) -> tuple[Mask, ...]:
    """Who explains what, sorted and disjoint. `ancestors` goes from the parent outwards.

    Of several the outermost is named, since those inside are dark because of it; and one that is
    known to be down goes before one of which nothing is known.
    """
    outwards = [*reversed(ancestors)]
    layers = [(each.name, each.down) for each in outwards]
    layers += [(each.name, each.unknown) for each in outwards]
    found: list[Mask] = []
    taken: Spans = ()
    for name, spans in layers:
        found += [Mask(begin, end, name) for begin, end in difference(spans, taken)]
        taken = union(taken, spans)
    return tuple(sorted(found, key=lambda mask: mask.begin))


def statements(
    evidence: Iterable[Evidence], policy: Policy, over: Sequence[Mask] = ()
) -> list[Statement]:
    """Evidence as the policy reads it: of its own SLI only, blips judged, masks cut out."""
    found: list[Statement] = []
    for each in evidence:
        if each.sli is not policy.sli or each.begin >= each.end:
            continue
        if over and _explained(each, policy):
            found += _cut(each, policy, over)
        else:
            found.append(_statement(each, policy, (each.begin, each.end)))
    return found


def _explained(evidence: Evidence, policy: Policy) -> bool:
    """Whether an outage above would explain this: a failure, seen from the hub's side."""
    hub_side = evidence.vantage in policy.hub_side and evidence.rank <= Rank.PROBE
    return hub_side and _claim(evidence, policy) is Claim.DOWN


def _claim(evidence: Evidence, policy: Policy) -> Claim:
    ignored = evidence.blip and policy.blips is Blips.IGNORE
    return Claim.UP if ignored and evidence.claim is Claim.DOWN else evidence.claim


def _statement(evidence: Evidence, policy: Policy, part: Interval, by: str = "") -> Statement:
    """One part of a piece of evidence; under a mask a failure says nothing of `running`."""
    muted = by and policy.sli is Sli.RUNNING
    return Statement(
        begin=part[0],
        end=part[1],
        rank=evidence.rank,
        vantage=evidence.vantage,
        claim=Claim.BLIND if muted else _claim(evidence, policy),
        received_at=evidence.received_at,
        cause=evidence.cause,
        masked_by=by,
        edge=evidence.edge if part[0] == evidence.begin else 0,
    )


def _cut(evidence: Evidence, policy: Policy, over: Sequence[Mask]) -> list[Statement]:
    """A failure as the parts that are explained, each by one ancestor, and the others."""
    whole = (evidence.begin, evidence.end)
    edges = {whole[0], whole[1]}
    near = [mask for mask in over if mask.begin < whole[1] and whole[0] < mask.end]
    for mask in near:
        edges |= {edge for part in clip(((mask.begin, mask.end),), whole) for edge in part}
    found: list[Statement] = []
    for begin, end in pairwise(sorted(edges)):
        by = next((mask.name for mask in near if mask.begin <= begin < mask.end), "")
        found.append(_statement(evidence, policy, (begin, end), by))
    return found
