"""Reads the timeline of incidents after its own cursor, and has the notices drafted."""

from typing import Final

from sqlalchemy import Connection, Engine, insert, select, update

from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.notice.model import State
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep.drafting import Desk, look

PAGE: Final = 500
_CURSOR: Final = "upkeep.notices.cursor"
_TELLING: Final = frozenset(
    {
        Happening.OPENED,
        Happening.JOINED,
        Happening.CAUSE_SET,
        Happening.CAUSE_CHANGED,
        Happening.SEVERITY_CHANGED,
        Happening.FORCE_MAJEURE,
        Happening.RESTORED,
        Happening.RELAPSED,
        Happening.FIXED,
        Happening.REOPENED,
    }
)
_Event = tuple[int, int, int, str]
_AGAIN: Final = frozenset({Happening.RELAPSED, Happening.REOPENED})
_CLASS: Final = _AGAIN | {Happening.SEVERITY_CHANGED, Happening.FORCE_MAJEURE}
"""What can bring an outage into the class after it was opened."""


def _position(connection: Connection) -> int:
    setting = schema.setting.c
    text = connection.scalar(select(setting.value).where(setting.key == _CURSOR))
    return int(text) if text else 0


def _keep(connection: Connection, position: int) -> None:
    table = schema.setting
    done = connection.execute(
        update(table).where(table.c.key == _CURSOR).values(value=str(position))
    )
    if done.rowcount == 0:
        connection.execute(insert(table).values(key=_CURSOR, value=str(position)))


def _page(connection: Connection, after: int) -> list[_Event]:
    e = schema.incident_event.c
    query = (
        select(e.id, e.incident, e.at, e.happening).where(e.id > after).order_by(e.id).limit(PAGE)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _sent_since(connection: Connection) -> list[int]:
    """Incidents that ended before their first notice went out: they want the second one now."""
    n, i = schema.notice.c, schema.incident.c
    other = schema.notice.alias("other")
    answered = (
        select(other.c.id)
        .where(other.c.about == n.id, other.c.state != State.WITHDRAWN.value)
        .exists()
    )
    query = (
        select(n.incident)
        .join(schema.incident, i.id == n.incident)
        .where(
            n.kind == "interruption",
            n.state == State.SENT.value,
            i.restored_at.is_not(None),
            ~answered,
        )
    )
    return list(connection.scalars(query))


def _by_incident(page: list[_Event]) -> dict[int, list[tuple[int, str]]]:
    """When what happened that can matter, by incident, in its order."""
    found: dict[int, list[tuple[int, str]]] = {}
    for _number, incident, at, happening in page:
        if happening in _TELLING:
            found.setdefault(incident, []).append((at, happening))
    return found


class Watch:
    """One round after another; `round` is called by one thread.

    The cursor follows one round behind: a row that was committed late, below newer ones, is still
    read. Looking at an incident again writes nothing twice.
    """

    def __init__(self, engine: Engine, desk: Desk) -> None:
        self._engine = engine
        self._desk = desk
        self._seen = 0
        self._handled: set[int] = set()

    def round(self, now: int) -> list[int]:
        """Everything that happened since the last one; ids of the drafts that were made.

        Nothing is written, and no lock taken, when nothing happened.
        """
        with reading(self._engine) as connection:
            page = _page(connection, _position(connection))
            late = _sent_since(connection)
        if not page and not late:
            return []
        with writing(self._engine) as connection:
            made = self._drafts(connection, page, late, now)
            if page:
                _keep(connection, max(_position(connection), min(self._seen, page[-1][0])))
        self._seen = max(self._seen, page[-1][0] if page else 0)
        return made

    def _drafts(
        self, connection: Connection, page: list[_Event], late: list[int], now: int
    ) -> list[int]:
        fresh = [event for event in page if event[0] not in self._handled]
        self._handled = {event[0] for event in page}
        made: list[int] = []
        for incident, of_it in _by_incident(fresh).items():
            again = [at for at, happening in of_it if happening in _AGAIN]
            changed = [at for at, happening in of_it if happening in _CLASS]
            at = changed[-1] if changed else None
            relapsed = again[-1] if again else None
            made += look(connection, self._desk, incident, now=now, at=at, relapsed_at=relapsed)
        for incident in late:
            made += look(connection, self._desk, incident, now=now)
        return made
