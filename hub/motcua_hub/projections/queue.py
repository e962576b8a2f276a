"""Tickets, and the figures of the day that follow from them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table

from motcua_contract.facts.base import TicketFact
from motcua_hub.domain import tickets
from motcua_hub.domain.figures import Figures
from motcua_hub.domain.tickets import Stamp, TicketRow
from motcua_hub.projections import history
from motcua_hub.store import schema
from motcua_hub.store.bulk import Values, put_all
from motcua_hub.store.lookup import rows_by
from motcua_hub.store.upsert import Insert, upsert

_NAMES = TicketRow.__struct_fields__
_KEY = (schema.ticket.c.site, schema.ticket.c.id)
_COLUMNS = (schema.ticket.c.site, *(schema.ticket.c[name] for name in _NAMES))
_JID = _NAMES.index("last_jid")
_QUEUE = [c.name for c in schema.queue_day.c if not c.primary_key]
_RATING = [c.name for c in schema.rating_day.c if not c.primary_key]
Key = tuple[str, str]
"""Site and ticket."""


def _load(connection: Connection, keys: Sequence[Key]) -> dict[Key, TicketRow]:
    """The rows there are of these tickets."""
    found = {}
    for site, *values in rows_by(connection, _KEY, _COLUMNS, keys):
        row = TicketRow(**dict(zip(_NAMES, values, strict=True)))
        found[site, row.id] = row
    return found


def _values(site: str, row: TicketRow) -> Values:
    values = list(msgspec.structs.astuple(row))
    values[_JID] = bytes.fromhex(row.last_jid)
    return (site, *values)


def _stepped(row: TicketRow | None, facts: Sequence[tuple[TicketFact, Stamp]]) -> TicketRow | None:
    """The row after these facts; None when it must be folded from the beginning."""
    for fact, at in facts:
        if tickets.must_refold(row, fact, at):
            return None
        row = tickets.step(row, fact, at)
    return row


def _refold(connection: Connection, keys: Sequence[Key]) -> dict[Key, TicketRow]:
    by_site: dict[str, list[str]] = {}
    for site, ticket in keys:
        by_site.setdefault(site, []).append(ticket)
    folded = {}
    for site, ids in by_site.items():
        for ticket, items in history.of_tickets(connection, site, ids).items():
            told = [(fact, at) for fact, at in items if isinstance(fact, TicketFact)]
            folded[site, ticket] = tickets.fold(told)
    return {key: row for key, row in folded.items() if row is not None}


def _added_figures(table: Table, new: Insert) -> dict[str, Any]:
    columns = [column.name for column in table.c if not column.primary_key]
    return {name: table.c[name] + new.excluded[name] for name in columns}


def _filled(sums: Counter[str], columns: Sequence[str]) -> Mapping[str, int]:
    return {name: sums.get(name, 0) for name in columns}


def add_figures(connection: Connection, by_site: Mapping[str, Figures]) -> None:
    """Add sums (which may be negative) to the figures of the day."""
    queue_rows = [
        {"site": site, "day": day, "service": service, **_filled(sums, _QUEUE)}
        for site, figures in sorted(by_site.items())
        for (day, service), sums in sorted(figures.queue.items())
    ]
    rating_rows = [
        {"site": site, "day": day, "officer": who, "scale": scale, **_filled(sums, _RATING)}
        for site, figures in sorted(by_site.items())
        for (day, who, scale), sums in sorted(figures.rating.items())
    ]
    upsert(connection, schema.queue_day, queue_rows, _added_figures)
    upsert(connection, schema.rating_day, rating_rows, _added_figures)


def advance_tickets(
    connection: Connection, told: Mapping[str, Sequence[tuple[TicketFact, Stamp]]]
) -> None:
    """Take in facts about tickets, by site. Their events are in the replica already."""
    news: dict[Key, list[tuple[TicketFact, Stamp]]] = {}
    for site, items in told.items():
        for fact, at in items:
            news.setdefault((site, fact.ticket), []).append((fact, at))
    before = _load(connection, list(news))
    stepped = {key: _stepped(before.get(key), new) for key, new in news.items()}
    rows = {key: row for key, row in stepped.items() if row is not None}
    again = [key for key, row in stepped.items() if row is None]
    rows |= _refold(connection, again)
    figures: dict[str, Figures] = {}
    for (site, ticket), row in rows.items():
        figures.setdefault(site, Figures()).replace(before.get((site, ticket)), row)
    values = [_values(site, row) for (site, _), row in rows.items()]
    put_all(connection, schema.ticket, ("site", *_NAMES), values)
    add_figures(connection, figures)
