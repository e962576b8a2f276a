"""Time lines are kept in pieces of fixed length; what is added deletes the pieces it touches."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, delete, or_

from motcua_hub.domain.availability.intervals import Interval, normal
from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

LENGTH: Final = 30 * 86_400_000
"""Of a piece, in ms."""
_AT_ONCE: Final = 200


def pieces_of(span: Interval) -> range:
    """Numbers of the pieces that an interval touches."""
    return range(span[0] // LENGTH, -(-span[1] // LENGTH))


def span_of(number: int) -> Interval:
    """The time of a piece, UTC ms."""
    return (number * LENGTH, (number + 1) * LENGTH)


def touch(connection: Connection, touched: Iterable[tuple[str, Interval]]) -> None:
    """Forget the pieces of these targets at these times; they are to be made again."""
    found = sorted({(name, n) for name, span in touched for n in pieces_of(span)})
    if not found:
        return
    chunk = schema.timeline_chunk
    runs = [
        (name, a, b) for name in dict.fromkeys(n for n, _ in found) for a, b in _runs(name, found)
    ]
    for start in range(0, len(runs), _AT_ONCE):
        some = runs[start : start + _AT_ONCE]
        mine = [and_(chunk.c.target == t, chunk.c.chunk.between(a, b - 1)) for t, a, b in some]
        connection.execute(delete(chunk).where(or_(*mine)))
    stale = [{"target": name, "chunk": number} for name, number in found]
    insert_new(connection, schema.timeline_stale, stale)


def _runs(name: str, found: list[tuple[str, int]]) -> Iterable[Interval]:
    return normal((n, n + 1) for each, n in found if each == name)
