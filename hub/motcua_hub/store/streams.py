"""Streams: one row for each journal incarnation of a site, and its place in the family."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from motcua_contract.digests import ack_tag
from motcua_hub.store import schema
from motcua_hub.store.lookup import rows_by

table = schema.stream
Key = tuple[str, str]
"""Site and incarnation."""
_BY_JID: Final = (table.c.site, table.c.jid)
_BY_PARENT: Final = (table.c.site, table.c.parent_jid)
_MINE: Final = (table.c.site == bindparam("of_site"), table.c.jid == bindparam("of_jid"))
_ONE: Final = select(table).where(*_MINE)
_FORWARD: Final = (
    update(table)
    .where(*_MINE)
    .values(have=bindparam("to_have"), digest=bindparam("to_digest"), last_seen=bindparam("at"))
)
_NEWEST: Final = select(func.max(schema.backup.c.generation)).where(
    schema.backup.c.verified_at.is_not(None)
)


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of one incarnation. `digest` is that of row `have`, if there is one."""

    site: str
    jid: str
    have: int = 0
    safe: int = 0
    digest: str | None = None
    parent_jid: str | None = None
    parent_last_seq: int = 0
    depth: int = 0
    boot: str = ""
    hw: str = ""
    first_seen: int = 0
    last_seen: int = 0
    replaced_at: int | None = None

    @property
    def tag(self) -> str | None:
        """Proof that row `have` is here."""
        return None if self.digest is None else ack_tag(bytes.fromhex(self.digest))


_COLUMNS: Final = tuple(table.c[name] for name in Stream.__struct_fields__)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where an incarnation says it came from."""

    parent_jid: str | None = None
    parent_last_seq: int = 0
    boot: str = ""
    hw: str = ""


def _of(row: RowMapping) -> Stream:
    return Stream(**row)


def _made(row: Sequence[Any]) -> Stream:
    return Stream(**dict(zip(Stream.__struct_fields__, row, strict=True)))


def load(connection: Connection, site: str, jid: str) -> Stream | None:
    """One stream, or None."""
    key = {"of_site": site, "of_jid": jid}
    row = connection.execute(_ONE, key).mappings().one_or_none()
    return None if row is None else _of(row)


def load_many(connection: Connection, wanted: Sequence[Key]) -> dict[Key, Stream]:
    """Those of `wanted` that are known."""
    found = (_made(row) for row in rows_by(connection, _BY_JID, _COLUMNS, wanted))
    return {(stream.site, stream.jid): stream for stream in found}


def children(connection: Connection, site: str, jid: str) -> list[Stream]:
    """Incarnations that say they follow `jid`."""
    query = select(table).where(table.c.site == site, table.c.parent_jid == jid)
    return [_of(row) for row in connection.execute(query).mappings()]


def change(connection: Connection, stream: Stream, **values: object) -> Stream:
    """Write changed columns and return the stream with them."""
    here = (table.c.site == stream.site, table.c.jid == stream.jid)
    connection.execute(update(table).where(*here).values(**values))
    return msgspec.structs.replace(stream, **values)


def children_of(connection: Connection, parents: Sequence[Key]) -> list[Stream]:
    """Incarnations that say they follow one of `parents`."""
    found = (_made(row) for row in rows_by(connection, _BY_PARENT, _COLUMNS, parents))
    return list({(stream.site, stream.jid): stream for stream in found}.values())


def forward(connection: Connection, grown: Sequence[Stream]) -> None:
    """Write how far streams have come."""
    rows = [
        {
            "of_site": stream.site,
            "of_jid": stream.jid,
            "to_have": stream.have,
            "to_digest": stream.digest,
            "at": stream.last_seen,
        }
        for stream in grown
    ]
    if rows:
        connection.execute(_FORWARD, rows)


def _depth_between(parent: Stream | None, young: list[Stream]) -> int:
    if parent is not None:
        return parent.depth + 1
    return min((child.depth for child in young), default=1) - 1


def open_stream(connection: Connection, site: str, jid: str, origin: Origin, now: int) -> Stream:
    """Make a new incarnation known. Its depth lies between its parent's and its children's.

    A parent that arrives after its children therefore goes below them.
    """
    parent = None if origin.parent_jid is None else load(connection, site, origin.parent_jid)
    stream = Stream(
        site=site,
        jid=jid,
        parent_jid=origin.parent_jid,
        parent_last_seq=origin.parent_last_seq,
        depth=_depth_between(parent, children(connection, site, jid)),
        boot=origin.boot,
        hw=origin.hw,
        first_seen=now,
        last_seen=now,
    )
    connection.execute(table.insert().values(**msgspec.structs.asdict(stream)))
    return stream


def sink(connection: Connection, stream: Stream) -> bool:
    """Put descendants below their parent where they are not; True when any was moved.

    Needed only when a missing link joins two families that were met separately.
    """
    moved, todo, seen = False, [stream], {stream.jid}
    while todo:
        parent = todo.pop()
        for child in children(connection, parent.site, parent.jid):
            if child.jid in seen:
                continue
            seen.add(child.jid)
            placed = child
            if child.depth <= parent.depth:
                placed = change(connection, child, depth=parent.depth + 1)
                moved = True
            todo.append(placed)
    return moved


def last_generation(connection: Connection) -> int:
    """Number of the newest verified backup; 0 when there is none."""
    return connection.scalar(_NEWEST) or 0
