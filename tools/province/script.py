"""What goes wrong in a quarter: a list of faults, by hand and by chance, before anybody looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from province.spans import Span, touches

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEGIN = int(datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp()) * SECOND
"""Midnight of 1 January 2026 in Vietnam: a quarter with New Year, a swapped day and Tet in it."""
CARRIERS = ("carrier-a", "carrier-b")


Dice = Random


def dice(name: str) -> Dice:
    """Chance that is the same in every run."""
    return Random(name)  # noqa: S311 - weather, not secrets


class Kind(StrEnum):
    """What happened."""

    MAINS = "mains"
    WAN = "wan_cut"
    CARRIER = "carrier_cut"
    LAN = "lan_switch"
    REBOOT = "reboot"
    UPGRADE = "upgrade"
    CRASH = "machine_crash"
    CARD = "card_died"
    """The machine stops; what its card alone held is gone, and another card comes into it."""
    PURGED = "journal_purged"
    """A card is full before the line is back: the oldest of what nobody has is given up."""
    AGENT = "agent_crash"
    HANG = "agent_hang"
    PRINTER = "printer_fault"
    PROCESS = "server_process"
    ERRORS = "server_errors"
    FREEZE = "server_frozen"
    """It takes connections and answers nothing."""
    SLOW = "server_slow"
    """It answers late: in the middle third of the time later than anybody waits."""
    MACHINE = "server_machine"
    BLIP = "server_blip"
    BLOCKED = "way_blocked"
    """A firewall on the way from one office to all servers; the hub is still reached."""
    HUB = "hub_away"
    UPLINK = "hub_uplink_cut"
    CLOCK = "hub_clock_wrong"
    """The hub's wall clock is set wrong, and right again: both are steps."""
    PLANNED = "planned_work"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that happens in `[begin, end)` to `where`: a site, a carrier, a server, the hub."""

    begin: int
    end: int
    kind: Kind
    where: str = ""


@dataclass(frozen=True)
class Size:
    """How large a province to make, for how long, and how much more than usual goes wrong."""

    sites: int = 150
    servers: int = 8
    days: int = 92
    seed: int = 1
    often: float = 1.0
    skip: int = 0
    """It begins so many days after the quarter does."""

    @property
    def period(self) -> Span:
        """The quarter, or the part of a year that stands for it."""
        begin = BEGIN + self.skip * DAY
        return begin, begin + self.days * DAY


@dataclass(frozen=True)
class Window:
    """Work that was asked for, as people entered it. `cover` holds the names of its targets."""

    begin: int
    end: int
    announced_at: int
    cover: tuple[str, ...]
    emergency: bool = False
    second_approver: str = ""
    approved_at: int | None = None


@dataclass(frozen=True)
class Storm:
    """Force majeure: sites, and how long it is excused, approved by two people afterwards."""

    begin: int
    end: int
    approved_at: int
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Script:
    """Everything that happens, and what people had entered about it."""

    size: Size
    faults: tuple[Fault, ...]
    windows: tuple[Window, ...] = ()
    storms: tuple[Storm, ...] = ()

    def of(self, where: str, *kinds: Kind) -> list[Fault]:
        """The faults of one place, oldest first."""
        return [each for each in self.faults if each.where == where and each.kind in kinds]


def site_name(number: int) -> str:
    """`site-007`."""
    return f"site-{number:03}"


def server_name(number: int) -> str:
    """`server-3`."""
    return f"server-{number}"


SITE_FAULTS: tuple[tuple[Kind, float, tuple[int, int], float, tuple[int, int]], ...] = (
    # what, how often in a quarter, how long, how many of them last long, how long those
    (Kind.MAINS, 6.0, (4 * SECOND, 9 * MINUTE), 0.4, (25 * MINUTE, 5 * HOUR)),
    (Kind.WAN, 2.5, (50 * SECOND, 12 * MINUTE), 0.4, (15 * MINUTE, 9 * HOUR)),
    (Kind.LAN, 0.5, (2 * MINUTE, 20 * MINUTE), 0.5, (30 * MINUTE, 5 * HOUR)),
    (Kind.REBOOT, 0.7, (35 * SECOND, 100 * SECOND), 0.0, (0, 0)),
    (Kind.UPGRADE, 2.0, (60 * SECOND, 4 * MINUTE), 0.0, (0, 0)),
    (Kind.CRASH, 0.5, (40 * SECOND, 3 * MINUTE), 0.3, (30 * MINUTE, 3 * HOUR)),
    (Kind.AGENT, 1.5, (2 * SECOND, 11 * SECOND), 0.0, (0, 0)),
    (Kind.HANG, 0.4, (35 * SECOND, 95 * SECOND), 0.0, (0, 0)),
    (Kind.PRINTER, 1.5, (90 * SECOND, 30 * MINUTE), 0.4, (1 * HOUR, 9 * HOUR)),
)
SERVER_FAULTS: tuple[tuple[Kind, float, tuple[int, int], float, tuple[int, int]], ...] = (
    (Kind.PROCESS, 2.5, (50 * SECOND, 8 * MINUTE), 0.3, (10 * MINUTE, 90 * MINUTE)),
    (Kind.ERRORS, 1.5, (50 * SECOND, 15 * MINUTE), 0.2, (20 * MINUTE, 2 * HOUR)),
    (Kind.MACHINE, 0.8, (3 * MINUTE, 20 * MINUTE), 0.3, (30 * MINUTE, 4 * HOUR)),
    (Kind.FREEZE, 0.8, (80 * SECOND, 12 * MINUTE), 0.3, (15 * MINUTE, 2 * HOUR)),
    (Kind.SLOW, 1.0, (4 * MINUTE, 40 * MINUTE), 0.2, (HOUR, 3 * HOUR)),
    (Kind.BLIP, 6.0, (300, 33 * SECOND), 0.0, (0, 0)),
)
_LONG = 12
"""Days; in a shorter time planned work is done several times in a night."""
_APART = 15 * MINUTE
"""Two things that stop one machine are at least so far apart: else the second stops nothing."""


def drawn(size: Size) -> Script:
    """A quarter by chance, with what a quarter must have in it."""
    faults: list[Fault] = [*_province(size), *_hard(size)]
    windows, storms = _paperwork(size)
    for storm in storms:
        faults += _blown(storm)
    for window in windows:
        faults += _work(window)
    taken: dict[str, list[Span]] = {}
    for fault in faults:
        taken.setdefault(fault.where, []).append((fault.begin - _APART, fault.end + _APART))
    for n in range(size.sites):
        faults += _chance(size, site_name(n), SITE_FAULTS, taken)
    for n in range(size.servers):
        faults += _chance(size, server_name(n), SERVER_FAULTS, taken)
    faults += _calm(size, faults, windows)
    return Script(size, tuple(sorted(faults)), windows, storms)


def _hard(size: Size) -> Iterator[Fault]:
    """What chance would bring too seldom: boots that meet nobody, journals that never come."""
    begin = size.period[0]
    days = [begin + max(1, size.days * n // 9) * DAY for n in (2, 4, 5, 8)]
    at, where = days[0] + 3 * HOUR + 7_000, site_name(size.sites - 2)
    yield Fault(at, at + 9 * HOUR, Kind.WAN, where)
    yield Fault(at + HOUR, at + 2 * HOUR, Kind.MAINS, where)
    yield Fault(at + 4 * HOUR, at + 5 * HOUR, Kind.MAINS, where)
    at = days[1] + 9 * HOUR + 11_000
    yield Fault(at, at + 3 * HOUR, Kind.CARD, site_name(size.sites // 2))
    at, where = days[2] + 5 * HOUR + 13_000, site_name(size.sites // 3)
    yield Fault(at, at + 8 * HOUR, Kind.WAN, where)
    yield Fault(at + 5 * HOUR, at + 5 * HOUR + 1, Kind.PURGED, where)
    at = days[3] + 17 * HOUR + 17_000
    yield Fault(at, at + 10 * MINUTE, Kind.FREEZE, server_name(0))
    yield Fault(at + HOUR, at + HOUR + 12 * MINUTE, Kind.SLOW, server_name(0))


def _blown(storm: "Storm") -> Iterator[Fault]:
    """A storm takes the mains of every office that it hits."""
    for n, name in enumerate(storm.sites):
        at = storm.begin + 40 * MINUTE + n * 17_000
        yield Fault(at, min(at + 5 * HOUR, storm.end - 10 * MINUTE), Kind.MAINS, name)


def _calm(size: Size, faults: Sequence[Fault], windows: Sequence["Window"]) -> Iterator[Fault]:
    """The hub's clock is wrong for a while in which nothing else begins or ends."""
    edges = sorted(
        [edge for f in faults for edge in (f.begin, f.end)]
        + [edge for w in windows for edge in (w.begin, w.end)]
    )
    gaps = [(b - a, a) for a, b in pairwise(edges) if size.period[0] < a and b < size.period[1]]
    length, at = max(gaps)
    yield Fault(at + length // 3, at + 2 * length // 3, Kind.CLOCK, "hub")


def _chance(
    size: Size,
    where: str,
    table: Sequence[tuple[Kind, float, tuple[int, int], float, tuple[int, int]]],
    taken: dict[str, list[Span]],
) -> Iterator[Fault]:
    """Faults of one place at any time, but not two of a kind that exclude each other at once."""
    chance = dice(f"{size.seed}/{where}")
    begin, end = size.period
    mine = taken.setdefault(where, [])
    links: list[Span] = []
    for kind, often, short, share, long in table:
        for _ in range(_count(chance, often * size.often * size.days / 92)):
            bounds = long if chance.random() < share else short
            at = chance.randrange(begin + HOUR, end - 10 * HOUR)
            until = at + chance.randrange(*bounds)
            group = links if kind in {Kind.WAN, Kind.LAN, Kind.PRINTER} else mine
            near = (at - _APART, until + _APART)
            if not touches(group, near):
                group.append(near)
                yield Fault(at, until, kind, where)


def _count(chance: Random, mean: float) -> int:
    whole = int(mean)
    return whole + (chance.random() < mean - whole)


def _province(size: Size) -> Iterator[Fault]:
    """What hits many at once: carriers, the hub, its uplink."""
    chance = dice(f"{size.seed}/province")
    begin, end = size.period
    slots = list(range(begin + 6 * HOUR, end - 12 * HOUR, 12 * HOUR))
    chance.shuffle(slots)
    plan = [(Kind.CARRIER, each, (20 * MINUTE, 4 * HOUR)) for each in CARRIERS for _ in range(2)]
    plan += [(Kind.HUB, "hub", bounds) for bounds in ((40_000, 90_000), (5 * MINUTE, 40 * MINUTE))]
    plan += [(Kind.HUB, "hub", (HOUR, 3 * HOUR)), (Kind.HUB, "hub", (11_000, 24_000))]
    plan += [(Kind.BLOCKED, site_name(n), (20 * MINUTE, 3 * HOUR)) for n in (0, 1)]
    plan += [(Kind.UPLINK, "hub", (2 * MINUTE, 40 * MINUTE))] * 3
    for (kind, where, bounds), slot in zip(plan, slots, strict=False):
        at = slot + chance.randrange(6 * HOUR)
        yield Fault(at, at + chance.randrange(*bounds), kind, where)


def _paperwork(size: Size) -> tuple[tuple[Window, ...], tuple[Storm, ...]]:
    """Planned work: in time, overrun, too late, urgent; and one storm that was excused later."""
    begin, end = size.period
    night = begin + (size.days // 3) * DAY + 22 * HOUR
    apart = DAY if size.days >= _LONG else 4 * HOUR
    nights = [night + n * apart for n in range(5)]
    servers = [server_name(n) for n in range(size.servers)]
    sites = [site_name(n) for n in range(size.sites)]
    windows = (
        Window(nights[0], nights[0] + 2 * HOUR, nights[0] - 3 * DAY, (servers[0],)),
        Window(nights[1], nights[1] + HOUR, nights[1] - 2 * DAY, (servers[1 % len(servers)],)),
        Window(nights[2], nights[2] + HOUR, nights[2] - HOUR, (servers[-1],)),
        Window(nights[3], nights[3] + 3 * HOUR, nights[3] - 3 * DAY, tuple(sites[:3])),
        Window(
            nights[4],
            nights[4] + HOUR,
            nights[4] - MINUTE,
            (sites[-1],),
            emergency=True,
            second_approver="lan",
        ),
    )
    at = begin + (size.days * 2 // 3) * DAY + 13 * HOUR
    hit = tuple(sites[1 : 1 + max(1, size.sites // 5)])
    storm = Storm(at, min(at + 8 * HOUR, end), at + 5 * DAY, hit)
    return windows, (storm,)


def _work(window: Window) -> Iterator[Fault]:
    """What is really switched off: most of the window, and once more than it."""
    over = 25 * MINUTE if window.end - window.begin == HOUR and not window.emergency else 0
    for name in window.cover:
        yield Fault(window.begin + 5 * MINUTE, window.end - 10 * MINUTE + over, Kind.PLANNED, name)
