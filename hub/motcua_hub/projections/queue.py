"""Tickets, and the figures of the day that follow from them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from motcua_contract.facts.base import TicketFact
from motcua_hub.domain import tickets
from motcua_hub.domain.figures import Figures
from motcua_hub.domain.tickets import Stamp, TicketRow
from motcua_hub.projections import history
from motcua_hub.store import schema
from motcua_hub.store.upsert import Insert, put, upsert

_COLUMNS = [column for column in schema.ticket.c if column.name != "site"]
_QUEUE = [c.name for c in schema.queue_day.c if not c.primary_key]
_RATING = [c.name for c in schema.rating_day.c if not c.primary_key]


def _load(connection: Connection, site: str, ids: Sequence[str]) -> dict[str, TicketRow]:
    ticket = schema.ticket
    query = select(*_COLUMNS).where(ticket.c.site == site, ticket.c.id.in_(ids))
    return {row["id"]: TicketRow(**row) for row in connection.execute(query).mappings()}


def _stepped(row: TicketRow | None, facts: Sequence[tuple[TicketFact, Stamp]]) -> TicketRow | None:
    """The row after these facts; None when it must be folded from the beginning."""
    for fact, at in facts:
        if tickets.must_refold(row, fact, at):
            return None
        row = tickets.step(row, fact, at)
    return row


def _refold(connection: Connection, site: str, ids: Sequence[str]) -> dict[str, TicketRow]:
    folded = {}
    for ticket, items in history.of_tickets(connection, site, ids).items():
        told = [(fact, at) for fact, at in items if isinstance(fact, TicketFact)]
        folded[ticket] = tickets.fold(told)
    return {ticket: row for ticket, row in folded.items() if row is not None}


def _added_figures(table: Table, new: Insert) -> dict[str, Any]:
    columns = [column.name for column in table.c if not column.primary_key]
    return {name: table.c[name] + new.excluded[name] for name in columns}


def _filled(sums: Counter[str], columns: Sequence[str]) -> Mapping[str, int]:
    return {name: sums.get(name, 0) for name in columns}


def add_figures(connection: Connection, site: str, figures: Figures) -> None:
    """Add sums (which may be negative) to the figures of the day."""
    queue_rows = [
        {"site": site, "day": day, "service": service, **_filled(sums, _QUEUE)}
        for (day, service), sums in sorted(figures.queue.items())
    ]
    rating_rows = [
        {"site": site, "day": day, "officer": who, "scale": scale, **_filled(sums, _RATING)}
        for (day, who, scale), sums in sorted(figures.rating.items())
    ]
    upsert(connection, schema.queue_day, queue_rows, _added_figures)
    upsert(connection, schema.rating_day, rating_rows, _added_figures)


def advance_tickets(
    connection: Connection, site: str, items: Sequence[tuple[TicketFact, Stamp]]
) -> None:
    """Take in facts about tickets. Their events are in the replica already."""
    by_ticket: dict[str, list[tuple[TicketFact, Stamp]]] = {}
    for fact, at in items:
        by_ticket.setdefault(fact.ticket, []).append((fact, at))
    before = _load(connection, site, list(by_ticket))
    stepped = {ticket: _stepped(before.get(ticket), new) for ticket, new in by_ticket.items()}
    again = [ticket for ticket, row in stepped.items() if row is None]
    rows = {ticket: row for ticket, row in stepped.items() if row is not None}
    if again:
        rows |= _refold(connection, site, again)
    figures = Figures()
    for ticket, row in rows.items():
        figures.replace(before.get(ticket), row)
    put(
        connection,
        schema.ticket,
        [{"site": site, **msgspec.structs.asdict(row)} for row in rows.values()],
    )
    add_figures(connection, site, figures)
