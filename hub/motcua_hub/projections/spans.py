"""Health over time: every change of a component, chained with those beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, true, tuple_

from motcua_contract.facts import Fact
from motcua_hub.domain.health.spans import Span, chain, span_of
from motcua_hub.domain.tickets import Stamp
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table = schema.health_span
NAMES: Final = Span.__struct_fields__
_COLUMNS: Final = tuple(table.c[name] for name in NAMES)
_ORDER: Final = tuple_(table.c.by_depth, table.c.by_jid, table.c.by_seq)
_LATEST_FIRST: Final = (table.c.by_depth.desc(), table.c.by_jid.desc(), table.c.by_seq.desc())
Items = Sequence[tuple[Fact, Stamp]]


def _spans(items: Items) -> dict[str, list[Span]]:
    """What these facts tell, by component."""
    found: dict[str, list[Span]] = {}
    for fact, at in items:
        span = span_of(fact, at)
        if span is not None:
            found.setdefault(span.component, []).append(span)
    return found


def _order_of(span: Span) -> Any:  # noqa: ANN401 - a tuple as SQL, with the columns' own types
    return tuple_(*span.order, types=[column.type for column in _ORDER.clauses])


def _around(connection: Connection, site: str, fresh: Iterable[Span]) -> list[Span]:
    """The spans that new ones touch: from the real one before the first of them to the end."""
    first = min(fresh, key=lambda span: span.order)
    mine = (table.c.site == site, table.c.component == first.component)
    earlier = select(*_COLUMNS).where(*mine, ~table.c.drill, _order_of(first) > _ORDER)
    rows = connection.execute(earlier.order_by(*_LATEST_FIRST).limit(1)).mappings().all()
    before = [Span(**row) for row in rows]
    begin = _order_of(before[0]) < _ORDER if before else true()
    later = connection.execute(select(*_COLUMNS).where(*mine, begin)).mappings()
    return [*before, *(Span(**row) for row in later)]


def _rows(connection: Connection, site: str, fresh: list[Span]) -> list[dict[str, Any]]:
    """The rows that change."""
    held = {span.order: span for span in _around(connection, site, fresh)}
    chained = chain((held | {span.order: span for span in fresh}).values())
    changed = (span for span in chained if held.get(span.order) != span)
    return [{"site": site, **msgspec.structs.asdict(span)} for span in changed]


def advance_spans(connection: Connection, told: Mapping[str, Items]) -> None:
    """Take in facts, by site; the chain comes out the same in whatever order they arrive."""
    rows = [
        row
        for site, items in told.items()
        for fresh in _spans(items).values()
        for row in _rows(connection, site, fresh)
    ]
    put(connection, table, rows)
