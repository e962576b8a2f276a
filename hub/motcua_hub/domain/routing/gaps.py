"""What a directory lacks: offices and classes of repairers for which nobody can be told."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from motcua_contract.faults.base import Responsible
from motcua_hub.domain.routing.directory import Directory, Problem, Route
from motcua_hub.domain.routing.resolve import Question, resolve


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A class of repairers that an office has no unit for; `fallback`: somebody is told anyway."""

    site: str
    responsible: str
    problems: tuple[Problem, ...]
    fallback: bool


def gaps(directory: Directory, sites: Iterable[str], day: str) -> tuple[Gap, ...]:
    """Every office and class whose repairer cannot be told on that day, working hours or not."""
    by_site: dict[str, list[Route]] = {}
    for route in directory.routes:
        by_site.setdefault(route.site, []).append(route)
    found: list[Gap] = []
    for site in sites:
        own = [*by_site.get("", []), *by_site.get(site, [])]
        mine = replace(directory, routes=tuple(own))
        found += [gap for each in Responsible if (gap := _gap(mine, site, each.value, day))]
    return tuple(found)


def _gap(directory: Directory, site: str, responsible: str, day: str) -> Gap | None:
    asked = Question(site=site, day=day, responsible=responsible)
    answer = resolve(directory, asked)
    repairer = answer.repairer
    if not answer.lacks_repairer:
        return None
    return Gap(
        site=site,
        responsible=responsible,
        problems=answer.problems,
        fallback=repairer is not None and repairer.fallback,
    )
