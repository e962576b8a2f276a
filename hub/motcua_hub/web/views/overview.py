"""The overview: one line a site, those in need first."""

from typing import Final

import msgspec

from motcua_contract.vocabulary import ClockState, HealthState
from motcua_hub.domain.link import Link, link_state
from motcua_hub.web.queries.overview import Figures, OverviewFacts, SiteRow
from motcua_hub.web.status import Beat, count_states, hub_hears, state_of, verdict
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
    devices: dict[HealthState, int]
    incidents: int
    outbox: int | None

    @property
    def group(self) -> str:
        """The filter under which this site stands; every site stands under exactly one."""
        return "offline" if self.link in _OFF else self.verdict.value


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


def narrowed(view: Overview, *, group: str = "", search: str = "") -> tuple[SiteLine, ...]:
    """The lines of one filter whose name or id contains `search`."""
    wanted = search.strip().casefold()
    return tuple(
        line
        for line in view.lines
        if (not group or line.group == group)
        and (not wanted or wanted in line.name.casefold() or wanted in line.site)
    )


def _deaf_since(ingest: Beat | None) -> int | None:
    return ingest.at if ingest is not None else None


def _line(row: SiteRow, facts: OverviewFacts, *, hears: bool, now: int) -> SiteLine:
    link = link_state(row.status, row.status_at, row.seen_at, now) if hears else Link.UNKNOWN
    states = {part.component: state_of(part, now) for part in facts.parts.get(row.id, ())}
    if link not in (Link.ONLINE, Link.SUSPECT):
        states = {name: _past(state) for name, state in states.items()}
    figures = _figures(row, facts.figures.get(row.id), link)
    about = parse_about(row.about)
    return SiteLine(
        site=row.id,
        name=row.name or (about.name if about else "") or row.id,
        link=link,
        verdict=verdict(link, states),
        seen_at=row.seen_at,
        issued=figures.issued if figures else None,
        served=figures.served if figures else None,
        waiting=figures.waiting if figures else None,
        stale=figures is not None and link is not Link.ONLINE,
        devices=count_states(states.values()),
        incidents=facts.incidents.get(row.id, 0),
        outbox=outbox_of(about, row.metrics),
    )


def _past(state: HealthState) -> HealthState:
    """What was good when the site fell silent is not known to be good now."""
    return HealthState.UNKNOWN if state is HealthState.OK else state


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
