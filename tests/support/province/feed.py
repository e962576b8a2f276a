"""What the ledger would hold: the province's words through the ledger's own functions.

`as_of` cuts what the parts have said by then, before the ledger sees any of it: a provisional view
knows no more than a hub could have known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

import msgspec

from motcua_hub.domain.availability import liveness, samples
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.domain.availability.intervals import Spans
from motcua_hub.domain.availability.layers import Exclusion, Layers, Window
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.samples import Probe
from motcua_hub.domain.availability.timeline import Segments, timeline
from province import compressed, hubself, machines, probers
from province.machines import Met, Session, TickRun
from province.probers import Run
from province.script import DAY, HOUR
from province.spans import Span, inverse, merged, minus
from province.world import Server, Site, World
from support.province.delivery import Delivery

PROBE = Probe()
GRACE = liveness.grace(PROBE.interval, machines.KEEPALIVE)
LINK = Policy(sli=Sli.REACHABLE)
MACHINE = Policy(sli=Sli.RUNNING)
PRINTER = Policy(sli=Sli.RUNNING, vantages=("site",))
SERVER = Policy(sli=Sli.REACHABLE, vantages=("hub", "site-000", "site-001"))
SERVER_RUNS = msgspec.structs.replace(SERVER, sli=Sli.RUNNING)


@dataclass(frozen=True)
class Office:
    """One office's parts, as they would speak."""

    site: Site
    stays: tuple[Session, ...]
    met: dict[str, Met]
    ticks: dict[str, tuple[TickRun, ...]]
    delivery: Delivery
    link: tuple[tuple[Run, ...], ...]
    printer: tuple[tuple[Run, ...], ...]
    camera: tuple[tuple[Run, ...], ...]
    lost: tuple[Span, ...] = ()
    unsynced: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Feed:
    """A province's words."""

    world: World
    offices: tuple[Office, ...]
    servers: tuple[tuple[Server, dict[str, tuple[tuple[Run, ...], ...]]], ...]
    alive: tuple[int, ...]
    _link: dict[str, list[Evidence]] = field(default_factory=dict)

    @cached_property
    def _holes(self) -> Spans:
        return liveness.holes(self.alive)

    def holes(self, as_of: int | None) -> Spans:
        """The hub's holes as known by then; one may still be open."""
        if as_of is None:
            return self._holes
        begun = ((a, min(b, as_of)) for a, b in self._holes if a < as_of)
        return tuple((a, b) for a, b in begun if b - a > liveness.LIMIT)

    def links(self, office: "Office") -> list[Evidence]:
        """All that is ever said of an office's line."""
        name = office.site.name
        if name not in self._link:
            self._link[name] = link_evidence(self, office)
        return self._link[name]

    @cached_property
    def period(self) -> Span:
        """The quarter."""
        return self.world.script.size.period


def fed(world: World) -> Feed:
    """Every part's words for the whole quarter."""
    watching = world.sites[:2]
    servers = []
    for server in world.servers:
        runs = {"hub": _frozen(hubself.server_probes_hub(world, server))}
        runs |= {s.name: _frozen(hubself.server_probes_site(world, server, s)) for s in watching}
        servers.append((server, runs))
    offices = tuple(_office(world, site) for site in world.sites)
    return Feed(world, offices, tuple(servers), tuple(hubself.alive_rows(world)))


def _frozen(runs: Iterable[Iterable[Run]]) -> tuple[tuple[Run, ...], ...]:
    return tuple(tuple(each) for each in runs)


def _office(world: World, site: Site) -> Office:
    chance = Random(f"{world.script.size.seed}/{site.name}/delivery")
    stays = machines.sessions(world, site)
    met = machines.meetings(world, site, stays)
    begin, end = world.script.size.period
    held: list[Span] = []
    lost: list[Span] = []
    if chance.random() < 0.15:
        at = chance.randrange(begin, end)
        held.append((at, at + chance.randrange(2 * HOUR, 5 * DAY)))
    if chance.random() < 0.03:
        at = chance.randrange(begin, end - DAY)
        lost.append((at, at + chance.randrange(20 * 60_000, 20 * HOUR)))
    ticks = {b.name: tuple(_kept(b.begin, machines.tick_runs(b), lost)) for b in site.boots}
    return Office(
        site=site,
        stays=tuple(stays),
        met=met,
        ticks=ticks,
        delivery=Delivery.of(stays, held),
        link=_frozen(hubself.link_probes(world, site)),
        printer=_frozen(hubself.printer_probes(world, site)),
        camera=_frozen(hubself.camera_probes(world, site)),
        lost=tuple(lost),
        unsynced=frozenset(b.name for b in site.boots if chance.random() < 0.8),
    )


def _kept(begun: int, runs: Iterable[TickRun], lost: Sequence[Span]) -> Iterable[TickRun]:
    """Ticks without those that went with the card they were on."""
    for run in runs:
        left = _outside(begun, run, lost)
        yield from left


def _outside(begun: int, run: TickRun, lost: Sequence[Span]) -> Iterable[TickRun]:
    whole = [(begun + run.since, begun + run.until + 1)]
    for begin, end in minus(whole, lost):
        skip = -(-(begin - whole[0][0]) // machines.TICK)
        count = (end - 1 - whole[0][0]) // machines.TICK - skip + 1
        if count > 0:
            yield TickRun(run.first + skip, run.since + skip * machines.TICK, count)


def about(target: str, sli: Sli, vantage: str, rank: int, received_at: int = 1) -> Evidence:
    """What all claims of one source share."""
    return Evidence(
        id=f"{target}/{sli}/{vantage}",
        target=target,
        sli=sli,
        begin=0,
        end=1,
        claim=Claim.UP,
        vantage=vantage,
        rank=rank,
        received_at=received_at,
    )


def probed(processes: Iterable[Sequence[Run]], told: Evidence, as_of: int | None) -> list[Evidence]:
    """The evidence of a prober, process by process; what is open ends where one looks."""
    found: list[Evidence] = []
    for runs in processes:
        known = runs if as_of is None else probers.until(runs, as_of)
        if not known:
            break
        found += samples.evidence(compressed.claimed(known, PROBE), told)
    if as_of is None:
        return found
    return [
        msgspec.structs.replace(each, end=min(each.end, as_of))
        for each in found
        if each.begin < as_of
    ]


def link_evidence(feed: Feed, office: Office, as_of: int | None = None) -> list[Evidence]:
    """An office's line: ICMP from the hub, silent where the hub was away."""
    told = about(f"{office.site.name}.link", Sli.REACHABLE, "hub", Rank.PROBE)
    found = probed(office.link, told, as_of)
    return list(liveness.silenced(found, feed.holes(as_of), GRACE))


def machine_evidence(feed: Feed, office: Office, as_of: int | None = None) -> list[Evidence]:
    """An office's Pi: its own journal, and its stays at the broker. That it is silent there says
    nothing of whether it runs."""
    name = f"{office.site.name}.pi"
    told = about(name, Sli.RUNNING, "site", Rank.JOURNAL)
    boots = [each for each in _boots(office, as_of) if each[1]]
    found = list(compressed.journal(boots, told).evidence)
    session = about(name, Sli.RUNNING, "broker", Rank.LAST_WILL)
    away = feed.holes(as_of)
    stays = [_stay(each, session, as_of) for each in office.stays]
    there = [each for each in stays if each.begin < each.end]
    return [*found, *liveness.silenced(there, away, GRACE, ("broker",))]


def _stay(stay: Session, session: Evidence, as_of: int | None) -> Evidence:
    end = stay.last_packet if as_of is None else min(stay.last_packet, as_of)
    return msgspec.structs.replace(
        session, id=f"{session.id}@{stay.online}", begin=stay.online, end=end
    )


def _boots(office: Office, as_of: int | None) -> list[compressed.Told]:
    """The journal as far as it is in."""
    known = (1 << 62) if as_of is None else office.delivery.until(as_of)
    found: list[compressed.Told] = []
    for boot in office.site.boots:
        ticks = [_cut(run, known - boot.begin) for run in office.ticks[boot.name]]
        met = office.met.get(boot.name)
        if met is not None and as_of is not None and met.hub > as_of:
            met = None
        offset = None if boot.name in office.unsynced else boot.begin
        stop = (boot.clean, machines.goodbye(boot)) if boot.end <= known else ("", None)
        found.append((boot.name, [run for run in ticks if run.count], met, offset, stop))
    return found


def _cut(run: TickRun, until: int) -> TickRun:
    count = max(0, min(run.count, (until - run.since) // machines.TICK + 1))
    return TickRun(run.first, run.since, count)


def printer_evidence(office: Office, as_of: int | None = None) -> list[Evidence]:
    """An office's printer: the Pi asks it, and tells in its journal."""
    told = about(f"{office.site.name}.printer", Sli.RUNNING, "site", Rank.PROBE)
    known = None if as_of is None else office.delivery.until(as_of)
    found = probed(office.printer, told, known)
    return list(liveness.silenced(found, _site_holes(office, known), 0, ("site",)))


def camera_line(
    feed: Feed, office: Office, as_of: int | None = None, above: Segments = ()
) -> Segments:
    """A camera that the hub asks through the line, below its line."""
    told = about(f"{office.site.name}.camera", Sli.RUNNING, "hub", Rank.PROBE)
    found = liveness.silenced(probed(office.camera, told, as_of), feed.holes(as_of), GRACE)
    return timeline(found, MACHINE, life=lived(feed, as_of), ancestors=over(above))


def _site_holes(office: Office, known: int | None) -> Spans:
    """When the Pi's own record is silent: its words end there, as the hub's do."""
    off = inverse(_awake(office), office.site.boots_window)
    end = (1 << 62) if known is None else known
    return tuple((a, min(b, end)) for a, b in off if a < end)


def _awake(office: Office) -> list[Span]:
    begun = {boot.name: boot.begin for boot in office.site.boots}
    return merged(
        (begun[name] + run.since, begun[name] + run.until + 1)
        for name, runs in office.ticks.items()
        for run in runs
    )


def server_evidence(feed: Feed, index: int, sli: Sli, as_of: int | None = None) -> list[Evidence]:
    """A server as the hub and two offices saw it; the offices' words come with their journals."""
    server, vantages = feed.servers[index]
    found: list[Evidence] = []
    for vantage, runs in vantages.items():
        told = about(server.name, sli, vantage, Rank.PROBE)
        if vantage == "hub":
            mine = probed(runs, told, as_of)
            found += liveness.silenced(mine, feed.holes(as_of), GRACE)
        else:
            office = next(each for each in feed.offices if each.site.name == vantage)
            known = None if as_of is None else office.delivery.until(as_of)
            holes = _site_holes(office, known)
            found += liveness.silenced(probed(runs, told, known), holes, 0, (vantage,))
    return found


def link_line(feed: Feed, office: Office, as_of: int | None = None) -> Segments:
    """The line's time line."""
    found = link_evidence(feed, office, as_of)
    return timeline(found, LINK, life=lived(feed, as_of))


def machine_line(
    feed: Feed, office: Office, as_of: int | None = None, above: Segments = ()
) -> Segments:
    """The Pi's time line, below its line."""
    found = machine_evidence(feed, office, as_of)
    return timeline(found, MACHINE, life=lived(feed, as_of), ancestors=over(above))


def over(above: Segments) -> tuple[Ancestor, ...]:
    """A time line as what lies above."""
    return (ancestor("above", ((s.begin, s.end, s.state) for s in above)),) if above else ()


def lived(feed: Feed, as_of: int | None) -> Span:
    """From the quarter's first instant to its last, or to where one looks."""
    begin, end = feed.period
    return begin, end if as_of is None else max(begin + 1, min(end, as_of))


def layers(feed: Feed, name: str) -> Layers:
    """What people wrote down of a target, as the ledger reads it."""
    script = feed.world.script
    mine = [each for each in script.windows if name in each.cover]
    storms = [each for each in script.storms if name in each.sites]
    return Layers(
        windows=tuple(
            Window(
                begin=each.begin,
                end=each.end,
                announced_at=each.announced_at,
                emergency=each.emergency,
                second_approver=each.second_approver,
            )
            for each in mine
        ),
        exclusions=tuple(
            Exclusion(begin=e.begin, end=e.end, reason="storm", approved_at=e.approved_at)
            for e in storms
        ),
    )
