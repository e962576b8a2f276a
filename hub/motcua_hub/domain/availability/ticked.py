"""What a site's ticks say of its link and of its program; rank 80 beside `journal`. Pure.

A tick's word holds until the next tick, if that is not late: a change lies in the gap between two
ticks and is told with that gap as its doubt. Times are ms of one boot's own clock; who calls
places them in UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import Claim
from motcua_hub.domain.availability.intervals import Spans, clip, difference
from motcua_hub.domain.availability.journal import TICK

LATE: Final = TICK * 5 // 2
"""Ticks further apart than this say nothing of the time between them."""
HUB: Final = "hub"
"""Of a link that is not connected: pings reach the hub's network, so it is not the link."""


DIED: Final = "software"
"""The cause of a program that ended without a word."""


class Told(msgspec.Struct, frozen=True, gc=False):
    """Ticks `first` to `last`, in order and without a late one, and what all of them say."""

    first: int
    last: int
    since: int
    until: int
    run: str = ""
    hub: bool | None = None
    where: str = ""


class Said(msgspec.Struct, frozen=True, gc=False):
    """A claim about `[begin, end)`."""

    begin: int
    end: int
    claim: Claim
    cause: str = ""
    edge: int = 0


def link(told: Sequence[Told]) -> list[Said]:
    """What ticks say of the link, in order. `told` is in order and does not overlap."""
    found: list[Said] = []
    after = [*told[1:], None]
    for each, following in zip(told, after, strict=True):
        end = each.until
        if following is not None and _follows(each, following):
            end = following.since
        if end > each.since:
            _add(found, _link(each, end))
    return _edged(found)


def _follows(before: Told, after: Told) -> bool:
    return after.first == before.last + 1 and after.since - before.until <= LATE


def _link(told: Told, end: int) -> Said:
    if told.hub:
        return Said(told.since, end, Claim.UP)
    if told.hub is None:
        return Said(told.since, end, Claim.BLIND)
    if told.where == HUB:
        return Said(told.since, end, Claim.BLIND, HUB)
    cause = told.where if told.where in ("lan", "wan") else "link"
    return Said(told.since, end, Claim.DOWN, cause)


def _add(found: list[Said], said: Said) -> None:
    """Lengthens the last claim where it says the same up to here; its first cause stays."""
    last = found[-1] if found else None
    if last is not None and (last.end, last.claim) == (said.begin, said.claim):
        found[-1] = msgspec.structs.replace(last, end=said.end)
    else:
        found.append(said)


def _edged(found: Sequence[Said]) -> list[Said]:
    """Where one word follows another at once, the change was up to a tick earlier."""
    edged = list(found[:1])
    for before, each in pairwise(found):
        touching = before.end == each.begin and before.claim is not each.claim
        edged.append(msgspec.structs.replace(each, edge=TICK) if touching else each)
    return edged


def without(said: Iterable[Said], away: Spans) -> list[Said]:
    """Failures outside the times at which the hub was away itself; blind inside them."""
    found: list[Said] = []
    for each in said:
        whole = (each.begin, each.end)
        inside = clip(away, whole) if each.claim is Claim.DOWN else ()
        if not inside:
            found.append(each)
            continue
        blind = [Said(begin, end, Claim.BLIND, HUB) for begin, end in inside]
        left = [
            Said(begin, end, each.claim, each.cause, each.edge if begin == each.begin else 0)
            for begin, end in difference((whole,), inside)
        ]
        found += sorted((*blind, *left), key=lambda part: part.begin)
    return found


def program(told: Sequence[Told], ends: Mapping[str, str]) -> list[Said]:
    """What ticks say of the program: down between two programs of one boot, from tick to tick.

    `ends` tells why programs ended, by run; one that is not there died.
    """
    found: list[Said] = []
    for each, following in zip(told, [*told[1:], None], strict=True):
        if each.until > each.since:
            _add(found, Said(each.since, each.until, Claim.UP))
        if following is None or following.first != each.last + 1:
            continue
        gap = (each.until, following.since)
        if gap[0] >= gap[1]:
            continue
        if following.run != each.run:
            _add(found, Said(*gap, Claim.DOWN, ends.get(each.run, DIED), TICK))
        elif _follows(each, following):
            _add(found, Said(*gap, Claim.UP))
        else:
            _add(found, Said(*gap, Claim.BLIND, "stall"))
    return found
