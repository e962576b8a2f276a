"""An office's journal as the hub's importer reads it: real facts, from what truly happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.evidence import BootMet, TickSpan, TicksReported
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_contract.vocabulary import PowerMode, StopCause
from province import machines
from province.machines import TICK
from province.script import MINUTE
from province.spans import Signal, Span, layered, merged
from province.world import Boot, Site
from support.hubsite import Journal
from support.province.feed import Office

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
    """One program's journal, and when each of its rows was written (UTC ms)."""

    journal: Journal
    written: tuple[int, ...]


def books(office: Office) -> list[Book]:
    """Every program's journal, oldest first."""
    found: list[Book] = []
    parent: Journal | None = None
    left: list[TickSpan] = []
    looks = _looks(office)
    for boot in office.site.boots:
        numbers = 1
        for run in boot.runs:
            journal = _begun(office.site, boot, run, parent)
            rows = [run[0]]
            reports = list(_reports(journal, boot, run, looks, numbers))
            clean = bool(boot.clean) and run[1] == boot.end
            if not clean:
                *reports, (_, unsaid) = reports
            for at, fact in _told(office, boot, run, reports, left):
                journal.add(fact, at=at)
                rows.append(at)
            left = [] if clean else unsaid
            numbers += len(_ticks(boot, run))
            parent = journal
            found.append(Book(journal, tuple(rows)))
    return found


def _begun(site: Site, boot: Boot, run: Span, parent: Journal | None) -> Journal:
    """A journal whose first row is written as the program begins."""
    name = f"{site.name}/{run[0]}"
    journal = Journal(name, parent, boot=boot.name, start=boot.begin + 5_000)
    journal.events.clear()
    started = JournalStarted(
        parent_jid=parent.jid if parent else None,
        parent_last_seq=parent.last if parent else 0,
        hardware=f"hw-{site.name}",
        boot=boot.name,
        clock=journal.clock,
        unclean=run[0] != boot.runs[0][0],
    )
    journal.add(started, at=run[0])
    return journal


def _told(
    office: Office,
    boot: Boot,
    run: Span,
    reports: list[tuple[int, list[TickSpan]]],
    left: list[TickSpan],
) -> Iterator[tuple[int, BaseFact]]:
    """What a program writes, in order: what was left over, its meeting, ticks, its goodbye."""
    rows: list[tuple[int, BaseFact]] = []
    if left:
        rows.append((run[0] + 10, TicksReported(spans=tuple(left))))
    met = office.met.get(boot.name)
    if met is not None and run[0] <= met.hub < run[1]:
        fact = BootMet(boot=boot.name, hub=met.hub, at=met.mono, round_trip=met.round_trip)
        rows.append((met.hub + met.round_trip, fact))
    rows += [(at, TicksReported(spans=tuple(spans))) for at, spans in reports if spans]
    if boot.clean and run[1] == boot.end:
        reason = "ups" if boot.clean == "ups" else boot.clean
        rows.append((run[1], ProcessStopped(reason=reason, cause=STOPS[boot.clean])))
    yield from sorted(rows, key=lambda row: row[0])


def _ticks(boot: Boot, run: Span) -> list[int]:
    """When a program ticked (UTC ms)."""
    found = []
    for each in machines.tick_runs(boot):
        begin = boot.begin + each.since
        if run[0] <= begin < run[1]:
            found += range(begin, begin + each.count * TICK, TICK)
    return found


def _reports(
    journal: Journal, boot: Boot, run: Span, looks: Signal[Look], number: int
) -> Iterator[tuple[int, list[TickSpan]]]:
    """Reports of ticks: every 20 min, soon after a change, and what is left at the end."""
    spans: list[TickSpan] = []
    last_report, seen = run[0], None
    for index, at in enumerate(_ticks(boot, run)):
        look = looks.at(at)
        changed = seen is not None and look != seen
        seen = look
        _add(spans, boot, journal.jid, number + index, at - boot.begin, look)
        if changed or at - last_report >= REPORT:
            yield at, spans
            spans, last_report = [], at
    yield run[1], spans


def _add(  # noqa: PLR0917 - a tick and what it saw
    spans: list[TickSpan], boot: Boot, name: str, number: int, mono: int, look: Look
) -> None:
    """One tick more; a new span where it says something else or comes late."""
    gateway, hub, ups = look
    last = spans[-1] if spans else None
    same = last is not None and (last.gateway, last.hub, last.ups) == look
    if last is not None and same and mono - last.until <= 25_000:
        longest = max(last.longest, mono - last.until)
        spans[-1] = replace(last, last=number, until=mono, longest=longest)
        return
    spans.append(
        TickSpan(
            boot=boot.name,
            run=name,
            first=number,
            last=number,
            since=mono,
            until=mono,
            offset=boot.begin,
            ups=ups,
            gateway=gateway,
            hub=hub,
        )
    )


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
    return sum(1 for at in book.written if at <= moment)


def whole(found: Iterable[Book]) -> int:
    """How many rows there are in all."""
    return sum(len(book.written) for book in found)
