"""Officers' reports of faults: which incident one joins, and what one opens."""

from collections.abc import Iterable

from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.incident.watch import SITE_LINK, Held

LINK = "link"
SERVER = "server"
_SERVERS = ("server", "service")


def joined(site: str, component: str, at: int, held: Iterable[Held]) -> Held | None:
    """The incident that a report made at `at` (UTC ms) is about: the very component first.

    One that lasted then, before one that lasts now: an office whose line is cut tells of it when
    the line is back. What is reported as the link or the server may be at any site or at the
    province.
    """
    there = [one for one in held if one.down or _lasted(one, at)]
    here = [one for one in there if one.site == site]
    kind = kind_of(component)
    groups = (
        (one for one in here if one.subject == component),
        (one for one in here if one.target_kind == SITE_LINK and kind == LINK),
        (one for one in there if one.target_kind in _SERVERS and kind == SERVER),
        (one for one in here if kind_of(one.subject) == kind),
    )
    for group in groups:
        best = min(group, key=lambda one: (not _lasted(one, at), one.onset, one.id), default=None)
        if best is not None:
            return best
    return None


def _lasted(one: Held, at: int) -> bool:
    """Whether it was down then."""
    return one.onset <= at and (one.down or (one.restored_at is not None and at <= one.restored_at))
