"""Outages as the desk would see them, with all that was known around each, and why they truly were.

An office's outage is the loss of its session: whatever fails in an office shows as that, and the
cause has to be read from the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from motcua_hub.domain.availability.layers import Window, eligible
from motcua_hub.domain.incident.circumstances import (
    AppEvent,
    AppKind,
    Boot,
    Circumstances,
    Hole,
    Loss,
    Mass,
    Planned,
    Reach,
    Stop,
    Symptom,
    SymptomKind,
    UpsSpan,
)
from motcua_hub.domain.incident.crowds import struck
from motcua_hub.domain.incident.vocabulary import Cause
from province import machines
from province.machines import Session
from province.script import DAY, MINUTE, Fault, Kind
from province.spans import Span, common, inverse, merged, minus, touches
from province.world import Boot as TrueBoot
from province.world import Server, Site
from support.province import feed as feeding
from support.province.feed import Feed, Office

TOGETHER = 30_000
CONFIRMED = 15_000
NEAR = 10 * MINUTE


@dataclass(frozen=True)
class Case:
    """One outage. `truth` is why it was; until `planned_until` it was as announced."""

    target: str
    onset: int
    end: int
    told: int
    truth: Cause
    lost_at: int
    stay: Session | None = None
    planned_until: int = 0

    def truth_at(self, now: int) -> Cause:
        """Work that overruns is planned for as long as its window lasts."""
        return Cause.PLANNED if now <= self.planned_until else self.truth

    def stages(self) -> list[int]:
        """When one asks for the cause: as it is sure, half-way, as it ends, a week later."""
        middle = (self.told + self.end) // 2
        return sorted({self.told + 60_000, max(self.told, middle), self.end + 5_000})


def office_cases(feed: Feed, office: Office) -> list[Case]:
    """Every loss of an office's session in the quarter, with what it truly was."""
    found: list[Case] = []
    begin, end = feed.period
    for stay, after in zip(office.stays, [*office.stays[1:], None], strict=True):
        back = end if after is None else after.online
        if not begin <= stay.last_packet < stay.told < back <= end:
            continue
        truth = _why(feed, office.site, stay)
        name = f"{office.site.name}.link"
        found.append(Case(name, stay.last_packet, back, stay.told, truth, stay.lost_at, stay))
    return found


def _why(feed: Feed, site: Site, stay: Session) -> Cause:
    """What really ended a stay, by the script alone."""
    world, at = feed.world, stay.lost_at
    if stay.why == "broker" or any(a == at for a, _ in (*world.hub_off, *world.uplink_off)):
        return Cause.HUB
    boot = next(each for each in site.boots if each.name == stay.boot)
    if at == boot.end:
        return _machine_why(feed, site, boot)
    if any(a == at for a, _ in (*boot.hung, *((r[1], 0) for r in boot.runs))):
        return Cause.SOFTWARE
    for cause, spans in (
        (Cause.POWER, site.dark),
        (Cause.WAN, site.wan_off),
        (Cause.LAN, site.lan_off),
    ):
        if any(a == at for a, _ in spans):
            return cause
    msg = f"{site.name}: nothing in the script explains the loss at {at}"
    raise AssertionError(msg)


def _machine_why(feed: Feed, site: Site, boot: TrueBoot) -> Cause:
    if boot.clean == "ups" or any(a == boot.end for a, _ in site.mains_off):
        return Cause.POWER
    if boot.clean in {"reboot", "upgrade"}:
        return Cause.OPERATOR
    if boot.clean == "operator":
        window = [w for w in feed.world.script.windows if site.name in w.cover]
        inside = any(w.begin <= boot.end < w.end for w in window)
        return Cause.PLANNED if inside else Cause.OPERATOR
    return Cause.DEVICE


def circumstances(feed: Feed, office: Office, case: Case, now: int) -> Circumstances:
    """What is known of one outage at `now`, from the hub's own record and the journal so far."""
    known = office.delivery.until(now)
    site, end = office.site, case.end if case.end <= now else None
    near = (case.onset - DAY, (end or now) + DAY)
    return Circumstances(
        onset=case.onset,
        end=end,
        now=now,
        kind="site_link",
        site=site.name,
        journal_until=known,
        planned=_planned(feed, site.name, now),
        ups=tuple(_ups(site, known, near)),
        boots=tuple(_boots(office, known, near)),
        app=tuple(_app(site, known, near)),
        reach=tuple(_reach(office, known, near)),
        losses=tuple(_losses(feed, office, case, now)),
        symptoms=tuple(_symptoms(feed, office, case, now)),
        mass=_mass(feed, case, now),
        holes=tuple(Hole(a, b, f"hole@{a}") for a, b in feed.holes(now)),
    )


def _planned(feed: Feed, name: str, now: int) -> tuple[Planned, ...]:
    good = _good(feed, name, now)
    return tuple(Planned(each.begin, each.end, f"window@{each.begin}") for each in good)


def _good(feed: Feed, name: str, now: int | None = None) -> list[Window]:
    """The windows that count, by what was on record then."""
    windows = feeding.layers(feed, name).windows
    return [each for each in windows if eligible(each, feeding.LINK.notice, now)]


def _ups(site: Site, known: int, near: Span) -> Iterable[UpsSpan]:
    """What the UPS said while the agent was there to hear it."""
    there = [(a, min(b, known)) for a, b in _awake(site) if a < known]
    for span, words in machines.ups_words(site):
        if not touches([span], near):
            continue
        for begin, end in common([span], there):
            yield UpsSpan(begin, end, words, f"ups@{begin}")


def _awake(site: Site) -> list[Span]:
    return inverse(site.agent_off, site.boots_window)


def _boots(office: Office, known: int, near: Span) -> Iterable[Boot]:
    """Boots as the journal places them; those that nobody can place are not here."""
    for boot in office.site.boots:
        ticks = [feeding._cut(run, known - boot.begin) for run in office.ticks[boot.name]]
        ticks = [run for run in ticks if run.count]
        met = office.met.get(boot.name)
        placed = met is not None or boot.name not in office.unsynced
        if not ticks or not placed or not touches([(boot.begin, boot.end)], near):
            continue
        begun = met.hub - met.mono if met is not None else boot.begin
        stop = machines.goodbye(boot) if boot.end <= known else None
        ticked = merged((begun + run.since, begun + run.until) for run in ticks)
        whole = _bridged(ticked)
        yield Boot(
            boot_id=boot.name,
            begin=begun,
            last=begun + ticks[-1].until,
            ticked=tuple(whole),
            id=f"boot/{boot.name}",
            doubt=0 if met is None else (met.round_trip + 1) // 2,
            stop=None if stop is None else Stop(begun + stop, boot.clean, f"stop/{boot.name}"),
        )


def _bridged(ticked: list[Span]) -> list[Span]:
    """Ticks not further apart than 2.5 ticks follow each other."""
    found: list[Span] = []
    for begin, end in ticked:
        if found and begin - found[-1][1] <= 25_000:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def _app(site: Site, known: int, near: Span) -> Iterable[AppEvent]:
    """Starts of the program after the first of each boot; the one before had failed."""
    for boot in site.boots:
        for begin, _ in boot.runs[1:]:
            if near[0] <= begin <= min(known, near[1]):
                yield AppEvent(begin, AppKind.START, f"app@{begin}")


def _reach(office: Office, known: int, near: Span) -> Iterable[Reach]:
    """What ticks said of gateway and hub; a lost session is noticed by its keepalive."""
    site = office.site
    awake = [(max(a, near[0]), min(b, known, near[1])) for a, b in _awake(site)]
    awake = [span for span in awake if span[0] < span[1]]
    gone = merged([*site.lan_off, *site.dark])
    joined = merged((e.online, max(e.online, e.told)) for e in office.stays)
    for gateway, where in ((True, minus(awake, gone)), (False, common(awake, gone))):
        for hub, spans in ((True, common(where, joined)), (False, minus(where, joined))):
            for begin, end in spans:
                yield Reach(begin, end, gateway, hub, f"ticks@{begin}/{gateway}/{hub}")


def _losses(feed: Feed, office: Office, case: Case, now: int) -> Iterable[Loss]:
    """The router, as the hub's ICMP lost it."""
    line = _probed_down(feed, office, now)
    for begin, _ in line:
        if abs(begin - case.onset) <= DAY:
            yield Loss(f"{office.site.name}.router", begin, "hub", f"icmp@{begin}")


def _probed_down(feed: Feed, office: Office, now: int) -> list[Span]:
    found = [e for e in feed.links(office) if e.claim.value == "down" and not e.blip]
    return [(e.begin, min(e.end, now)) for e in found if e.begin + CONFIRMED <= now]


def _symptoms(feed: Feed, office: Office, case: Case, now: int) -> Iterable[Symptom]:
    if case.told <= now:
        yield Symptom(case.onset, SymptomKind.SILENCE, f"will@{case.told}")
    for each in feed.links(office):
        if each.begin < min(case.end, now) and case.onset < each.end and not each.blip:
            at = max(each.begin, case.onset)
            if each.claim.value == "down" and at + CONFIRMED <= now:
                yield Symptom(at, SymptomKind.ROUTER_SILENT, f"icmp@{each.begin}")
            elif each.claim.value == "up" and min(each.end, now) - case.onset > 40_000:
                yield Symptom(at, SymptomKind.ROUTER_ANSWERS, f"icmp@{each.begin}")


def _mass(feed: Feed, case: Case, now: int) -> Mass:
    """How many offices were lost at about the same time, as known by now."""
    links = {each.site.name: each.site.carrier for each in feed.offices}
    lost = []
    for each in feed.offices:
        near = (s for s in each.stays if abs(s.last_packet - case.onset) <= TOGETHER)
        if any(s.told <= now and s.why != "stopped" for s in near):
            lost.append(each.site.name)
    carriers = struck(lost, links)
    return Mass(
        lost=len(lost),
        sites=len(feed.offices),
        id=f"mass@{case.onset}",
        carriers=len(carriers),
        carriers_standing=len(set(links.values()) - carriers),
    )


def server_cases(feed: Feed, server: Server) -> list[Case]:
    """Every outage of a server that is long enough to be confirmed for sure."""
    found: list[Case] = []
    begin, end = feed.period
    for fault in feed.world.script.faults:
        since, until = _felt(fault)
        long = until - since >= feeding.PROBE.surely_seen + 30_000
        if fault.where != server.name or not long or not begin < since < until < end:
            continue
        truth = _server_why(feed, server, fault.kind, (since, until))
        sure = since + feeding.PROBE.worst_detection
        case = Case(server.name, since, until, sure, truth, since)
        overrun = truth is Cause.OPERATOR
        until = max((w.end for w in _good(feed, server.name)), default=0) if overrun else 0
        found.append(replace(case, planned_until=until))
    return found


def _felt(fault: Fault) -> Span:
    """When it was down: slow answers are as good as none in the middle third only."""
    third = (fault.end - fault.begin) // 3 if fault.kind is Kind.SLOW else 0
    return fault.begin + third, fault.end - third


def _server_why(feed: Feed, server: Server, kind: Kind, span: Span) -> Cause:
    if kind is Kind.MACHINE:
        return Cause.SERVER
    if kind is Kind.PLANNED:
        good = _good(feed, server.name)
        inside = any(w.begin <= span[0] and span[1] <= w.end for w in good)
        return Cause.PLANNED if inside else Cause.OPERATOR
    return Cause.SOFTWARE


def server_circumstances(feed: Feed, server: Server, case: Case, now: int) -> Circumstances:
    """What is known of a server's outage: its answers, and its own watchdog's journal."""
    end = case.end if case.end <= now else None
    known = now if end is not None else case.onset
    return Circumstances(
        onset=case.onset,
        end=end,
        now=now,
        kind="server",
        journal_until=known,
        planned=_planned(feed, server.name, now),
        boots=tuple(_server_boots(server, known)),
        app=tuple(_server_app(server, known)),
        symptoms=tuple(_server_symptoms(server, case)),
        holes=tuple(Hole(a, b, f"hole@{a}") for a, b in feed.holes(now)),
    )


def _server_boots(server: Server, known: int) -> Iterable[Boot]:
    for boot in server.boots:
        if boot.begin > known:
            continue
        last = min(boot.end, known)
        stop = Stop(boot.end, boot.clean, f"stop/{boot.name}") if boot.clean else None
        yield Boot(
            boot_id=boot.name,
            begin=boot.begin,
            last=last,
            ticked=((boot.begin, last),),
            id=f"boot/{boot.name}",
            stop=stop if boot.end <= known else None,
        )


def _server_app(server: Server, known: int) -> Iterable[AppEvent]:
    for begin, end in server.process_off:
        if begin <= known:
            yield AppEvent(begin, AppKind.FAILED, f"unit@{begin}")
        if end <= known:
            yield AppEvent(end, AppKind.START, f"unit@{end}")


def _server_symptoms(server: Server, case: Case) -> Iterable[Symptom]:
    bad = touches([*server.errors, *server.stuck], (case.onset, case.end))
    kind = SymptomKind.BAD_ANSWER if bad else SymptomKind.SILENCE
    yield Symptom(case.onset, kind, f"http@{case.onset}")
