"""The hub's own record, and what it and two offices see of servers and lines."""

from province.probers import BLIND, FAIL, OK, Answer, Run, Timing, asked
from province.script import SECOND, Kind, dice
from province.spans import Signal, Span, common, inverse, layered, merged
from province.world import Server, Site, World

ALIVE = 10_000
LINK_PROBE = Timing()
SERVER_PROBE = Timing()
PRINTER_PROBE = Timing()


def hub_up(world: World) -> list[Span]:
    """The hub's own runs; it begins to work 3 s after it is started."""
    spans = inverse(world.hub_off, world.window)
    return [(begin + 3 * SECOND, end) for begin, end in spans if end - begin > 3 * SECOND]


def alive_rows(world: World) -> list[int]:
    """Every row that the hub wrote about itself."""
    found: list[int] = []
    for begin, end in hub_up(world):
        found += range(begin, end, ALIVE)
    return found


def _phased(
    world: World, name: str, spans: list[Span], signal: Signal[Answer], timing: Timing
) -> list[list[Run]]:
    """The runs of each process of a prober; each begins at a phase of its own."""
    chance = dice(f"{world.script.size.seed}/phase/{name}")
    found = []
    for begin, end in spans:
        first = begin + chance.randrange(timing.interval)
        found.append(asked(signal, timing, first, end))
    return [runs for runs in found if runs]


def link_answers(world: World, site: Site) -> Signal[Answer]:
    """ICMP from the hub to the office's router. Without the uplink the references are dead too."""
    return layered(
        world.window[0],
        (OK, ""),
        [
            (world.uplink_off, (BLIND, "references")),
            (world.link_off(site), (FAIL, "timeout")),
        ],
    )


def link_probes(world: World, site: Site) -> list[list[Run]]:
    """What the hub's prober gets from the office's router."""
    return _phased(world, f"link/{site.name}", hub_up(world), link_answers(world, site), LINK_PROBE)


def _server_layers(server: Server) -> list[tuple[list[Span], Answer]]:
    return [
        (list(server.machine_off), (FAIL, "timeout")),
        (list(server.process_off), (FAIL, "refused")),
        (list(server.errors), (FAIL, "http_5xx")),
        (list(server.stuck), (FAIL, "no_answer")),
    ]


def server_probes_hub(world: World, server: Server) -> list[list[Run]]:
    """HTTP from the hub; it stands beside the server, so the uplink does not matter."""
    answers = layered(world.window[0], (OK, ""), _server_layers(server))
    return _phased(world, f"{server.name}/hub", hub_up(world), answers, SERVER_PROBE)


def server_probes_site(world: World, server: Server, site: Site) -> list[list[Run]]:
    """HTTP from an office. Its references are the hub and a second server, not its own gateway.

    With the line cut none of them answers: it is blind, and does not call the server down.
    """
    cut = merged([*site.lan_off, *world.link_off(site), *world.uplink_off])
    blocked = [(f.begin, f.end) for f in world.script.of(site.name, Kind.BLOCKED)]
    answers = layered(
        world.window[0],
        (OK, ""),
        [(cut, (BLIND, "references")), (blocked, (FAIL, "timeout")), *_server_layers(server)],
    )
    spans = agent_on(site)
    return _phased(world, f"{server.name}/{site.name}", spans, answers, SERVER_PROBE)


def agent_on(site: Site) -> list[Span]:
    """When the office's agent worked; a frozen one asks nothing."""
    spans = inverse(site.agent_off, site.boots_window)
    return common(spans, [(site.boots_window[0], site.boots_window[1])])


def printer_off(site: Site) -> list[Span]:
    """When the printer did not answer: broken, or without mains, as it is not on the UPS."""
    return merged([*site.printer_off, *site.mains_off])


def camera_off(site: Site) -> list[Span]:
    """When the camera at the office's router did not work: it shares the printer's bad luck."""
    return merged([*site.printer_off, *site.dark])


def camera_probes(world: World, site: Site) -> list[list[Run]]:
    """TCP from the hub to a camera at the office's router: all of it goes through the line."""
    answers = layered(
        world.window[0],
        (OK, ""),
        [
            (world.uplink_off, (BLIND, "references")),
            (merged([*world.link_off(site), *camera_off(site)]), (FAIL, "timeout")),
        ],
    )
    return _phased(world, f"camera/{site.name}", hub_up(world), answers, LINK_PROBE)


def printer_probes(world: World, site: Site) -> list[list[Run]]:
    """TCP from the office's Pi to its printer, through the office's switch."""
    answers = layered(
        world.window[0],
        (OK, ""),
        [
            (merged([*site.lan_off, *site.dark]), (BLIND, "references")),
            (printer_off(site), (FAIL, "timeout")),
        ],
    )
    return _phased(world, f"printer/{site.name}", agent_on(site), answers, PRINTER_PROBE)
