"""Evidence in the database: only ever added, each row chained to the one before.

    add(connection, pieces) -> int                      how many were new
    of_target(connection, target, span=None, as_of=None) -> tuple[Evidence, ...]
    of_targets(connection, targets, span, as_of) -> dict[target, tuple[Evidence, ...]]
    seal(connection, as_of)                             nothing is dated before this any more

`pieces` are `motcua_hub.domain.availability.evidence.Evidence` with `target` and `received_at`
set. Adding is idempotent by id: heard again with the same content it is one piece; with another
content both are kept, the later one is marked as a twin and told in the audit trail. Call it inside
`store.engine.writing`; adders wait for each other until the transaction ends, so keep it short.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, select, update

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.ledger import trail
from motcua_hub.ledger.pieces import touch
from motcua_hub.store import schema
from motcua_hub.store.bulk import insert_all
from motcua_hub.store.upsert import insert_new

log = logging.getLogger(__name__)
table: Final = schema.evidence
head: Final = schema.evidence_head
GENESIS: Final = "00" * 32
"""The hash before the first row."""
_AT_ONCE: Final = 400
_CAUSE: Final = 64
_COLUMNS: Final = tuple(column.name for column in table.c)
_STORED: Final = tuple(
    table.c[{"begin": "begin_at", "end": "end_at"}.get(name, name)]
    for name in Evidence.__struct_fields__
)
_SLI: Final = {each.value: each for each in Sli}
_CLAIM: Final = {each.value: each for each in Claim}
_HEARD: Final = Evidence.__struct_fields__.index("received_at")


class Head(msgspec.Struct, frozen=True):
    """The end of the chain: number and hash of the last row, and what is sealed (UTC ms)."""

    n: int
    hash: str
    sealed_at: int


def lock_head(connection: Connection) -> Head:
    """The end of the chain; whoever else adds waits until this transaction ends."""
    first = {"id": 1, "n": 0, "hash": GENESIS, "sealed_at": 0}
    query = select(head.c.n, head.c.hash, head.c.sealed_at).where(head.c.id == 1).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        insert_new(connection, head, [first])
        row = connection.execute(query).one()
    return Head(row.n, row.hash, row.sealed_at)


def seal(connection: Connection, as_of: int) -> None:
    """From now on nothing is dated at or before `as_of` (UTC ms): what it saw stays what it saw."""
    known = lock_head(connection)
    if as_of > known.sealed_at:
        connection.execute(update(head).where(head.c.id == 1).values(sealed_at=as_of))


def add(connection: Connection, pieces: Sequence[Evidence]) -> int:
    """Add evidence; the number of pieces that were new.

    A piece that claims to be received before what is sealed is dated right after it.

    Raises:
        ValueError: A piece has no target, is empty or was never received.
    """
    if not pieces:
        return 0
    _check(pieces)
    end = lock_head(connection)
    fresh = list(_fresh(connection, pieces))
    if not fresh:
        return 0
    dated = [(_dated(piece, end.sealed_at), twin) for piece, twin in fresh]
    rows, last = _chained(dated, end)
    insert_all(connection, table, _COLUMNS, rows)
    connection.execute(update(head).where(head.c.id == 1).values(n=last.n, hash=last.hash))
    touch(connection, ((piece.target, (piece.begin, piece.end)) for piece, _ in dated))
    for piece, twin in dated:
        if twin:
            detail = "evidence with a known id says something else; both are kept"
            log.warning("%s: %s", piece.id, detail)
            trail.write(connection, piece.received_at, "evidence_twin", piece.id, detail)
    return len(rows)


def _check(pieces: Iterable[Evidence]) -> None:
    for each in pieces:
        if not each.target or not each.id or each.received_at <= 0 or each.begin >= each.end:
            msg = f"no evidence: {each}"
            raise ValueError(msg)


def _dated(piece: Evidence, sealed_at: int) -> Evidence:
    """Dated after the seal, and with a hint that fits."""
    if piece.received_at > sealed_at and len(piece.cause) <= _CAUSE:
        return piece
    received_at = max(piece.received_at, sealed_at + 1)
    return msgspec.structs.replace(piece, received_at=received_at, cause=piece.cause[:_CAUSE])


def _fresh(connection: Connection, pieces: Sequence[Evidence]) -> Iterator[tuple[Evidence, bool]]:
    """Pieces not held yet, each with whether another content is held under its id."""
    held: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    ids = sorted({each.id for each in pieces})
    for start in range(0, len(ids), _AT_ONCE):
        for each in _read(connection, table.c.id.in_(ids[start : start + _AT_ONCE])):
            held[each.id].add(_content(each))
    for each in pieces:
        content, known = _content(each), held[each.id]
        if content not in known:
            yield each, bool(known)
            known.add(content)


def _content(piece: Evidence) -> tuple[object, ...]:
    """What it says; when it was heard does not matter."""
    fields = msgspec.structs.astuple(piece)
    return fields[:_HEARD] + fields[_HEARD + 1 :]


def _chained(
    pieces: Sequence[tuple[Evidence, bool]], end: Head
) -> tuple[list[tuple[object, ...]], Head]:
    rows: list[tuple[object, ...]] = []
    n, last = end.n, end.hash
    for piece, twin in pieces:
        n += 1
        last = link(last, n, piece, twin=twin)
        fields = [_plain(value) for value in msgspec.structs.astuple(piece)]
        rows.append((n, *fields, twin, bytes.fromhex(last)))
    return rows, Head(n, last, end.sealed_at)


def _plain(value: object) -> object:
    if isinstance(value, Sli | Claim):
        return value.value
    return int(value) if isinstance(value, Rank) else value


def link(before: str, n: int, piece: Evidence, *, twin: bool) -> str:
    """The hash of a row: of the hash before it, its number and all that it says."""
    said = msgspec.json.encode([n, *msgspec.structs.astuple(piece), twin])
    return hashlib.sha256(bytes.fromhex(before) + said).hexdigest()


def whole() -> Select[Any]:
    """Rows with all that the chain is made of; see `piece_of`."""
    return select(*_STORED, table.c.n, table.c.twin, table.c.hash)


def piece_of(row: Row[Any]) -> Evidence:
    """The piece in a row of `whole`."""
    return _piece(row)


def _piece(row: Sequence[Any]) -> Evidence:
    """Written out: reports make hundreds of thousands of these."""
    return Evidence(
        id=row[0],
        target=row[1],
        sli=_SLI[row[2]],
        begin=row[3],
        end=row[4],
        claim=_CLAIM[row[5]],
        source=row[6],
        vantage=row[7],
        rank=row[8],
        received_at=row[9],
        boot_id=row[10],
        seq=row[11],
        cause=row[12],
        payload_hash=row[13],
        blip=row[14],
        edge=row[15],
        superseded_by=row[16],
    )


def _read(connection: Connection, *where: ColumnElement[bool]) -> list[Evidence]:
    return [_piece(row) for row in connection.execute(select(*_STORED).where(*where))]


def of_target(
    connection: Connection, target: str, span: Interval | None = None, as_of: int | None = None
) -> tuple[Evidence, ...]:
    """A target's evidence that touches `span` (None: all of it), received by `as_of` (None: all).

    What replaces a piece comes with it.
    """
    return of_targets(connection, [target], span, as_of).get(target, ())


def of_targets(
    connection: Connection,
    targets: Sequence[str],
    span: Interval | None = None,
    as_of: int | None = None,
) -> dict[str, tuple[Evidence, ...]]:
    """The evidence of many targets; those without any are not in the answer."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for start in range(0, len(targets), _AT_ONCE):
        some = targets[start : start + _AT_ONCE]
        query = select(*_STORED).where(table.c.target.in_(some), *_limits(span, as_of))
        for piece in _pieces(connection, query):
            found[piece.target].append(piece)
    for each in _replacing(connection, found, as_of):
        found[each.target].append(each)
    return {name: tuple(some) for name, some in found.items()}


def latest(
    connection: Connection, target: str, span: Interval, as_of: int | None = None, most: int = 100
) -> tuple[Evidence, ...]:
    """The pieces that touch `span` and end last, newest first; at most `most`."""
    query = select(*_STORED).where(table.c.target == target, *_limits(span, as_of))
    ordered = query.order_by(table.c.end_at.desc(), table.c.n.desc()).limit(most)
    return tuple(_pieces(connection, ordered))


def _pieces(connection: Connection, query: Select[Any]) -> Iterator[Evidence]:
    return (_piece(row) for row in connection.execute(query))


def _limits(span: Interval | None, as_of: int | None) -> list[ColumnElement[bool]]:
    limits = [] if span is None else [table.c.end_at > span[0], table.c.begin_at < span[1]]
    return limits if as_of is None else [*limits, table.c.received_at <= as_of]


def _replacing(
    connection: Connection, found: dict[str, list[Evidence]], as_of: int | None
) -> list[Evidence]:
    """What replaces pieces that were found, wherever in time it lies."""
    wanted = {e.superseded_by for some in found.values() for e in some if e.superseded_by}
    wanted -= {each.id for some in found.values() for each in some}
    if not wanted:
        return []
    return [
        each
        for each in _read(connection, table.c.id.in_(sorted(wanted)), *_limits(None, as_of))
        if each.target in found
    ]
