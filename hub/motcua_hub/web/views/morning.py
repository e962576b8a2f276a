"""The morning's list: what is broken, since when, why, what to do now, who must do it."""

from collections.abc import Iterable
from typing import Final

import msgspec

from motcua_contract.faults import Card, find
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import Link
from motcua_hub.web.views.overview import Broken, Overview, SiteLine

FIRST: Final = 8
"""How many the panel on the first page shows."""
_URGENT: Final = {HealthState.CRITICAL: 0, HealthState.PROBLEM: 1}
_LAST: Final = 2


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to repair; `card` says what to do now, None for a code that has none."""

    site: str
    site_name: str
    verdict: HealthState
    broken: Broken
    card: Card | None


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """The panel: the first duties of all, and figures of the rest."""

    duties: tuple[Duty, ...]
    total: int
    sites: int
    unknown: int
    drills: int
    stopped: int


def duties(lines: Iterable[SiteLine], *, repairer: str = "") -> tuple[Duty, ...]:
    """All there is to repair: where nobody can be served first, then the worse, then the older."""
    found = [
        Duty(
            site=line.site,
            site_name=line.name,
            verdict=line.verdict,
            broken=broken,
            card=_card(broken),
        )
        for line in lines
        for broken in line.broken
        if not repairer or broken.responsible == repairer
    ]
    return tuple(sorted(found, key=_need))


def _card(broken: Broken) -> Card | None:
    fault = find(broken.component, broken.code) if broken.code else None
    return fault.card if fault else None


def _need(duty: Duty) -> tuple[int, int, int, str]:
    served = 0 if duty.verdict is HealthState.CRITICAL else 1
    return (served, _URGENT.get(duty.broken.state, _LAST), duty.broken.since or 0, duty.site)


def build(view: Overview) -> Morning:
    """The panel of the first page."""
    found = duties(view.lines)
    return Morning(
        duties=found[:FIRST],
        total=len(found),
        sites=len({duty.site for duty in found}),
        unknown=sum(line.devices.get(HealthState.UNKNOWN, 0) for line in view.lines),
        drills=sum(line.drills for line in view.lines),
        stopped=sum(line.link is Link.STOPPED for line in view.lines),
    )
