"""What the desk does about what it sees: opens, restores, joins. Pure, and the same every time.

A `Sight` is one thing that can be down, as it is now; a `Held` is an incident that is not closed.
`turns` compares the two, `joins` finds which incident explains which. Asked again after its answers
were carried out, each of them has nothing more to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.incident.vocabulary import Cause, Severity, Status

MINUTE: Final = 60_000
FLAP_MS: Final = 30 * MINUTE
"""Down again so soon: the same trouble, whatever the ledger counts."""
FLAP_CHANGES: Final = 4
SETTLE_MS: Final = 2 * MINUTE
"""So long after its parent is back a child may still be coming back."""
DOUBTFUL_MS: Final = 10 * MINUTE
"""A parent of which nothing is known explains its children for so long, no longer."""
BEFORE_MS: Final = 2 * MINUTE
"""Children may be noticed so long before their parent."""
DOWN, FAULT, REPORTED, POWER_EVENT = "down", "fault", "reported", "power_event"
HUB, CARRIER = "hub", "carrier"
CERTIFICATE: Final = "certificate"
"""It works, but its certificate ends soon: beside an outage, never instead of one."""
CROWDS: Final = (HUB, CARRIER)
SITE_LINK: Final = "site_link"
STOPPED: Final = "stopped"
"""Of a session whose office said that it stops: it was not lost with others."""
_GONE: Final = frozenset(
    {"offline", "not_connected", "no_answer", "no_output", "unreachable", "comm_lost", "down"}
)
"""Codes of devices that lost their mains; one without paper did not."""

Key = tuple[str, str]
"""Site and component, or site and target: at most one incident is open for it."""


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be down. Times are UTC ms.

    Attributes:
        subject: The component under which its site reports it, else its target.
        since: When this state began, an outage dated back.
        confirmed_at: When an outage was sure; None: it is not yet.
        young: Down for so short a time that nothing is done about it yet.
        code: The device's own word for its fault; else what the probe met.
        masked_by: The target that explains it; `above`: all that it depends on, from its parent.
        gone: It was retired: nothing is expected of it any more.
    """

    site: str
    subject: str
    kind: str = DOWN
    state: State
    since: int
    confirmed_at: int | None = None
    young: bool = False
    code: str = ""
    detail: str = ""
    target: str | None = None
    target_kind: str = ""
    masked_by: str = ""
    above: tuple[str, ...] = ()
    carrier: str = ""
    responsible: str = ""
    around_the_clock: bool = False
    office_dead: bool = False
    critical: bool = False
    merge_gap: int = MINUTE
    gone: bool = False

    @property
    def key(self) -> Key:
        """Names it."""
        return (self.site, self.subject)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that is not closed, as its row stands."""

    id: int
    kind: str
    site: str
    subject: str
    status: str
    onset: int
    opened_at: int
    restored_at: int | None = None
    target: str | None = None
    target_kind: str = ""
    watched: bool = True
    parent: int | None = None
    cause: str = ""
    severity: int = Severity.MINOR
    responsible: str = ""
    carrier: str = ""
    detail: str = ""

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.site, self.subject)

    @property
    def down(self) -> bool:
        """Whether it lasts."""
        return self.restored_at is None and self.status != Status.CLOSED.value


class Open(msgspec.Struct, frozen=True):
    """A new incident; `previous` is one of the same thing that is not closed yet."""

    sight: Sight
    previous: int | None = None


class Restore(msgspec.Struct, frozen=True):
    """It is up since `ended`."""

    incident: int
    ended: int


class Relapse(msgspec.Struct, frozen=True):
    """It is down again; `merged`: so soon that the ledger counts one outage."""

    incident: int
    sight: Sight
    merged: bool


class Retire(msgspec.Struct, frozen=True):
    """What it is about was taken out of service."""

    incident: int


Turn = Open | Restore | Relapse | Retire


def newest(held: Iterable[Held]) -> dict[Key, Held]:
    """The incident that speaks for each thing: one that lasts, else the newest."""
    found: dict[Key, Held] = {}
    for each in sorted(held, key=lambda one: (one.down, one.id)):
        found[each.key] = each
    return found


def turns(sights: Iterable[Sight], held: Sequence[Held], now: int) -> list[Turn]:
    """What begins and ends, in the order of the things' names."""
    speaking = newest(held)
    seen = {sight.key: sight for sight in sights}
    above = _Above(seen.values(), held, now)
    found: list[Turn] = []
    for key in sorted(seen):
        turn = _turn(seen[key], speaking.get(key), above)
        if turn is not None:
            found.append(turn)
    return found


def _turn(sight: Sight, held: Held | None, above: "_Above") -> Turn | None:
    if sight.gone:
        return Retire(held.id) if held is not None and held.watched else None
    if sight.state is State.UP:
        return _up(sight, held)
    sure = sight.state is State.DOWN and sight.confirmed_at is not None and not sight.young
    if not sure or (held is not None and held.down) or above.explains(sight):
        return None
    return _down(sight, held)


def _up(sight: Sight, held: Held | None) -> Turn | None:
    if held is None or not held.down or not held.watched:
        return None
    return Restore(held.id, max(sight.since, held.onset))


def _down(sight: Sight, held: Held | None) -> Turn:
    if held is None or held.restored_at is None:
        return Open(sight)
    gap = sight.since - held.restored_at
    if gap < max(FLAP_MS, sight.merge_gap):
        return Relapse(held.id, sight, merged=gap < sight.merge_gap)
    return Open(sight, previous=held.id)


class _Above:
    """Whether something that a thing depends on speaks for it."""

    def __init__(self, sights: Iterable[Sight], held: Iterable[Held], now: int) -> None:
        self._now = now
        every = {each.target: each for each in sights if each.target is not None}
        self._down = {name for name, each in every.items() if each.state is State.DOWN}
        self._back = {one.target: one.restored_at for one in held if not one.down}
        for one in held:
            sight = every.get(one.target or "")
            if one.down and sight is not None and sight.state is State.UP:
                self._back[one.target] = sight.since

    def explains(self, sight: Sight) -> bool:
        """It is down, or nothing is known of it for a short time, or it has only just come back."""
        if sight.masked_by in self._down:
            return True
        if sight.masked_by and self._now - sight.since < DOUBTFUL_MS:
            return True
        back = (self._back.get(each) for each in sight.above)
        return any(at is not None and self._now - at < SETTLE_MS for at in back)


class Join(msgspec.Struct, frozen=True):
    """One incident explains another."""

    parent: int
    child: int


class Mask(msgspec.Struct, frozen=True):
    """An incident explains why a target is down that has no incident of its own."""

    parent: int
    target: str


class Leave(msgspec.Struct, frozen=True):
    """The parent is over, the child is not."""

    parent: int
    child: int


def joins(held: Sequence[Held], above: Mapping[str, tuple[str, ...]]) -> list[Join]:
    """Which incidents explain which others; `above` is what targets depend on.

    One that began before its would-be parent stands for itself: it was down already. One that
    explains others is explained by a crowd only, so that nobody has to look further than once.
    """
    lasting = sorted((one for one in held if one.down), key=lambda one: one.id)
    taken = {one.parent for one in held if one.parent is not None}
    found: list[Join] = []
    joined: set[int] = set()
    for child in lasting:
        if child.parent is not None or child.kind in CROWDS:
            continue
        free = [one for one in lasting if one.id not in joined and one.parent is None]
        parent = _parent(child, free, above)
        if parent is not None and not (child.id in taken and parent.kind not in CROWDS):
            found.append(Join(parent.id, child.id))
            joined.add(child.id)
            taken.add(parent.id)
    return found


def _parent(
    child: Held, others: Iterable[Held], above: Mapping[str, tuple[str, ...]]
) -> Held | None:
    """The best of those that explain it: crowds first, then mains, then what it depends on."""
    found = [(rank, one) for one in others if (rank := _rank(child, one, above)) is not None]
    best = min(found, key=lambda pair: (pair[0], pair[1].onset, pair[1].id), default=None)
    return None if best is None else best[1]


def _rank(child: Held, parent: Held, above: Mapping[str, tuple[str, ...]]) -> int | None:
    if child.id == parent.id or child.onset < parent.onset - BEFORE_MS:
        return None
    line = above.get(child.target or "", ())
    checks = (
        parent.kind in CROWDS and _of_crowd(child, parent),
        _of_mains(child, parent),
        parent.target is not None and parent.target in line,
        _of_link(child, parent),
    )
    return next((rank for rank, holds in enumerate(checks) if holds), None)


def _of_crowd(child: Held, crowd: Held) -> bool:
    if child.target_kind != SITE_LINK or abs(child.onset - crowd.onset) > BEFORE_MS:
        return False
    return crowd.kind == HUB or child.carrier == crowd.carrier


def _of_mains(child: Held, parent: Held) -> bool:
    """What went in an office when its mains did; of two that tell of mains the older speaks."""
    mains = parent.kind == POWER_EVENT or parent.cause == Cause.POWER
    same = bool(child.site) and child.site == parent.site
    return mains and same and child.onset <= parent.onset + BEFORE_MS and _lost_mains(child)


def _lost_mains(child: Held) -> bool:
    if child.kind in (DOWN, POWER_EVENT):
        return True
    return child.kind == FAULT and child.detail in _GONE


def _of_link(child: Held, parent: Held) -> bool:
    """What the hub's side cannot reach behind a dead link, and the office's own word of it."""
    if parent.target_kind != SITE_LINK or not child.site or child.site != parent.site:
        return False
    if child.target_kind == SITE_LINK:
        return False
    return child.kind == DOWN or (child.kind == FAULT and child.responsible == "link")


def masks(sights: Iterable[Sight], held: Sequence[Held]) -> list[Mask]:
    """Targets that are down behind an incident and have none of their own."""
    lasting = {one.target: one.id for one in held if one.down and one.target}
    keys = {one.key for one in held if one.down}
    return [
        Mask(lasting[sight.masked_by], sight.target)
        for sight in sorted(sights, key=lambda each: each.key)
        if sight.state is State.DOWN
        and sight.masked_by in lasting
        and sight.target is not None
        and sight.key not in keys
    ]


def leaves(held: Sequence[Held], parents: Mapping[int, Held], now: int) -> list[Leave]:
    """Children that are still down some time after what explained them was over."""
    found: list[Leave] = []
    for child in sorted(held, key=lambda one: one.id):
        parent = parents.get(child.parent or 0)
        if not child.down or parent is None or parent.down:
            continue
        if now - (parent.restored_at or parent.opened_at) >= SETTLE_MS:
            found.append(Leave(parent.id, child.id))
    return found


def flapping(moments: Iterable[int], now: int) -> bool:
    """Whether there were so many changes lately that each of them is no news."""
    return sum(1 for at in moments if now - FLAP_MS <= at <= now) >= FLAP_CHANGES
