"""An office's journal for tests: facts folded into rows, as the office service does it."""

from collections.abc import Callable
from pathlib import Path

from motcua_contract.facts import Fact
from motcua_contract.facts.office import DayOpened
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import Instant
from motcua_edge.journal import Entry, Journal, Origin

ORIGIN = Origin(hardware="pi-1", version="1.0")
DAY = "2026-11-23"
WALL = 1_795_400_000_000


def instant(n: int = 0, clock: ClockState = ClockState.NTP) -> Instant:
    return Instant(wall=WALL + n, mono=5_000 + n, clock=clock, boot="boot-1")


def opened(
    path: Path,
    *,
    series: tuple[str, ...] = (),
    ballast_bytes: int = 0,
    on_fatal: Callable[[BaseException], None] | None = None,
) -> Journal:
    return Journal.open(
        path,
        ORIGIN,
        instant(),
        series=series,
        ballast_bytes=ballast_bytes,
        on_fatal=on_fatal,
    )


def issued(number: int, series: str = "A", day: str = DAY) -> TicketIssued:
    label = f"{series}{number:03d}"
    return TicketIssued(
        ticket=f"{day.replace('-', '')}-{label}",
        label=label,
        series=series,
        number=number,
        day=day,
        service="HT",
        order_key=WALL + number,
    )


class Desk:
    """Appends facts with their rows, in order."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.state = rows.load(journal.load_rows())
        self._n = 0

    async def commit(self, *facts: Fact) -> list[Entry]:
        self._n += 1
        now, after = instant(self._n), self.state
        for fact in facts:
            after = apply(after, fact, now)
        changes = rows.diff(self.state, after)
        day = after.office.day
        written = await self.journal.append(facts, changes, business_day=day, now=now)
        self.state = after
        return written

    async def morning(self, tickets: int = 5, day: str = DAY) -> None:
        await self.commit(DayOpened(day=day, clock=ClockState.NTP))
        for number in range(1, tickets + 1):
            await self.commit(issued(number, day=day))
