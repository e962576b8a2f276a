"""What is said of one instant by all who spoke about it: precedence (R13), then quorum (§3).

From the highest rank down, the first rank that says something definite decides. Probes of several
vantages are no conflict, they vote; at any other rank two different words are one.
A conflict decides too: the instant is unknown, whatever lower ranks say (decision 15).
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Rank, Sli, State
from motcua_hub.domain.availability.policy import Policy

ANCESTOR: Final = "ancestor"
"""The cause of what is down because something above it is (R8)."""


class Why(StrEnum):
    """Why an instant is unknown; empty for one that is not."""

    KNOWN = ""
    SILENT = "silent"
    BLIND = "blind"
    FEW = "few"
    CONFLICT = "conflict"
    MASKED = "masked"


class Statement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A piece of evidence as the policy reads it: blips judged, outages from above taken out.

    `masked_by` is the ancestor whose outage lies over this part.
    """

    begin: int
    end: int
    rank: int
    vantage: str
    claim: Claim
    received_at: int
    cause: str = ""
    masked_by: str = ""
    edge: int = 0


class Verdict(NamedTuple):
    """What is said of an instant. `rank` is who decided, 0 nobody; `partial`: some saw it down."""

    state: State
    rank: int = 0
    why: Why = Why.KNOWN
    cause: str = ""
    masked_by: str = ""
    partial: bool = False


SILENT: Final = Verdict(State.UNKNOWN, why=Why.SILENT)


def decide(spoken: Collection[Statement], policy: Policy) -> Verdict:
    """The verdict on an instant of which exactly these statements speak."""
    definite = [each for each in spoken if each.claim is not Claim.BLIND]
    why = _no_word(spoken)
    for rank in sorted({each.rank for each in definite}, reverse=True):
        voices = [each for each in definite if each.rank == rank]
        verdict = _probes(voices, policy) if rank == Rank.PROBE else _one_voice(voices, rank)
        if verdict.why is not Why.FEW:
            return verdict
        why = why if why is Why.MASKED else Why.FEW
    masked = min((each.masked_by for each in spoken if each.masked_by), default="")
    return Verdict(State.UNKNOWN, why=why, masked_by=masked if why is Why.MASKED else "")


def _no_word(spoken: Collection[Statement]) -> Why:
    if any(each.masked_by for each in spoken):
        return Why.MASKED
    return Why.BLIND if spoken else Why.SILENT


def _probes(voices: Iterable[Statement], policy: Policy) -> Verdict:
    """The vote of the vantages; one that contradicts itself has no vote."""
    ups = {each.vantage for each in voices if each.claim is Claim.UP}
    downs = {each.vantage for each in voices if each.claim is Claim.DOWN}
    torn = ups & downs
    up, down = len(ups - torn), len(downs - torn)
    state = _reachable(up, down, policy) if policy.sli is Sli.REACHABLE else _run(up, down, policy)
    if state is State.UNKNOWN:
        conflict = Verdict(state, Rank.PROBE, Why.CONFLICT)
        return conflict if torn else Verdict(state, why=Why.FEW)
    partial = state is State.UP and down > 0
    return _said(state, Rank.PROBE, [v for v in voices if v.vantage not in torn], partial=partial)


def _reachable(up: int, down: int, policy: Policy) -> State:
    """A strict majority; a tie is up."""
    if up + down < max(policy.quorum, 1):
        return State.UNKNOWN
    return State.DOWN if down > up else State.UP


def _run(up: int, down: int, policy: Policy) -> State:
    """One success proves that it works."""
    if up:
        return State.UP
    return State.DOWN if down >= max(policy.quorum, 1) else State.UNKNOWN


def _one_voice(voices: list[Statement], rank: int) -> Verdict:
    if rank == Rank.OPERATOR:
        latest = max(each.received_at for each in voices)
        voices = [each for each in voices if each.received_at == latest]
    claims = {each.claim for each in voices}
    if len(claims) > 1:
        return Verdict(State.UNKNOWN, rank, Why.CONFLICT)
    state = State.UP if Claim.UP in claims else State.DOWN
    return _said(state, rank, voices)


def _said(
    state: State, rank: int, voices: Iterable[Statement], *, partial: bool = False
) -> Verdict:
    """A definite verdict; its cause is the one that was told first."""
    if state is State.UP:
        return Verdict(state, rank, partial=partial)
    down = [each for each in voices if each.claim is Claim.DOWN]
    masked = min((each.masked_by for each in down if each.masked_by), default="")
    told = min(((each.received_at, each.cause) for each in down if each.cause), default=(0, ""))
    return Verdict(state, rank, cause=ANCESTOR if masked else told[1], masked_by=masked)
