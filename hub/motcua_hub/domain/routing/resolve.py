"""Which units answer for an incident: for every tier the most specific route that stands."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from motcua_hub.domain.routing.directory import (
    Contact,
    Directory,
    Fault,
    Problem,
    Route,
    Unit,
    contacts_of,
    succession,
)

REPAIRS: Final = 2
"""The tier of the unit that repairs; below it stands the site's own support team."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What routes are asked about. `working`: whether the site's service hours run now."""

    site: str
    day: str
    responsible: str = ""
    cause: str = ""
    kind: str = ""
    severity: int = 3
    working: bool = True


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one tier. `path` tells through which successors it was found."""

    tier: int
    unit: Unit
    contacts: tuple[Contact, ...]
    route: Route | None = None
    path: tuple[int, ...] = ()

    @property
    def fallback(self) -> bool:
        """Whether no route led here."""
        return self.route is None


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """Units by tier, lowest first, and what is missing in the directory."""

    routed: tuple[Routed, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def repairer(self) -> Routed | None:
        """The unit that has to repair it: that of tier 2, else who stands above, else the team."""
        for one in self.routed:
            if one.tier >= REPAIRS:
                return one
        return self.routed[-1] if self.routed else None

    @property
    def lacks_repairer(self) -> bool:
        """Whether no route leads to a unit that repairs, whoever else is told."""
        return any(one.fault is Fault.NO_REPAIRER for one in self.problems)


def matches(route: Route, asked: Question) -> bool:
    """Whether a route is meant for such an incident."""
    wanted = (
        (route.responsible, asked.responsible),
        (route.cause, asked.cause),
        (route.site, asked.site),
        (route.kind, asked.kind),
        (route.schedule, "working" if asked.working else "off"),
    )
    return (
        route.stands(asked.day)
        and asked.severity <= route.severity
        and all(not mine or mine == theirs for mine, theirs in wanted)
    )


def specificity(route: Route) -> tuple[int, ...]:
    """Larger is more specific: what a site arranged goes before what holds everywhere."""
    fields = (route.site, route.cause, route.responsible, route.kind)
    return (*(int(bool(field)) for field in fields), 4 - route.severity, int(bool(route.schedule)))


def resolve(directory: Directory, asked: Question) -> Resolution:
    """Answer for every tier; what has no repairer goes to the fallback, and says so.

    A unit is answered once, at its lowest tier.
    """
    routed: list[Routed] = []
    problems: list[Problem] = []
    taken: set[int] = set()
    fitting = [route for route in directory.routes if matches(route, asked)]
    for tier in sorted({route.tier for route in fitting}):
        answer = _tier(directory, asked, [r for r in fitting if r.tier == tier], problems)
        if answer is not None and answer.unit.id not in taken:
            taken.add(answer.unit.id)
            routed.append(answer)
    if not any(one.tier == REPAIRS for one in routed):
        problems.append(Problem(fault=Fault.NO_REPAIRER, tier=REPAIRS, name=asked.responsible))
        routed += _fallback(directory, asked, taken, problems)
    if not routed:
        problems.append(Problem(fault=Fault.NOBODY))
    return Resolution(
        routed=tuple(sorted(routed, key=lambda one: one.tier)), problems=tuple(problems)
    )


def _tier(
    directory: Directory, asked: Question, fitting: list[Route], problems: list[Problem]
) -> Routed | None:
    """The most specific route whose unit stands and can be told; of equals the newest."""
    ordered = sorted(fitting, key=lambda r: (specificity(r), r.begins, r.id), reverse=True)
    if len(ordered) > 1 and specificity(ordered[0]) == specificity(ordered[1]):
        problems.append(Problem(fault=Fault.AMBIGUOUS, tier=ordered[0].tier, unit=ordered[0].unit))
    for route in ordered:
        found = _standing(directory, asked, route.unit, route.tier, problems)
        if found is not None:
            unit, contacts, path = found
            return Routed(tier=route.tier, unit=unit, contacts=contacts, route=route, path=path)
    return None


def _standing(
    directory: Directory, asked: Question, unit: int, tier: int, problems: list[Problem]
) -> tuple[Unit, tuple[Contact, ...], tuple[int, ...]] | None:
    follows = succession(directory, unit, asked.day)
    if follows.unit is None:
        known = directory.units.get(unit)
        name = known.name if known else ""
        fault = follows.fault or Fault.ENDED
        problems.append(Problem(fault=fault, tier=tier, unit=unit, name=name))
        return None
    contacts = contacts_of(directory, follows.unit.id, asked.day)
    reachable = tuple(one for one in contacts if one.channels)
    if not reachable:
        fault = Fault.NO_CHANNEL if contacts else Fault.NO_CONTACT
        here = follows.unit
        problems.append(Problem(fault=fault, tier=tier, unit=here.id, name=here.name))
        return None
    return follows.unit, reachable, follows.path


def _fallback(
    directory: Directory, asked: Question, taken: Iterable[int], problems: list[Problem]
) -> list[Routed]:
    if directory.fallback is None:
        return []
    found = _standing(directory, asked, directory.fallback, REPAIRS, problems)
    if found is None or found[0].id in taken:
        return []
    unit, contacts, path = found
    return [Routed(tier=REPAIRS, unit=unit, contacts=contacts, path=path)]


def with_fallback(directory: Directory, asked: Question, found: Resolution) -> Resolution:
    """The same answer, and the fallback behind everybody else."""
    taken = {one.unit.id for one in found.routed}
    highest = max((one.tier for one in found.routed), default=REPAIRS)
    more = (replace(one, tier=highest + 1) for one in _fallback(directory, asked, taken, []))
    return replace(found, routed=(*found.routed, *more))
