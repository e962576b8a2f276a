"""What really was: every boot, every cut, every outage, to the millisecond."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from province.script import (
    BEGIN,
    CARRIERS,
    HOUR,
    MINUTE,
    SECOND,
    Dice,
    Fault,
    Kind,
    Script,
    dice,
    server_name,
    site_name,
)
from province.spans import Span, inverse, merged, minus

RESTS = {
    Kind.REBOOT: "reboot",
    Kind.UPGRADE: "upgrade",
    Kind.PLANNED: "operator",
    Kind.CRASH: "",
    Kind.CARD: "",
    Kind.MACHINE: "",
}
"""What stops a machine and what it says of it when it goes; empty: nothing."""
_WITH_UPS = 0.7
_BEFORE = 40 * HOUR
_SHUTS_DOWN_BEFORE_EMPTY = MINUTE


@dataclass(frozen=True)
class Boot:
    """One boot of a machine, `[begin, end)`; `clean` is why it ended, if it could say so.

    `runs` are the agent's own runs, `hung` when it was there and did nothing.
    """

    name: str
    begin: int
    end: int
    clean: str
    runs: tuple[Span, ...]
    hung: tuple[Span, ...] = ()
    fresh: bool = False
    """It began on another card: nothing of the boot before is left in the machine."""


@dataclass(frozen=True)
class Site:
    """One office. `ups_ms` is how long its UPS lasts, None without one. Spans are UTC ms."""

    name: str
    carrier: str
    ups_ms: int | None
    boots: tuple[Boot, ...]
    mains_off: tuple[Span, ...]
    dark: tuple[Span, ...]
    wan_off: tuple[Span, ...]
    lan_off: tuple[Span, ...]
    printer_off: tuple[Span, ...]
    purged: tuple[int, ...] = ()
    """When the oldest of what nobody had was given up."""

    @property
    def machine_off(self) -> list[Span]:
        """When the Pi did not run."""
        return inverse(((each.begin, each.end) for each in self.boots), self.boots_window)

    @property
    def boots_window(self) -> Span:
        """From the first boot to the end of the last."""
        return self.boots[0].begin, self.boots[-1].end

    @property
    def agent_off(self) -> list[Span]:
        """When the agent did nothing."""
        there = [run for boot in self.boots for run in boot.runs]
        hung = [span for boot in self.boots for span in boot.hung]
        return merged([*inverse(there, self.boots_window), *hung])


@dataclass(frozen=True)
class Server:
    """One server of the data centre: when its machine, its process, its answers failed."""

    name: str
    machine_off: tuple[Span, ...]
    process_off: tuple[Span, ...]
    errors: tuple[Span, ...]
    boots: tuple[Boot, ...]
    stuck: tuple[Span, ...] = ()
    """It took connections and answered nothing in time."""

    @property
    def off(self) -> list[Span]:
        """When it did not answer as it should, whoever asked."""
        return merged([*self.machine_off, *self.process_off, *self.errors, *self.stuck])


@dataclass(frozen=True)
class World:
    """A province as it was. The hub and its servers stand behind one uplink."""

    script: Script
    window: Span
    sites: tuple[Site, ...]
    servers: tuple[Server, ...]
    hub_off: tuple[Span, ...]
    uplink_off: tuple[Span, ...]
    clock_wrong: tuple[Span, ...] = ()

    def link_off(self, site: Site) -> list[Span]:
        """When nobody beyond the office could reach its router: cable, carrier, router's power."""
        return merged([*site.wan_off, *site.dark])


def built(script: Script) -> World:
    """The world of a script."""
    begin, end = script.size.period
    window = (begin - _BEFORE, end)
    return World(
        script=script,
        window=window,
        sites=tuple(_site(script, n, window) for n in range(script.size.sites)),
        servers=tuple(_server(script, n, window) for n in range(script.size.servers)),
        hub_off=_spans(script, "hub", Kind.HUB),
        uplink_off=_spans(script, "hub", Kind.UPLINK),
        clock_wrong=_spans(script, "hub", Kind.CLOCK),
    )


def _spans(script: Script, where: str, *kinds: Kind) -> tuple[Span, ...]:
    return tuple(merged((each.begin, each.end) for each in script.of(where, *kinds)))


def _server(script: Script, number: int, window: Span) -> Server:
    name = server_name(number)
    return Server(
        name,
        boots=_boots(script, name, None, window, dice(f"{script.size.seed}/{name}/machine")),
        machine_off=_spans(script, name, Kind.MACHINE, Kind.PLANNED),
        process_off=_spans(script, name, Kind.PROCESS, Kind.BLIP),
        errors=_spans(script, name, Kind.ERRORS),
        stuck=tuple(merged([*_spans(script, name, Kind.FREEZE), *_late(script, name)])),
    )


def _late(script: Script, name: str) -> Iterator[Span]:
    """When a slow server was so slow that nobody waited for its answer."""
    for each in script.of(name, Kind.SLOW):
        third = (each.end - each.begin) // 3
        yield each.begin + third, each.end - third


def _site(script: Script, number: int, window: Span) -> Site:
    name = site_name(number)
    chance = dice(f"{script.size.seed}/{name}/machine")
    ups = chance.randrange(15 * MINUTE, 40 * MINUTE) if chance.random() < _WITH_UPS else None
    carrier = CARRIERS[number % len(CARRIERS)]
    mains = script.of(name, Kind.MAINS)
    cuts = _spans(script, name, Kind.WAN) + _spans(script, carrier, Kind.CARRIER)
    dark = merged((_out(fault, ups), fault.end) for fault in mains if _dies(fault, ups))
    return Site(
        name=name,
        carrier=carrier,
        ups_ms=ups,
        boots=_boots(script, name, ups, window, chance),
        mains_off=tuple(merged((fault.begin, fault.end) for fault in mains)),
        dark=tuple(dark),
        wan_off=tuple(merged(cuts)),
        lan_off=_spans(script, name, Kind.LAN),
        printer_off=_spans(script, name, Kind.PRINTER),
        purged=tuple(each.begin for each in script.of(name, Kind.PURGED)),
    )


def _dies(fault: Fault, ups: int | None) -> bool:
    """Whether a mains failure outlasts the UPS."""
    return ups is None or fault.end - fault.begin > ups


def _out(fault: Fault, ups: int | None) -> int:
    """When the sockets behind the UPS are dead."""
    return fault.begin + (ups or 0)


def _boots(
    script: Script, name: str, ups: int | None, window: Span, chance: Dice
) -> tuple[Boot, ...]:
    """Every boot between what stops the machine and what lets it start again."""
    stops: list[tuple[int, int, str]] = []
    for fault in script.of(name, Kind.MAINS):
        if not _dies(fault, ups):
            continue
        early = 0 if ups is None else ups - _SHUTS_DOWN_BEFORE_EMPTY
        stops.append((fault.begin + early, fault.end + 1_500, "" if ups is None else "ups"))
    for kind, clean in RESTS.items():
        stops += [(each.begin, each.end, clean) for each in script.of(name, kind)]
    stops.sort()
    found: list[Boot] = []
    at = window[0] - chance.randrange(HOUR)
    faults = script.of(name, Kind.AGENT, Kind.HANG)
    cards = {each.end for each in script.of(name, Kind.CARD)}
    for stop, start, clean in [*stops, (window[1] + HOUR, window[1] + HOUR, "")]:
        boot = _boot(f"{name}/b{len(found)}", (at, stop), clean, faults, chance)
        found.append(replace(boot, fresh=at in cards))
        at = start
    return tuple(found)


def _boot(name: str, span: Span, clean: str, faults: list[Fault], chance: Dice) -> Boot:
    """The agent begins some seconds after the machine, and ends with it or by itself."""
    started = span[0] + chance.randrange(11 * SECOND, 20 * SECOND)
    inside = [each for each in faults if span[0] <= each.begin < span[1]]
    crashes = [(each.begin, each.end) for each in inside if each.kind is Kind.AGENT]
    hung = [(each.begin, each.end) for each in inside if each.kind is Kind.HANG]
    runs = minus([(started, span[1])], crashes)
    return Boot(name, span[0], span[1], clean, tuple(runs), tuple(hung))


def first_instant() -> int:
    """When the quarter begins."""
    return BEGIN
