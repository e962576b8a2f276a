"""Many sites lost at once: one incident of the hub, or of the carrier that they share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from motcua_hub.domain.incident.watch import (
    BEFORE_MS,
    CARRIER,
    CROWDS,
    HUB,
    SITE_LINK,
    STOPPED,
    Held,
)

TOGETHER_MS: Final = 30_000
"""Sites lost within this time were lost at once."""
FEW_SITES: Final = 3


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Many links lost at once: the hub's doing, or one carrier's."""

    kind: str
    carrier: str
    onset: int
    members: tuple[int, ...]
    sites: int


def struck(lost: Iterable[str], links: Mapping[str, str]) -> set[str]:
    """The carriers that lost most of their links; all that lost any if none did.

    A single link of another carrier that went at the same moment is a coincidence.
    """
    gone = Counter(links.get(name, "") for name in lost)
    whole = Counter(links.values())
    most = {carrier for carrier, count in gone.items() if 2 * count > whole[carrier]}
    return most or set(gone)


def crowd(held: Sequence[Held], links: Mapping[str, str]) -> Crowd | None:
    """Half of all sites' links lost within 30 s, if nothing speaks for them yet.

    An office that said goodbye is not lost. `links` is the carrier of every link target in service.
    When one carrier lost most of its links and the others did not, it is that carrier and not the
    hub.
    """
    lost = sorted(
        (one for one in held if one.down and _lost(one) and one.target in links),
        key=lambda one: (one.onset, one.id),
    )
    group = _densest(lost)
    if len(group) < FEW_SITES or 2 * len(group) < len(links):
        return None
    carriers = struck((one.target or "" for one in group), links)
    others = {carrier for carrier in links.values() if carrier not in carriers}
    alone = len(carriers) == 1 and "" not in carriers and bool(others)
    kind = CARRIER if alone else HUB
    carrier = carriers.pop() if alone else ""
    if alone:
        group = [one for one in group if links[one.target or ""] == carrier]
    if any(one.kind in CROWDS and one.down and _near(one, group) for one in held):
        return None
    members = tuple(sorted(one.id for one in group))
    return Crowd(
        kind=kind, carrier=carrier, onset=group[0].onset, members=members, sites=len(links)
    )


def _lost(one: Held) -> bool:
    return one.target_kind == SITE_LINK and one.detail != STOPPED


def _densest(lost: Sequence[Held]) -> list[Held]:
    """The largest group of losses within 30 s of each other; of several the earliest."""
    best: list[Held] = []
    for at, first in enumerate(lost):
        group = [one for one in lost[at:] if one.onset - first.onset <= TOGETHER_MS]
        if len(group) > len(best):
            best = group
    return best


def _near(parent: Held, group: Sequence[Held]) -> bool:
    return abs(parent.onset - group[0].onset) <= BEFORE_MS


def crowd_over(parent: Held, children: Sequence[Held]) -> int | None:
    """When fewer than half of a crowd were left (UTC ms); None: not yet."""
    back = sorted(one.restored_at for one in children if one.restored_at is not None)
    if not children or 2 * len(back) <= len(children) or not parent.down:
        return None
    return max(parent.onset, back[len(children) // 2])
