"""The overview: one line a site, those in need first."""

from typing import Final

import msgspec

from motcua_contract.faults import Responsible
from motcua_contract.sentences import say
from motcua_contract.vocabulary import ClockState, HealthState
from motcua_hub.domain.health.component import Known, Part, state_of
from motcua_hub.domain.health.kinds import responsible_for
from motcua_hub.domain.health.said import kept
from motcua_hub.domain.health.site import FAULTS, HEARD, rule_of, told_of
from motcua_hub.domain.link import Link, link_state
from motcua_hub.web.queries.health import Told
from motcua_hub.web.queries.overview import Figures, OverviewFacts, SiteRow
from motcua_hub.web.status import Beat, hub_hears
from motcua_hub.web.views.about import outbox_of, parse_about

FILTERS: Final = ("ok", "problem", "critical", "offline", "unknown")
_NEED: Final = {
    HealthState.CRITICAL: 0,
    HealthState.PROBLEM: 1,
    HealthState.UNKNOWN: 3,
    HealthState.OK: 4,
}
_SILENT_NEED: Final = 2
_OFF: Final = (Link.OFFLINE, Link.STOPPED)


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not work now and that somebody must see to. `since` is UTC ms."""

    component: str
    name: str
    state: HealthState
    code: str
    value: str
    said: str
    since: int | None
    responsible: Responsible
    unstable: bool = False


class SiteLine(msgspec.Struct, frozen=True, kw_only=True):
    """One site on the overview.

    `issued`, `served` and `waiting` are of today; None means that nobody knows. `stale` says that
    they are older than now: they were true at `seen_at` (UTC ms).
    """

    site: str
    name: str
    link: Link
    verdict: HealthState
    seen_at: int | None
    issued: int | None
    served: int | None
    waiting: int | None
    stale: bool
    rule: str
    devices: dict[HealthState, int]
    broken: tuple[Broken, ...]
    drills: int
    incidents: int
    outbox: int | None

    @property
    def group(self) -> str:
        """The filter under which this site stands; every site stands under exactly one."""
        return "offline" if self.link in _OFF else self.verdict.value

    @property
    def repairers(self) -> frozenset[str]:
        """The classes of who must repair something here now."""
        return frozenset(one.responsible.value for one in self.broken)


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the whole province; `known` of `sites` sites have told theirs."""

    sites: int
    groups: dict[str, int]
    issued: int
    served: int
    waiting: int
    known: int
    incidents: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All lines, in the order to show them; `deaf_since` is set while the hub hears nobody."""

    now: int
    lines: tuple[SiteLine, ...]
    totals: Totals
    hub_hears: bool
    deaf_since: int | None


def build(facts: OverviewFacts, now: int) -> Overview:
    """The overview of all sites at `now` (UTC ms)."""
    hears = hub_hears(facts.ingest, now)
    lines = [_line(row, facts, hears=hears, now=now) for row in facts.sites]
    lines.sort(key=_need)
    return Overview(
        now=now,
        lines=tuple(lines),
        totals=_totals(lines),
        hub_hears=hears,
        deaf_since=None if hears else _deaf_since(facts.ingest),
    )


def narrowed(
    view: Overview, *, group: str = "", search: str = "", repairer: str = ""
) -> tuple[SiteLine, ...]:
    """The lines of one filter whose name or id contains `search`.

    `repairer` keeps those where this class of people has something to repair.
    """
    wanted = search.strip().casefold()
    return tuple(
        line
        for line in view.lines
        if (not group or line.group == group)
        and (not repairer or repairer in line.repairers)
        and (not wanted or wanted in line.name.casefold() or wanted in line.site)
    )


def _deaf_since(ingest: Beat | None) -> int | None:
    return ingest.at if ingest is not None else None


def _line(row: SiteRow, facts: OverviewFacts, *, hears: bool, now: int) -> SiteLine:
    link = link_state(row.status, row.status_at, row.seen_at, now) if hears else Link.UNKNOWN
    told = facts.health.get(row.id, _NOTHING)
    states = _states(told, link, now)
    rule = rule_of(link, _by_kind(told, states, link))
    figures = _figures(row, facts.figures.get(row.id), link)
    about = parse_about(row.about)
    return SiteLine(
        site=row.id,
        name=row.name or (about.name if about else "") or row.id,
        link=link,
        verdict=rule.state,
        rule=rule.name,
        seen_at=row.seen_at,
        issued=figures.issued if figures else None,
        served=figures.served if figures else None,
        waiting=figures.waiting if figures else None,
        stale=figures is not None and link is not Link.ONLINE,
        devices=_counted(told, states, link),
        broken=_broken(row, told, states, facts, link),
        drills=told.drills if link in HEARD else 0,
        incidents=facts.incidents.get(row.id, 0),
        outbox=outbox_of(about, row.metrics),
    )


_NOTHING: Final = Told()
States = dict[str, HealthState]


def _states(told: Told, link: Link, now: int) -> States:
    """The states of all that is not well, by component."""
    present = link in HEARD
    states = {part.component: state_of(Known(part, now, present)) for part in told.rest}
    return states | dict.fromkeys(told.silent, HealthState.UNKNOWN)


def _by_kind(told: Told, states: States, link: Link) -> dict[str, list[HealthState]]:
    """States by kind; of what is well one of each kind is enough to judge by."""
    found = told_of(states)
    well = HealthState.OK if link in HEARD else HealthState.UNKNOWN
    for kind in told.well_vital or (("",) if told.well else ()):
        found.setdefault(kind, []).append(well)
    return found


def _counted(told: Told, states: States, link: Link) -> dict[HealthState, int]:
    """How many components are in each state; only states that occur."""
    counts: dict[HealthState, int] = {}
    for state in states.values():
        counts[state] = counts.get(state, 0) + 1
    if told.well:
        well = HealthState.OK if link in HEARD else HealthState.UNKNOWN
        counts[well] = counts.get(well, 0) + told.well
    return counts


_NEXT: Final = {HealthState.CRITICAL: 0, HealthState.PROBLEM: 1}


def _broken(
    row: SiteRow, told: Told, states: States, facts: OverviewFacts, link: Link
) -> tuple[Broken, ...]:
    """What is to be repaired: a silent office is one fault of the link, not one of each device."""
    if link is Link.OFFLINE:
        return (_silence(row),)
    found = [
        _fault(row.id, part, states[part.component], facts)
        for part in told.rest
        if states[part.component] in FAULTS
    ]
    return tuple(sorted(found, key=lambda one: (_NEXT[one.state], one.since or 0, one.component)))


def _silence(row: SiteRow) -> Broken:
    return Broken(
        component="link",
        name="",
        state=HealthState.PROBLEM,
        code="offline",
        value=row.status_why,
        said=kept(say("link.why", why=row.status_why).phrases) if row.status_why else "",
        since=row.seen_at,
        responsible=Responsible.LINK,
    )


def _fault(site: str, part: Part, state: HealthState, facts: OverviewFacts) -> Broken:
    return Broken(
        component=part.component,
        name=facts.names.get((site, part.component), ""),
        state=state,
        code=part.code,
        value=part.detail,
        said=part.said,
        since=part.since,
        responsible=responsible_for(part.component, part.code),
        unstable=(site, part.component) in facts.flapping,
    )


def _figures(row: SiteRow, told: Figures | None, link: Link) -> Figures | None:
    """Today's figures; a site that is heard, trusts its clock and told nothing issued nothing."""
    if told is not None:
        return told
    trusted = row.clock in (ClockState.RTC, ClockState.NTP)
    return Figures(issued=0, served=0, waiting=0) if link is Link.ONLINE and trusted else None


def _need(line: SiteLine) -> tuple[int, str]:
    silent = line.link in _OFF and line.verdict is HealthState.UNKNOWN
    return (_SILENT_NEED if silent else _NEED.get(line.verdict, _SILENT_NEED), line.name.casefold())


def _totals(lines: list[SiteLine]) -> Totals:
    groups = dict.fromkeys(FILTERS, 0)
    for line in lines:
        groups[line.group] = groups.get(line.group, 0) + 1
    return Totals(
        sites=len(lines),
        groups=groups,
        issued=sum(line.issued or 0 for line in lines),
        served=sum(line.served or 0 for line in lines),
        waiting=sum(line.waiting or 0 for line in lines),
        known=sum(line.issued is not None for line in lines),
        incidents=sum(line.incidents for line in lines),
    )
