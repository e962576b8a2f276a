"""Is the evidence what was added? Every row is hashed again, from the first to the head.

broken(connection) -> Iterator[str]         every problem found, one sentence each
misdescribed(connection) -> Iterator[str]   targets that are not what their newest version says
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from motcua_hub.ledger import described, evidence, targets
from motcua_hub.store import schema

_PAGE: Final = 5_000
table: Final = schema.evidence


def broken(connection: Connection) -> Iterator[str]:
    """What is edited, missing or added by hand; nothing when the chain holds."""
    gaps = _gaps(connection)
    expected, before = 1, evidence.GENESIS
    for row in _rows(connection):
        while expected in gaps and row.n > gaps[expected][0]:
            last, before = gaps[expected]
            expected = last + 1
        if row.n != expected:
            yield f"evidence: rows {expected} to {row.n - 1} are missing and no purge tells of it"
        elif evidence.link(before, row.n, evidence.piece_of(row), twin=row.twin) != row.hash:
            yield f"evidence: row {row.n} ({row.id}) is not what was added"
        expected, before = row.n + 1, row.hash
    yield from _at_the_end(connection, gaps, expected, before)


def misdescribed(connection: Connection) -> Iterator[str]:
    """Versions are numbered without a hole, and the newest is what the target is."""
    known = described.rows(connection)
    for target in targets.listing(connection, retired=True):
        versions = known.pop(target.id, [])
        if [row.version for row in versions] != list(range(1, len(versions) + 1)) or not versions:
            yield f"target {target.id}: its versions are not whole"
        elif described.said(described.target_of(versions)) != described.said(target):
            yield f"target {target.id} is not what its version {len(versions)} says"
    yield from (f"target {name} has versions and is not there" for name in sorted(known))


def _at_the_end(
    connection: Connection, gaps: dict[int, tuple[int, str]], expected: int, before: str
) -> Iterator[str]:
    while expected in gaps:
        last, before = gaps[expected]
        expected = last + 1
    head = schema.evidence_head
    end = connection.execute(select(head.c.n, head.c.hash).where(head.c.id == 1)).one_or_none()
    n, digest = (0, evidence.GENESIS) if end is None else (end.n, end.hash)
    if n >= expected:
        yield f"evidence: rows {expected} to {n} are missing and no purge tells of it"
    elif n < expected - 1 or digest != before:
        yield f"evidence: the chain ends with row {expected - 1}, its head is on record as {n}"


def _gaps(connection: Connection) -> dict[int, tuple[int, str]]:
    """What was purged: first number -> last number and its hash."""
    gone = schema.evidence_purge
    rows = connection.execute(select(gone.c.first, gone.c.last, gone.c.hash))
    return {row.first: (row.last, row.hash) for row in rows}


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    after = 0
    while True:
        query = evidence.whole().where(table.c.n > after).order_by(table.c.n).limit(_PAGE)
        page = connection.execute(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].n
