"""Advancing the projections of many sites by the facts of one transaction, and their cursors."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from motcua_contract.facts import Fact
from motcua_contract.facts.base import TicketFact
from motcua_hub.domain.tickets import Stamp
from motcua_hub.projections.latest import advance_latest
from motcua_hub.projections.outcomes import advance_outcomes
from motcua_hub.projections.queue import advance_tickets
from motcua_hub.projections.spans import advance_spans
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

VERSION: Final = 2
"""Rises when a projection's rules change: sites with an older one are rebuilt at start."""
NAME: Final = "office"
Fresh = tuple[Fact, Stamp]
BySite = Mapping[str, Sequence[Fresh]]
_NEWEST: Final = select(func.max(schema.event.c.id))


def mark(connection: Connection, sites: Iterable[str], now: int) -> None:
    """Say that every event held of these sites is taken in. The sites are locked."""
    cursor = connection.scalar(_NEWEST) or 0
    base = {"name": NAME, "version": VERSION, "cursor": cursor, "updated_at": now}
    put(connection, schema.projection, [{**base, "site": site} for site in sites])


def take_in(connection: Connection, told: BySite) -> None:
    """Apply facts whose events are in the replica already."""
    about_tickets = {
        site: [(fact, at) for fact, at in items if isinstance(fact, TicketFact)]
        for site, items in told.items()
    }
    advance_tickets(connection, about_tickets)
    advance_latest(connection, told)
    advance_spans(connection, told)
    advance_outcomes(connection, told)


def advance(connection: Connection, told: BySite, now: int) -> None:
    """Apply facts and move the cursors, in the caller's transaction."""
    take_in(connection, told)
    mark(connection, told, now)
