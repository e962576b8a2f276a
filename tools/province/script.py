"""What goes wrong in a quarter: a list of faults, by hand and by chance, before anybody looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from province.spans import Span, touches

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEGIN = int(datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp()) * SECOND
"""Midnight of 1 July 2026 in Vietnam."""
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
    AGENT = "agent_crash"
    HANG = "agent_hang"
    PRINTER = "printer_fault"
    PROCESS = "server_process"
    ERRORS = "server_errors"
    MACHINE = "server_machine"
    BLIP = "server_blip"
    BLOCKED = "way_blocked"
    """A firewall on the way from one office to all servers; the hub is still reached."""
    HUB = "hub_away"
    UPLINK = "hub_uplink_cut"
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

    @property
    def period(self) -> Span:
        """The quarter."""
        return BEGIN, BEGIN + self.days * DAY


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
    (Kind.BLIP, 6.0, (300, 33 * SECOND), 0.0, (0, 0)),
)
KILLERS = (Kind.MAINS, Kind.REBOOT, Kind.UPGRADE, Kind.CRASH, Kind.AGENT, Kind.HANG, Kind.PLANNED)
_APART = 15 * MINUTE
"""Two things that stop one machine are at least so far apart: else the second stops nothing."""


def drawn(size: Size) -> Script:
    """A quarter by chance, with what a quarter must have in it."""
    faults: list[Fault] = [*_province(size)]
    windows, storms = _paperwork(size)
    for window in windows:
        faults += _work(window)
    taken: dict[str, list[Span]] = {}
    for fault in faults:
        taken.setdefault(fault.where, []).append((fault.begin - _APART, fault.end + _APART))
    for n in range(size.sites):
        faults += _chance(size, site_name(n), SITE_FAULTS, taken)
    for n in range(size.servers):
        faults += _chance(size, server_name(n), SERVER_FAULTS, taken)
    return Script(size, tuple(sorted(faults)), windows, storms)


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
    servers = [server_name(n) for n in range(size.servers)]
    sites = [site_name(n) for n in range(size.sites)]
    windows = (
        Window(night, night + 2 * HOUR, night - 3 * DAY, (servers[0],)),
        Window(night + DAY, night + DAY + HOUR, night - DAY, (servers[1 % len(servers)],)),
        Window(night + 2 * DAY, night + 2 * DAY + HOUR, night + 2 * DAY - HOUR, (servers[-1],)),
        Window(night + 3 * DAY, night + 3 * DAY + 3 * HOUR, night, tuple(sites[:3])),
        Window(
            night + 4 * DAY,
            night + 4 * DAY + HOUR,
            night + 4 * DAY - MINUTE,
            (sites[-1],),
            emergency=True,
            second_approver="lan",
        ),
    )
    at = begin + (size.days * 2 // 3) * DAY + 13 * HOUR
    storm = Storm(at, min(at + 8 * HOUR, end), at + 5 * DAY, tuple(sites[: size.sites // 5]))
    return windows, (storm,)


def _work(window: Window) -> Iterator[Fault]:
    """What is really switched off: most of the window, and once more than it."""
    over = 25 * MINUTE if window.end - window.begin == HOUR and not window.emergency else 0
    for name in window.cover:
        yield Fault(window.begin + 5 * MINUTE, window.end - 10 * MINUTE + over, Kind.PLANNED, name)
