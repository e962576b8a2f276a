"""What was told of an incident, read as a book and written back as the difference."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from motcua_hub.domain.routing.book import (
    CANCELLED,
    PENDING,
    Book,
    Message,
    Place,
    Timer,
    round_of,
)
from motcua_hub.domain.routing.chain import Told
from motcua_hub.store import schema
from motcua_hub.store.outbox import State
from motcua_hub.store.upsert import insert_new, put

_place: Final = schema.escalation
_timer: Final = schema.escalation_timer
_outbox: Final = schema.outbox
_KINDS: Final = ("problem", "recovery", "reminder", "moved")


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row with names that msgspec knows for strings."""
    return {str(name): value for name, value in row.items()}


def load(connection: Connection, incident: int) -> Book:
    """Everything that was told, and is to be told, of an incident."""
    timers = tuple(_timers(connection, incident))
    units = {timer.contact: timer.unit for timer in timers}
    return Book(
        place=place(connection, incident),
        timers=timers,
        messages=tuple(_messages(connection, incident, units)),
    )


def place(connection: Connection, incident: int) -> Place | None:
    """Where telling stands; None: nothing was decided yet."""
    row = connection.execute(select(_place).where(_place.c.incident == incident)).mappings()
    found = row.one_or_none()
    if found is None:
        return None
    return msgspec.convert({**_plain(found), "phase": found["state"]}, type=Place)


def _timers(connection: Connection, incident: int) -> Iterable[Timer]:
    query = select(_timer).where(_timer.c.incident == incident).order_by(_timer.c.id)
    for row in connection.execute(query).mappings():
        told = msgspec.json.decode(row["told"], type=tuple[Told, ...])
        yield msgspec.convert({**_plain(row), "told": told}, type=Timer)


def _messages(
    connection: Connection, incident: int, units: dict[int | None, int | None]
) -> Iterable[Message]:
    query = (
        select(_outbox)
        .where(_outbox.c.incident == incident, _outbox.c.kind.in_(_KINDS))
        .order_by(_outbox.c.id)
    )
    for row in connection.execute(query).mappings():
        known = {**_plain(row), "round": round_of(row["key"]), "unit": units.get(row["contact"])}
        yield msgspec.convert(known, type=Message)


def save(connection: Connection, incident: int, before: Book, after: Book, now: int) -> bool:
    """Write down what changed, but new messages: those need words first.

    Returns:
        False when a message could not be taken back because it is being sent at this moment; the
        incident is to be looked at again.
    """
    if after.place is not None and after.place != before.place:
        values = {**msgspec.structs.asdict(after.place), "incident": incident, "changed_at": now}
        values["state"] = values.pop("phase").value
        put(connection, _place, [values])
    _save_timers(connection, incident, before, after)
    return _withdraw(connection, before, after, now)


def _save_timers(connection: Connection, incident: int, before: Book, after: Book) -> None:
    held = {timer.name: timer for timer in before.timers}
    new = [_row(incident, timer) for timer in after.timers if timer.name not in held]
    if new:
        insert_new(connection, _timer, new)
    for timer in after.timers:
        if held.get(timer.name, timer) == timer:
            continue
        connection.execute(
            update(_timer)
            .where(
                _timer.c.incident == incident,
                _timer.c.round == timer.round,
                _timer.c.epoch == timer.epoch,
                _timer.c.kind == timer.kind,
                _timer.c.number == timer.number,
            )
            .values(state=timer.state, due_at=timer.due_at, ended_at=timer.ended_at)
        )


def _row(incident: int, timer: Timer) -> dict[str, Any]:
    told = msgspec.json.encode(timer.told).decode()
    return {**msgspec.structs.asdict(timer), "incident": incident, "told": told}


def _withdraw(connection: Connection, before: Book, after: Book, now: int) -> bool:
    held = {message.key: message.state for message in before.messages}
    whole = True
    for message in after.messages:
        if message.state != CANCELLED or held.get(message.key) in (None, CANCELLED):
            continue
        done = connection.execute(
            update(_outbox)
            .where(_outbox.c.key == message.key, _outbox.c.state == State.WAITING.value)
            .values(state=State.CANCELLED.value, ended_at=now)
        )
        whole = whole and done.rowcount == 1
    return whole


def due(connection: Connection, now: int) -> list[int]:
    """Incidents with timers that are due."""
    query = select(_timer.c.incident).where(_timer.c.state == PENDING, _timer.c.due_at <= now)
    return list(connection.scalars(query.distinct().order_by(_timer.c.incident)))


def in_phase(connection: Connection, phases: Iterable[str], limit: int = 1000) -> list[int]:
    """Incidents whose telling stands in one of these phases."""
    query = select(_place.c.incident).where(_place.c.state.in_(list(phases)))
    return list(connection.scalars(query.order_by(_place.c.incident).limit(limit)))


def position(connection: Connection, name: str) -> int:
    """How far a reader has come; 0: nowhere yet."""
    table = schema.sending_cursor
    return connection.scalar(select(table.c.position).where(table.c.name == name)) or 0


def move(connection: Connection, name: str, to: int, now: int) -> None:
    """A reader has come so far."""
    row = {"name": name, "position": to, "changed_at": now}
    put(connection, schema.sending_cursor, [row])


def unreached(connection: Connection, limit: int = 1000) -> list[int]:
    """Incidents of which it is known that no message reached anybody."""
    query = select(_place.c.incident).where(_place.c.unreached_at.is_not(None))
    return list(connection.scalars(query.order_by(_place.c.incident).limit(limit)))
