"""What citizens are shown: which targets, under which names, and the newest snapshot of them."""

import msgspec
from sqlalchemy import Connection, delete, func, select

from motcua_hub.store import schema
from motcua_hub.store.upsert import put

_target, _snapshot = schema.public_target, schema.public_snapshot
_ONLY = 1


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A target that citizens are shown; `place` orders them."""

    target: str
    name: str
    place: int
    added_at: int
    added_by: str


def published(connection: Connection) -> tuple[Published, ...]:
    """All of them, in their order."""
    query = select(_target).order_by(_target.c.place, _target.c.name, _target.c.target)
    return tuple(Published(**row) for row in connection.execute(query).mappings())


def publish(connection: Connection, target: str, name: str, now: int, who: str) -> None:
    """Show a target under a name, after all others; or give it another name."""
    place = connection.scalar(select(_target.c.place).where(_target.c.target == target))
    if place is None:
        place = (connection.scalar(select(func.max(_target.c.place))) or 0) + 1
    row = {"target": target, "name": name, "place": place, "added_at": now, "added_by": who[:64]}
    put(connection, _target, [row])


def hide(connection: Connection, target: str) -> bool:
    """Show it no more; False if it was not shown."""
    return connection.execute(delete(_target).where(_target.c.target == target)).rowcount > 0


def keep(connection: Connection, made_at: int, body: bytes) -> None:
    """Put the newest snapshot in the place of the one before."""
    put(connection, _snapshot, [{"id": _ONLY, "made_at": made_at, "body": body}])


def newest(connection: Connection) -> bytes | None:
    """The newest snapshot; None before the first."""
    found = connection.scalar(select(_snapshot.c.body).where(_snapshot.c.id == _ONLY))
    return None if found is None else bytes(found)
