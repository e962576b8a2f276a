"""Advancing all projections of a site by the facts of one batch, and their cursor."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from motcua_contract.facts import Fact
from motcua_contract.facts.base import TicketFact
from motcua_hub.domain.tickets import Stamp
from motcua_hub.projections.latest import advance_latest
from motcua_hub.projections.queue import advance_tickets
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

VERSION: Final = 1
"""Rises when a projection's rules change: sites with an older one are rebuilt at start."""
NAME: Final = "office"
Fresh = tuple[Fact, Stamp]


def mark(connection: Connection, site: str, now: int) -> None:
    """Say that every event held of this site is taken in. The site is locked."""
    newest = connection.scalar(select(func.max(schema.event.c.id))) or 0
    row = {"name": NAME, "site": site, "version": VERSION, "cursor": newest, "updated_at": now}
    put(connection, schema.projection, [row])


def take_in(connection: Connection, site: str, items: Sequence[Fresh]) -> None:
    """Apply facts whose events are in the replica already."""
    about_tickets = [(fact, at) for fact, at in items if isinstance(fact, TicketFact)]
    if about_tickets:
        advance_tickets(connection, site, about_tickets)
    advance_latest(connection, site, items)


def advance(connection: Connection, site: str, items: Sequence[Fresh], now: int) -> None:
    """Apply facts and move the cursor, in the caller's transaction."""
    if items:
        take_in(connection, site, items)
    mark(connection, site, now)
