"""Which incidents may have changed: rows of the timeline after a cursor, and timers that are due.

The cursor is durable. On PostgreSQL a row may appear after rows with higher ids, because its
transaction took longer: the cursor therefore stays behind for a while, and what was seen beyond it
is remembered. Looking twice is harmless.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine, select

from motcua_hub.domain.routing.book import Phase
from motcua_hub.store import directory, escalations, schema
from motcua_hub.store.engine import reading, writing

CURSOR: Final = "telling"
LAG_MS: Final = 30_000
_SWEEP_MS: Final = 60_000
_PAGE: Final = 500
_event: Final = schema.incident_event
_incident: Final = schema.incident


class Reader:
    """Finds incidents to look at. One thread at a time uses it."""

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._now_ms = now_ms
        self._seen: dict[int, int] = {}
        self._swept_at = 0
        self._directory_at = -1

    def changed(self) -> set[int]:
        """Incidents to be looked at now."""
        now = self._now_ms()
        with reading(self._engine) as connection:
            found = self._rows(connection, now)
            found |= self._family(connection, found)
            found |= set(escalations.due(connection, now))
            found |= self._swept(connection, now)
        return found

    def _rows(self, connection: Connection, now: int) -> set[int]:
        after = escalations.position(connection, CURSOR)
        query = select(_event.c.id, _event.c.incident).where(_event.c.id > after)
        rows = connection.execute(query.order_by(_event.c.id).limit(_PAGE + len(self._seen)))
        new = [row for row in rows if row.id not in self._seen]
        self._seen |= dict.fromkeys((row.id for row in new), now)
        return {row.incident for row in new}

    def _family(self, connection: Connection, found: set[int]) -> set[int]:
        """Children of what changed: a parent that is over leaves them to themselves."""
        if not found:
            return set()
        query = select(_incident.c.id).where(
            _incident.c.parent.in_(found), _incident.c.closed_at.is_(None)
        )
        return set(connection.scalars(query))

    def _swept(self, connection: Connection, now: int) -> set[int]:
        """What reaches nobody, now and then, and whenever the directory was changed."""
        changed_at = directory.changed_at(connection)
        if now - self._swept_at < _SWEEP_MS and changed_at == self._directory_at:
            return set()
        self._swept_at, self._directory_at = now, changed_at
        phases = (Phase.UNROUTED.value, Phase.SWALLOWED.value)
        found = escalations.in_phase(connection, phases)
        return {*found, *escalations.unreached(connection)}

    def done(self) -> None:
        """What was found has been looked at: move the cursor, if it is time."""
        now = self._now_ms()
        lag = LAG_MS if self._engine.dialect.name == "postgresql" else 0
        fresh = [row for row, at in self._seen.items() if now - at < lag]
        settled = [row for row in self._seen if not fresh or row < min(fresh)]
        if not settled:
            return
        with writing(self._engine) as connection:
            escalations.move(connection, CURSOR, max(settled), now)
        for row in settled:
            del self._seen[row]
