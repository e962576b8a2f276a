"""An office's journal as the hub's importer reads it: real facts, from what truly happened."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import structs
from msgspec.structs import replace

from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.evidence import BootMet, TickSpan, TicksReported
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_contract.vocabulary import ClockState, PowerMode, StopCause
from province import machines
from province.machines import TICK
from province.script import MINUTE
from province.spans import Signal, Span, layered, merged
from province.world import Boot
from support.hubsite import Journal
from support.province import clocks, officers, probed
from support.province.clocks import Clock
from support.province.feed import Feed, Office

REPORT = 20 * MINUTE
STOPS = {
    "ups": StopCause.UPS,
    "reboot": StopCause.REBOOT,
    "upgrade": StopCause.REBOOT,
    "operator": StopCause.POWEROFF,
}
Look = tuple[bool, bool, str]
"""Gateway, hub, power."""


@dataclass(frozen=True)
class Book:
    """One program's journal: what was written, when (UTC ms), and which journal it goes on from."""

    journal: Journal
    boot: Boot
    written: tuple[int, ...]
    facts: tuple[BaseFact, ...]
    parent: "Book | None"


@dataclass(frozen=True)
class _Program:
    """One run of the agent, and what it has at hand."""

    feed: Feed
    office: Office
    boot: Boot
    run: Span
    clock: Signal[Clock]

    @property
    def said_goodbye(self) -> bool:
        """Whether it stopped with its machine, in good order."""
        return bool(self.boot.clean) and self.run[1] == self.boot.end


def books(feed: Feed, office: Office) -> list[Book]:
    """Every program's journal, oldest first."""
    found: list[Book] = []
    left: list[TickSpan] = []
    looks = _looks(office)
    for boot in office.site.boots:
        numbers = 1
        left = [] if boot.fresh else left
        clock = clocks.clock(office, boot)
        for run in boot.runs:
            program = _Program(feed, office, boot, run, clock)
            parent = None if not found or (boot.fresh and run == boot.runs[0]) else found[-1]
            book, left = _written(program, parent, looks, numbers, left)
            numbers += len(_ticks(boot, run))
            found.append(book)
    return found


def _written(
    program: _Program,
    parent: Book | None,
    looks: Signal[Look],
    numbers: int,
    left: list[TickSpan],
) -> tuple[Book, list[TickSpan]]:
    """A journal, and the ticks that its program could not write down any more."""
    journal = _begun(program, parent)
    reports = list(_reports(program, journal.jid, looks, numbers))
    unsaid: list[TickSpan] = []
    if not program.said_goodbye:
        *reports, (_, unsaid) = reports
    rows = [(program.run[0], _started(program, parent)), *_told(program, reports, left)]
    for at, fact in rows:
        journal.add(fact, at=at)
        wrong, synced = program.clock.at(at)
        state = ClockState.NTP if synced else ClockState.NONE
        last = journal.events[-1]
        journal.events[-1] = structs.replace(last, t_wall=at + wrong, clock=state)
    times, facts = zip(*rows, strict=True)
    return Book(journal, program.boot, times, facts, parent), unsaid


def _begun(program: _Program, parent: Book | None) -> Journal:
    """An empty journal."""
    boot = program.boot
    above = None if parent is None else parent.journal
    name = f"{program.office.site.name}/{program.run[0]}"
    journal = Journal(name, above, boot=boot.name, start=boot.begin + 5_000)
    journal.events.clear()
    return journal


def _started(program: _Program, parent: Book | None) -> JournalStarted:
    _, synced = program.clock.at(program.run[0])
    return JournalStarted(
        parent_jid=parent.journal.jid if parent else None,
        parent_last_seq=parent.journal.last if parent else 0,
        hardware=f"hw-{program.office.site.name}",
        boot=program.boot.name,
        clock=ClockState.NTP if synced else ClockState.NONE,
        unclean=program.run[0] != program.boot.runs[0][0],
    )


def _told(
    program: _Program, reports: list[tuple[int, list[TickSpan]]], left: list[TickSpan]
) -> Iterator[tuple[int, BaseFact]]:
    """What a program writes, in order: what was left over, its meeting, ticks, its goodbye."""
    office, boot, run = program.office, program.boot, program.run
    rows: list[tuple[int, BaseFact]] = []
    if left:
        rows.append((run[0] + 10, TicksReported(spans=tuple(left))))
    met = office.met.get(boot.name)
    if met is not None and run[0] <= met.hub < run[1]:
        fact = BootMet(boot=boot.name, hub=met.hub, at=met.mono, round_trip=met.round_trip)
        rows.append((met.hub + met.round_trip, fact))
    rows += [(at, TicksReported(spans=tuple(spans))) for at, spans in reports if spans]
    rows += _probed(program, [at for at, _ in reports])
    rows += officers.words(program.feed, office, run)
    if program.said_goodbye:
        reason = "ups" if boot.clean == "ups" else boot.clean
        rows.append((run[1], ProcessStopped(reason=reason, cause=STOPS[boot.clean])))
    yield from sorted(rows, key=lambda row: row[0])


def _probed(program: _Program, moments: list[int]) -> Iterator[tuple[int, BaseFact]]:
    """What it got of servers: whenever it reports its ticks, and soon after a change."""
    servers = probed.servers_of(program.feed, program.office.site.name)
    if not servers:
        return
    since = program.run[0] - 1
    urgent = {at for at in probed.news(servers) if program.run[0] < at < program.run[1]}
    for at in sorted({*moments, *urgent}):
        fact = probed.report(program.boot, servers, (since, at))
        if fact is not None:
            yield at, fact
        since = at


def _ticks(boot: Boot, run: Span) -> list[int]:
    """When a program ticked (UTC ms)."""
    found = []
    for each in machines.tick_runs(boot):
        begin = boot.begin + each.since
        if run[0] <= begin < run[1]:
            found += range(begin, begin + each.count * TICK, TICK)
    return found


def _reports(
    program: _Program, name: str, looks: Signal[Look], number: int
) -> Iterator[tuple[int, list[TickSpan]]]:
    """Reports of ticks: every 20 min, soon after a change, and what is left at the end."""
    spans: list[TickSpan] = []
    boot, run = program.boot, program.run
    last_report, seen = run[0], None
    for index, at in enumerate(_ticks(boot, run)):
        look = looks.at(at)
        changed = seen is not None and look != seen
        seen = look
        _add(spans, _tick(program, name, number + index, at, look))
        if changed or at - last_report >= REPORT:
            yield at, spans
            spans, last_report = [], at
    yield run[1], spans


def _tick(program: _Program, name: str, number: int, at: int, look: Look) -> TickSpan:
    """One tick and what it saw."""
    gateway, hub, ups = look
    wrong, synced = program.clock.at(at)
    since = at - program.boot.begin
    return TickSpan(
        boot=program.boot.name,
        run=name,
        first=number,
        last=number,
        since=since,
        until=since,
        synced=synced,
        offset=program.boot.begin + wrong,
        ups=ups,
        gateway=gateway,
        hub=hub,
    )


def _add(spans: list[TickSpan], tick: TickSpan) -> None:
    """One tick more; a new span where it says something else or comes late."""
    last = spans[-1] if spans else None
    if last is not None and _said(last) == _said(tick) and tick.since - last.until <= 25_000:
        longest = max(last.longest, tick.since - last.until)
        spans[-1] = replace(last, last=tick.last, until=tick.until, longest=longest)
    else:
        spans.append(tick)


def _said(span: TickSpan) -> tuple[object, ...]:
    return (span.gateway, span.hub, span.ups, span.synced, span.offset)


def _looks(office: Office) -> Signal[Look]:
    """What every tick sees: gateway, hub, power."""
    site = office.site
    gone = merged([*site.lan_off, *site.dark])
    joined = merged((e.online, max(e.online, e.told)) for e in office.stays)
    modes = [(span, _mode(words)) for span, words in machines.ups_words(site)]
    edges = {edge for spans in (gone, joined, [s for s, _ in modes]) for s in spans for edge in s}
    gateway = layered(0, True, [(gone, False)])
    hub = layered(0, False, [(joined, True)])
    power = layered(0, "", [([span], mode) for span, mode in modes])
    moments = sorted({0, *edges})
    return Signal((at, (gateway.at(at), hub.at(at), power.at(at))) for at in moments)


def _mode(words: str) -> str:
    if "LB" in words:
        return PowerMode.CRITICAL.value
    return PowerMode.BATTERY.value if "OB" in words else PowerMode.MAINS.value


def rows_until(book: Book, moment: int) -> int:
    """How many rows were written by a moment."""
    return bisect_right(book.written, moment)
