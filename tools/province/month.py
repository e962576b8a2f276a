"""One month of one server, by hand: everything that makes monitors disagree, once each.

A provincial server is watched by a monitor in another building. In this month the server fails in
several ways, the monitor is away for a night in which the server loses its power, the monitor's own
line is cut, and work is done that was announced three days before.
"""

from province import hubself
from province.probers import FAIL, OK, Answer, Run, Timing, asked
from province.script import DAY, HOUR, MINUTE, SECOND, Fault, Kind, Script, Size, Window
from province.spans import Signal, Span, layered, merged
from province.world import World, built

SERVER = "server-0"
TIMING = Timing(interval=60 * SECOND, retry=20 * SECOND, n_down=3)
PHASE = 17 * SECOND
_SIZE = Size(sites=2, servers=1, days=31, seed=7)
_BEGIN = _SIZE.period[0]

EVENTS: tuple[tuple[int, int, Kind, str, str], ...] = (
    (2 * DAY + 9 * HOUR + 7_300, 12 * SECOND, Kind.BLIP, SERVER, "the program restarts"),
    (3 * DAY + 10 * HOUR + 41_200, 95 * SECOND, Kind.PROCESS, SERVER, "the program crashes"),
    (5 * DAY + 8 * HOUR + 3_900, 26 * MINUTE + 11_400, Kind.ERRORS, SERVER, "it answers HTTP 500"),
    (8 * DAY + 14 * HOUR, 47 * MINUTE, Kind.UPLINK, "hub", "the monitor's own line is cut"),
    (11 * DAY + 23 * HOUR, 7 * HOUR, Kind.HUB, "hub", "the monitor is away for a night"),
    (
        12 * DAY + 1 * HOUR + 22_700,
        154 * MINUTE + 8_100,
        Kind.MACHINE,
        SERVER,
        "that night the server has no power",
    ),
    (16 * DAY + 15 * HOUR + 8_600, 4 * MINUTE + 33_300, Kind.PROCESS, SERVER, "the program hangs"),
    (20 * DAY + 22 * HOUR + 5 * MINUTE, 105 * MINUTE, Kind.PLANNED, SERVER, "announced work"),
    (
        25 * DAY + 7 * HOUR + 55 * MINUTE + 15_100,
        51 * MINUTE + 2_900,
        Kind.MACHINE,
        SERVER,
        "a power supply dies",
    ),
    (28 * DAY + 11 * HOUR, 90 * SECOND, Kind.HUB, "hub", "the monitor is updated"),
)
"""What happens: how long after the month began, for how long (ms), what, where, in words."""
WORK = (_BEGIN + 20 * DAY + 22 * HOUR, _BEGIN + 21 * DAY)
"""The window that was announced."""


def lived() -> World:
    """The month as it was."""
    faults = tuple(
        sorted(
            Fault(_BEGIN + at, _BEGIN + at + length, kind, where)
            for at, length, kind, where, _ in EVENTS
        )
    )
    window = Window(*WORK, WORK[0] - 3 * DAY, (SERVER,))
    return built(Script(_SIZE, faults, (window,)))


def seen(world: World, cut: Answer) -> list[list[Run]]:
    """What a prober at the monitor gets, process by process.

    `cut` is what it makes of a cut of its own line.
    """
    answers = _answers(world, [(list(world.uplink_off), cut)])
    spans = hubself.hub_up(world)
    return [asked(answers, TIMING, begin + PHASE, end) for begin, end in spans]


def _answers(world: World, first: list[tuple[list[Span], Answer]]) -> Signal[Answer]:
    server = world.servers[0]
    layers = [
        *first,
        (merged(server.machine_off), (FAIL, "timeout")),
        (merged(server.process_off), (FAIL, "refused")),
        (merged(server.errors), (FAIL, "http_5xx")),
    ]
    return layered(world.window[0], (OK, ""), layers)
