"""Somebody looks at the figures now and then while a province lives, and keeps what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.reports import Report, line_of, report, revised
from motcua_hub.domain.availability.timeline import Segments
from motcua_hub.ledger import claims
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.names import pi_of
from motcua_hub.ledger.subjects import subject
from motcua_hub.store.engine import reading, writing
from province.spans import Span
from support.province import judge, known
from support.province.living import Living

KEPT_BACK = 60_000
"""What is younger may not be told yet."""


@dataclass(frozen=True)
class Look:
    """What was said of one target at a moment, and what could be known of it.

    `known` holds down and up by the journal as far as it was in; None for what keeps no journal.
    """

    target: str
    site: str
    as_of: int
    said: Report
    line: Segments
    known: tuple[list[Span], list[Span]] | None


def of_everything(hub: Living) -> list[Look]:
    """Figures of every machine and server, by what is in at this moment."""
    with writing(hub.engine) as connection:
        claims.settle(connection, hub.now)
    found = [_look(hub, pi_of(office.site.name), office.site.name) for office in hub.feed.offices]
    return [*found, *(_look(hub, server.name, "") for server, _ in hub.feed.servers)]


def _look(hub: Living, target: str, site: str) -> Look:
    said, line = told(hub.engine, target, hub.feed.period, hub.now)
    window = (hub.feed.period[0], hub.now)
    by_journal = known.machine(hub.arrivals.shelves[site], window) if site else None
    return Look(target, site, hub.now, said, line, by_journal)


def told(engine: Engine, target: str, period: Span, as_of: int) -> tuple[Report, Segments]:
    """The report of a period as of a moment, and the time line under it."""
    with reading(engine) as connection:
        found = subject(connection, target, period, as_of, basis=Basis.ALWAYS)
    line = line_of(found, period, as_of)
    return report(found, period, as_of, line), line


def clipped(line: Iterable[judge.Segment], window: Span) -> list[judge.Segment]:
    """The part of a time line inside a window."""
    return [each for each in line if each.begin < window[1] and window[0] < each.end]


def spans(line: Sequence[judge.Segment], state: State, window: Span) -> list[Span]:
    """When it says so, inside a window."""
    return judge.common(judge.told(line, state), [window])


def moments(hub: Living, every: Sequence[int], count: int) -> set[int]:
    """So many of the moments, evenly; none while the hub's own clock is wrong."""
    calm = [at for at in every if hub.wall(at) == at]
    return set(calm[:: max(1, len(calm) // count)])


def finals(hub: Living) -> list[Report]:
    """The report of every machine and server, when all is in that ever comes."""
    with writing(hub.engine) as connection:
        claims.settle(connection, hub.now)
    names = [pi_of(office.site.name) for office in hub.feed.offices]
    names += [server.name for server, _ in hub.feed.servers]
    return [told(hub.engine, name, hub.feed.period, hub.now)[0] for name in names]


def again(hub: Living, said: Iterable[Report]) -> list[Report | None]:
    """Their next revisions; None where nothing is to be said otherwise."""
    found: list[Report | None] = []
    for each in said:
        with reading(hub.engine) as connection:
            now = subject(connection, each.target, each.period, hub.now, basis=Basis.ALWAYS)
        found.append(revised(now, each, hub.now))
    return found
