"""Do the projections say what the events say? Computed again in memory, without their SQL."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, Table, func, select

from motcua_contract.facts.base import TicketFact
from motcua_hub.domain import latest, tickets
from motcua_hub.domain.figures import Figures
from motcua_hub.domain.health.spans import Span, chain, span_of
from motcua_hub.domain.tickets import TicketRow
from motcua_hub.projections import history
from motcua_hub.projections.advance import NAME, VERSION
from motcua_hub.projections.latest import highest, newest
from motcua_hub.store import schema

CHUNK = 400
Key = tuple[object, ...]
Projected = dict[Key, dict[str, Any]]


def _folded(connection: Connection, site: str) -> Iterator[TicketRow]:
    """Every ticket of the site, folded from its facts; one ticket at a time in memory."""
    query = history.effective(site).where(schema.event.c.subject.is_not(None))
    rows = connection.execution_options(yield_per=history.CHUNK).execute(
        query.order_by(schema.event.c.subject)
    )
    for _, group in groupby(rows.mappings(), key=lambda row: row["subject"]):
        items = [item for item in map(history.told, group) if item is not None]
        row = tickets.fold((fact, at) for fact, at in items if isinstance(fact, TicketFact))
        if row is not None:
            yield row


def _chunks(rows: Iterable[TicketRow]) -> Iterator[list[TicketRow]]:
    chunk: list[TicketRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _stored_tickets(connection: Connection, site: str, ids: list[str]) -> dict[str, TicketRow]:
    ticket = schema.ticket
    columns = [column for column in ticket.c if column.name != "site"]
    query = select(*columns).where(ticket.c.site == site, ticket.c.id.in_(ids))
    return {row["id"]: TicketRow(**row) for row in connection.execute(query).mappings()}


def _check_tickets(connection: Connection, site: str, figures: Figures) -> Iterator[str]:
    total = 0
    for chunk in _chunks(_folded(connection, site)):
        stored = _stored_tickets(connection, site, [row.id for row in chunk])
        for row in chunk:
            total += 1
            figures.add(row)
            if stored.get(row.id) != row:
                yield f"{site}: ticket {row.id} is not what its events say"
    table = schema.ticket
    counted = select(func.count()).select_from(table).where(table.c.site == site)
    held = connection.scalar(counted)
    if held != total:
        yield f"{site}: {held} tickets are projected, events tell of {total}"


def _table(connection: Connection, table: Table, site: str) -> Projected:
    keys = [c.name for c in table.primary_key.columns if c.name != "site"]
    rows = connection.execute(select(table).where(table.c.site == site)).mappings()
    return {
        tuple(row[key] for key in keys): {
            name: value for name, value in row.items() if name not in (*keys, "site")
        }
        for row in rows
    }


def _nonzero(rows: Projected) -> Projected:
    """Sums that went back to zero leave a row of zeros, which says nothing."""
    return {key: row for key, row in rows.items() if any(row.values())}


def _sums(table: Table, found: dict[Any, Counter[str]]) -> Projected:
    names = [c.name for c in table.c if not c.primary_key]
    return _nonzero(
        {key: {name: sums.get(name, 0) for name in names} for key, sums in found.items()}
    )


def _latest(connection: Connection, site: str) -> tuple[Projected, Projected, Projected]:
    counters: dict[Any, latest.Values] = {}
    components: dict[Any, latest.Values] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for chunk in history.in_order(connection, site):
        # chunks come in the office's order, so that a later one overrides
        counters |= newest(chunk, "number", latest.counter_values)
        components |= newest(chunk, "component", lambda fact, _at: latest.health_values(fact))
        for key, last in highest(chunk).items():
            numbers[key] = max(last, numbers[key])
    return (
        {(key,): _less(row, "number") for key, row in counters.items()},
        {(key,): _less(row, "component") for key, row in components.items()},
        {key: {"last": last} for key, last in numbers.items()},
    )


def _spans(connection: Connection, site: str) -> Projected:
    """Health over time, chained in memory, component by component."""
    found: dict[str, list[Span]] = {}
    for chunk in history.in_order(connection, site):
        for span in filter(None, (span_of(fact, at) for fact, at in chunk)):
            found.setdefault(span.component, []).append(span)
    keys = [c.name for c in schema.health_span.primary_key.columns if c.name != "site"]
    rows = (structs.asdict(span) for spans in found.values() for span in chain(spans))
    return {
        tuple(row[key] for key in keys): {k: v for k, v in row.items() if k not in keys}
        for row in rows
    }


def _less(row: latest.Values, key: str) -> latest.Values:
    return {name: value for name, value in row.items() if name != key}


def _differences(site: str, name: str, stored: Projected, expected: Projected) -> Iterator[str]:
    for key in sorted(stored.keys() | expected.keys(), key=repr):
        if stored.get(key) != expected.get(key):
            yield f"{site}: {name} {key} holds {stored.get(key)}, events say {expected.get(key)}"


def check_projections(connection: Connection, site: str) -> Iterator[str]:
    """Every projected row that is not what the events of the site say."""
    table = schema.projection
    version = connection.scalar(
        select(table.c.version).where(table.c.site == site, table.c.name == NAME)
    )
    if version not in (None, VERSION):
        yield f"{site}: projections are of version {version}, not {VERSION}; run rebuild"
    figures = Figures()
    yield from _check_tickets(connection, site, figures)
    for day_table, found in (
        (schema.queue_day, figures.queue),
        (schema.rating_day, figures.rating),
    ):
        stored = _nonzero(_table(connection, day_table, site))
        yield from _differences(site, day_table.name, stored, _sums(day_table, dict(found)))
    counters, components, numbers = _latest(connection, site)
    for one, expected in (
        (schema.counter, counters),
        (schema.device_health, components),
        (schema.series_high, numbers),
        (schema.health_span, _spans(connection, site)),
    ):
        yield from _differences(site, one.name, _table(connection, one, site), expected)
