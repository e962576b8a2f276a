"""The incidents that are not closed, as the desk needs them."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.domain.incident.watch import (
    CARRIER,
    CERTIFICATE,
    DOWN,
    FAULT,
    HUB,
    POWER_EVENT,
    REPORTED,
    Held,
)
from motcua_hub.store import schema, timelines

table = schema.incident
THINGS = (DOWN, FAULT, REPORTED, POWER_EVENT, HUB, CARRIER)
"""Kinds of what is down: of each thing one incident speaks."""
OURS = (*THINGS, CERTIFICATE)
"""Kinds that the desk opens; the others are raised elsewhere and closed by people."""
_COLUMNS = (
    *(table.c[name] for name in Held.__struct_fields__ if name != "onset"),
    table.c.onset_at.label("onset"),
)


def held(connection: Connection) -> list[Held]:
    """All that is or was down and is not closed, oldest first."""
    return of_kind(connection, *THINGS)


def of_kind(connection: Connection, *kinds: str) -> list[Held]:
    """Those of some kinds that are not closed, oldest first."""
    query = select(*_COLUMNS).where(table.c.status != Status.CLOSED.value, table.c.kind.in_(kinds))
    return [Held(**row) for row in connection.execute(query.order_by(table.c.id)).mappings()]


def closed_since(connection: Connection, at: int) -> list[Held]:
    """Those that are closed by now and lasted at `at` (UTC ms), oldest first."""
    query = select(*_COLUMNS).where(
        table.c.status == Status.CLOSED.value,
        table.c.kind.in_(THINGS),
        table.c.onset_at <= at,
        table.c.restored_at >= at,
    )
    return [Held(**row) for row in connection.execute(query.order_by(table.c.id)).mappings()]


def some(connection: Connection, ids: Iterable[int]) -> dict[int, Held]:
    """Incidents by id, whatever became of them."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(*_COLUMNS).where(table.c.id.in_(wanted))
    return {row["id"]: Held(**row) for row in connection.execute(query).mappings()}


def masked(connection: Connection, parents: Iterable[int]) -> dict[int, set[str]]:
    """Which targets the timelines of these incidents name as explained by them."""
    found: dict[int, set[str]] = {}
    for parent in sorted(set(parents)):
        state = timelines.load(connection, parent)
        found[parent] = set(() if state is None else state.masked)
    return found
