"""What a Pi's own journal holds, and when its broker session stood: told by its own clock."""

from collections.abc import Iterator
from dataclasses import dataclass

from province.script import SECOND, Dice, dice
from province.spans import Signal, Span, common, inverse, layered, merged
from province.world import Boot, Site, World

TICK = 10_000
KEEPALIVE = 30 * SECOND
"""Of the broker session; mosquitto gives a silent client half as long again, and looks now and
then: 14.3 s were measured for 10 s, 33.6 s for 20 s. A killed process is noticed within 2 ms."""
FARTHEST = 70
"""The longest way to the hub or back, in ms: a meeting places a boot no worse than that."""


@dataclass(frozen=True)
class TickRun:
    """`count` ticks, 10 s apart: numbers from `first`, the first `since` ms after the boot."""

    first: int
    since: int
    count: int

    @property
    def last(self) -> int:
        """The number of the last one."""
        return self.first + self.count - 1

    @property
    def until(self) -> int:
        """When the last one was, in ms after the boot."""
        return self.since + (self.count - 1) * TICK

    def ticks(self) -> Iterator[tuple[int, int]]:
        """Every one: number, ms after the boot."""
        for index in range(self.count):
            yield self.first + index, self.since + index * TICK


@dataclass(frozen=True)
class Met:
    """The first meeting of a boot with the hub: both clocks and the round trip, in ms."""

    hub: int
    mono: int
    round_trip: int


@dataclass(frozen=True)
class Session:
    """One stay at the broker. `last_packet` is the last thing heard, `told` when all were told.

    `lost_at` is when it truly ended. `why`: `stopped` said goodbye, `killed` was noticed at once,
    `silent` by the keepalive, `broker` was never told of: the broker went itself.
    """

    boot: str
    online: int
    last_packet: int
    told: int
    why: str
    lost_at: int


def tick_runs(boot: Boot) -> list[TickRun]:
    """The ticks of a boot: every 10 s while the agent does something."""
    found: list[TickRun] = []
    number = 0
    awake = [span for run in boot.runs for span in inverse(boot.hung, run)]
    for begin, end in awake:
        count = max(0, (end - 1 - begin) // TICK + 1)
        if count:
            found.append(TickRun(number, begin - boot.begin, count))
            number += count
    return found


def goodbye(boot: Boot) -> int | None:
    """When it said that it stops, in ms after the boot; None: it was gone before it could."""
    said = boot.clean and boot.runs and boot.runs[-1][1] == boot.end
    return boot.end - boot.begin if said else None


def dark_lines(world: World, site: Site) -> list[Span]:
    """When nothing went between the Pi and the broker, wherever the fault was."""
    switch = minus_ups(site)
    way = [*site.wan_off, *site.dark, *site.lan_off, *switch]
    return merged([*way, *world.hub_off, *world.uplink_off])


def minus_ups(site: Site) -> list[Span]:
    """When the office's switch had no power although the Pi did: never, both are on the UPS."""
    return list(site.dark)


def sessions(world: World, site: Site) -> list[Session]:
    """Every stay at the broker. A cut that is mended before the keepalive ends is not noticed."""
    chance = dice(f"{world.script.size.seed}/{site.name}/session")
    cuts = dark_lines(world, site)
    gone = Signal([(world.window[0] - 1, False), *_edges(world.hub_off)])
    found: list[Session] = []
    for boot in site.boots:
        for begin, end in boot.runs:
            stopped = bool(boot.clean) and end == boot.end
            bad = merged(common([*cuts, *boot.hung], [(begin, end)]))
            found += _stays(boot, (begin, end), bad, gone, chance, stopped=stopped)
    return found


def _edges(spans: tuple[Span, ...]) -> list[tuple[int, bool]]:
    return [step for begin, end in spans for step in ((begin, True), (end, False))]


def _stays(
    boot: Boot,
    run: Span,
    bad: list[Span],
    broker_gone: Signal[bool],
    chance: Dice,
    *,
    stopped: bool,
) -> Iterator[Session]:
    """The stays of one run of the agent. `bad`: when nothing got through."""
    online: int | None = None
    at = run[0]
    for begin, end in [*bad, (run[1], run[1])]:
        if online is None and begin - at > 12 * SECOND:
            online = at + chance.randrange(800, 9 * SECOND)
        if online is None:
            at = max(at, end)
            continue
        patience = KEEPALIVE * 3 // 2 + chance.randrange(-700, 4_500)
        crossed = _first_true(broker_gone, begin, end)
        ends = begin == run[1]
        if not ends and crossed is None and end - begin < patience:
            continue
        yield _ended(
            boot, online, begin, patience, crossed, chance=chance, ends=ends, stopped=stopped
        )
        online, at = None, end


def _first_true(signal: Signal[bool], begin: int, end: int) -> int | None:
    """When a signal is first true in `[begin, end)`; None: never."""
    if signal.at(begin):
        return begin
    change = signal.change_after(begin)
    return change if change is not None and change < end else None


def _ended(
    boot: Boot,
    online: int,
    at: int,
    patience: int,
    broker: int | None,
    *,
    chance: Dice,
    ends: bool,
    stopped: bool,
) -> Session:
    last = max(online, at - chance.randrange(20, TICK))
    if broker is not None and broker < last + patience:
        return Session(boot.name, online, min(last, broker), broker, "broker", at)
    if ends and stopped:
        return Session(boot.name, online, at, at + 3, "stopped", at)
    if ends and at < boot.end:
        return Session(boot.name, online, at, at + 2, "killed", at)
    return Session(boot.name, online, last, last + patience, "silent", at)


def meetings(world: World, site: Site, stays: list[Session]) -> dict[str, Met]:
    """Each boot's first meeting with the hub, some hundred ms into its first stay."""
    chance = dice(f"{world.script.size.seed}/{site.name}/met")
    begun = {boot.name: boot.begin for boot in site.boots}
    found: dict[str, Met] = {}
    for stay in stays:
        if stay.boot in found or stay.last_packet - stay.online < SECOND:
            continue
        up, down = chance.randrange(4, FARTHEST), chance.randrange(4, FARTHEST)
        asked = stay.online + 200
        middle = asked + (up + down) // 2 - begun[stay.boot]
        found[stay.boot] = Met(asked + up, middle, up + down)
    return found


def ups_words(site: Site) -> list[tuple[Span, str]]:
    """What NUT said, as spans: on mains, on battery, and empty where it was."""
    if site.ups_ms is None:
        return []
    empty = [(begin - 90_000, begin) for begin, _ in site.dark]
    states = layered(
        site.boots[0].begin,
        "OL CHRG",
        [(site.dark, ""), (empty, "OB DISCHRG LB"), (site.mains_off, "OB DISCHRG")],
    )
    found: list[tuple[Span, str]] = []
    at, end = site.boots[0].begin, site.boots[-1].end
    while at < end:
        change = states.change_after(at)
        until = end if change is None else min(change, end)
        if states.at(at):
            found.append(((at, until), states.at(at)))
        at = until
    return found
