"""What officers do about faults: some of them touch the screen and say so."""

from collections.abc import Iterable, Iterator

from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.office import FaultReported, FaultWithdrawn
from province.script import MINUTE, SECOND, Kind, dice
from province.spans import Span, inverse
from support.province.feed import Feed, Office

LINK, SERVER, PRINTER = "link", "server", "printer"
LONG = 12 * MINUTE
"""Who waits so long says something."""
_ABOUT = {Kind.WAN: LINK, Kind.CARRIER: LINK, Kind.PRINTER: PRINTER}


def words(feed: Feed, office: Office, run: Span) -> Iterator[tuple[int, BaseFact]]:
    """What is said at one office while one program runs there."""
    awake = inverse(office.site.agent_off, office.site.boots_window)
    for at, fact in said(feed, office):
        if run[0] <= at < run[1] and any(a <= at < b for a, b in awake):
            yield at, fact


def said(feed: Feed, office: Office) -> Iterable[tuple[int, BaseFact]]:
    """Reports of an office, whether or not its screen worked."""
    site = office.site
    chance = dice(f"{feed.world.script.size.seed}/{site.name}/officers")
    for each in feed.world.script.faults:
        component = _ABOUT.get(each.kind, "")
        if each.where not in {site.name, site.carrier}:
            component = SERVER if _of_servers(feed, office, each.where) else ""
        if not component or each.end - each.begin < LONG or chance.random() < 0.5:
            continue
        at = each.begin + chance.randrange(2 * MINUTE, 8 * MINUTE)
        yield at, FaultReported(component=component, counter=1, actor="lan")
        if chance.random() < 0.1:
            yield at + 40 * SECOND, FaultWithdrawn(component=component, counter=1, actor="lan")


def _of_servers(feed: Feed, office: Office, where: str) -> bool:
    """One office speaks for all of the servers, so that each fault is told of once at most."""
    return office is feed.offices[0] and where.startswith("server-")
