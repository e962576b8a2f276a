"""Evidence: who claimed what of a target, for how long, and when the hub heard of it.

Evidence is only ever added. A correction is another piece of it, so that any past view can be
computed again from what had been received by then (`known_at`).
"""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Final

import msgspec


class State(StrEnum):
    """What a target was. Absence of evidence is `unknown`: never up, never down."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Claim(StrEnum):
    """What evidence says. `blind`: the vantage itself was cut off, which says nothing (R4)."""

    UP = "up"
    DOWN = "down"
    BLIND = "blind"


class Sli(StrEnum):
    """What is measured; the two are never mixed.

    `running`: the thing itself worked. `reachable`: users and the hub could reach it.
    """

    RUNNING = "running"
    REACHABLE = "reachable"


class Rank(IntEnum):
    """Whose word goes first. Numbers between them may be used by sources of their own."""

    HOLD = 20
    LAST_WILL = 40
    PROBE = 60
    JOURNAL = 80
    OPERATOR = 100


RANKS: Final = {
    "operator": Rank.OPERATOR,
    "journal": Rank.JOURNAL,
    "probe": Rank.PROBE,
    "last_will": Rank.LAST_WILL,
    "session": Rank.LAST_WILL,
    "hold": Rank.HOLD,
}
"""The rank of a source by its name."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One claim about `[begin, end)`. Times are UTC ms.

    Attributes:
        id: Names it for ever; the same id twice is the same evidence heard twice.
        rank: See `Rank`.
        received_at: When the hub durably had it, by the hub's clock.
        cause: A hint of the source (`power`), empty without one.
        blip: A run of failures too short to be confirmed (R2); the policy says what it counts as.
        edge: How far from `begin` the change may truly lie: for samples, how long before it the
            last opposite one was (R3); for a journal, a tick and half a round trip.
        superseded_by: The evidence that replaces this one from the time that one was received.
    """

    id: str
    target: str = ""
    sli: Sli = Sli.REACHABLE
    begin: int
    end: int
    claim: Claim
    source: str = "probe"
    vantage: str = "hub"
    rank: int = Rank.PROBE
    received_at: int = 0
    boot_id: str = ""
    seq: int = 0
    cause: str = ""
    payload_hash: str = ""
    blip: bool = False
    edge: int = 0
    superseded_by: str = ""


def known_at(evidence: Iterable[Evidence], as_of: int | None) -> tuple[Evidence, ...]:
    """What the hub had received at `as_of` (None: all of it), each piece once.

    A replaced piece counts until its replacement is received. Only a later piece replaces, and one
    that nobody ever sent replaces nothing: evidence cannot be made to vanish by pointing around.
    Two pieces that share an id and differ are both kept: no order of arrival decides between them.
    """
    heard = [each for each in evidence if as_of is None or each.received_at <= as_of]
    received = {each.id: each.received_at for each in heard}
    if len(received) == len(heard) and not any(each.superseded_by for each in heard):
        return tuple(heard)
    received = {}
    for each in heard:
        received[each.id] = max(each.received_at, received.get(each.id, each.received_at))
    once = {msgspec.structs.astuple(each): each for each in heard}
    return tuple(each for each in once.values() if not _replaced(each, received))


def _replaced(evidence: Evidence, received: dict[str, int]) -> bool:
    other = evidence.superseded_by
    return other in received and (received[other], other) > (evidence.received_at, evidence.id)
