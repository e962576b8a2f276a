"""What all views share: local time, lines, health. Pure functions of state, site and now."""

from typing import Final

import msgspec

from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.speech.words import spell_label

PRINTER: Final = "printer"
ANNOUNCER: Final = "announcer"
LINK: Final = "link"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views: JSON objects that pages show. All times are UTC ms."""


class PartHealth(View, frozen=True, kw_only=True):
    """A component as pages show it. `state` is unknown when it never reported."""

    component: str
    state: str = "unknown"
    code: str = ""
    since: int = 0
    detail: str = ""


def spelt(label: str) -> str:
    """A printed number as it is said: `a, không, một, năm`."""
    return ", ".join(unit.text for unit in spell_label(label))


def part_health(state: OfficeState, component: str) -> PartHealth:
    """The last reported state of a component."""
    health = state.health.get(component)
    if health is None:
        return PartHealth(component=component)
    return PartHealth(
        component=component,
        state=str(health.state),
        code=health.code,
        since=health.since,
        detail=health.detail,
    )


def family_health(state: OfficeState, family: str) -> PartHealth:
    """The worst state of `family` and its members, such as `announcer` and `announcer-main`."""
    members = [
        part_health(state, name)
        for name in state.health
        if name == family or name.startswith((f"{family}-", f"{family}_"))
    ]
    return max(members, key=lambda p: _RANK.get(p.state, 0), default=part_health(state, family))


_RANK: Final = {"ok": 1, "unknown": 2, "maintenance": 3, "problem": 4, "critical": 5}


def broken(health: PartHealth) -> bool:
    """Whether a component does not do its work; a problem alone still lets it work."""
    return health.state == HealthState.CRITICAL.value


def minutes_since(then: int, wall: int) -> int:
    """Whole minutes, never negative (the clock may have been set back)."""
    return max(0, (wall - then) // 60_000)


def zone_of(site: SiteConfig, counter: int | None) -> str:
    """The zone of a counter, `main` when it is unknown."""
    found = site.counter(counter) if counter is not None else None
    return found.zone if found else "main"
