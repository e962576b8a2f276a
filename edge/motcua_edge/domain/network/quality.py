"""Round trips of the last minutes and what they say: lossy, slow, and where it is broken."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median
from typing import Final

import msgspec

LOSSY: Final = 0.10
CLEAN: Final = 0.03
ENOUGH: Final = 20
"""Fewer pings than this say nothing about loss."""
SLOW_MS: Final = 300.0
SLOW_TIMES: Final = 4.0
SLOW_FLOOR_MS: Final = 40.0
"""Four times almost nothing is still quick."""


class Target(StrEnum):
    """What is pinged, from near to far."""

    GATEWAY = "gateway"
    REFERENCE = "reference"
    HUB = "hub"


class Where(StrEnum):
    """Which part of the way is broken."""

    NOWHERE = "nowhere"
    LAN = "lan"
    WAN = "wan"
    HUB = "hub"
    UNKNOWN = "unknown"


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The pings to one target in a window: `loss` 0 to 1, `rtt_ms` the median; None: unknown."""

    sent: int = 0
    loss: float | None = None
    rtt_ms: float | None = None


def quality(round_trips: Sequence[float | None]) -> Quality:
    """What these pings say; an entry is the round trip in ms, None when it was lost."""
    if not round_trips:
        return Quality()
    back = [rtt for rtt in round_trips if rtt is not None]
    return Quality(
        sent=len(round_trips),
        loss=1 - len(back) / len(round_trips),
        rtt_ms=median(back) if back else None,
    )


def lossy(seen: Quality, *, standing: bool) -> bool:
    """Whether too many pings are lost; one that stands ends below a lower limit."""
    if seen.loss is None or seen.sent < ENOUGH:
        return standing
    return seen.loss >= (CLEAN if standing else LOSSY)


def slow(seen: Quality, usual_ms: float | None, *, standing: bool) -> bool:
    """Whether round trips are long, in themselves or against what is usual here."""
    if seen.rtt_ms is None or seen.sent < ENOUGH:
        return standing
    limit = SLOW_MS
    if usual_ms is not None:
        limit = min(limit, max(usual_ms * SLOW_TIMES, SLOW_FLOOR_MS))
    return seen.rtt_ms > (limit / 2 if standing else limit)


def where(answers: dict[Target, bool | None], *, connected: bool) -> Where:
    """Which part is broken, when the hub's broker is not connected.

    `answers` says which targets answered lately; None is "not asked" (no address, or the network
    lets no ping pass). A target that answers proves the way up to it.
    """
    if connected:
        return Where.NOWHERE
    gateway, reference, hub = (answers.get(target) for target in Target)
    if hub or reference:
        return Where.HUB
    if gateway:
        return Where.WAN
    if gateway is False:
        return Where.LAN
    return Where.UNKNOWN
