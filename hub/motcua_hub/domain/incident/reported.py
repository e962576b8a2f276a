"""Officers' reports of faults: which incident one joins, and what one opens."""

from collections.abc import Iterable

from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.incident.watch import SITE_LINK, Held

LINK = "link"
SERVER = "server"
_SERVERS = ("server", "service")


def joined(site: str, component: str, held: Iterable[Held]) -> Held | None:
    """The incident that lasts and is about what somebody reports: the very component first.

    What is reported as the link or the server may be at any site or at the province.
    """
    lasting = [one for one in held if one.down]
    here = [one for one in lasting if one.site == site]
    kind = kind_of(component)
    groups = (
        (one for one in here if one.subject == component),
        (one for one in here if one.target_kind == SITE_LINK and kind == LINK),
        (one for one in lasting if one.target_kind in _SERVERS and kind == SERVER),
        (one for one in here if kind_of(one.subject) == kind),
    )
    for group in groups:
        best = min(group, key=lambda one: (one.onset, one.id), default=None)
        if best is not None:
            return best
    return None
