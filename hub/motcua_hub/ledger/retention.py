"""How long evidence is kept: five years after it ended, longer where somebody holds it (R40).

    purge(connection, now) -> int                    what is past its time goes, with a record
    hold(connection, now, by, reason, target="")     nothing of a target (empty: of any) goes
    release(connection, hold_id, now, by)
    holds(connection) -> list of those in force

A purge writes down which numbers of the chain went and the hash of the last, so that what remains
still proves itself. The database itself refuses to delete anything else (migration 0004).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from motcua_hub.ledger import evidence, trail
from motcua_hub.store import schema

YEARS: Final = 5
_MOST: Final = 20_000
table: Final = schema.evidence
held: Final = schema.evidence_hold
purged: Final = schema.evidence_purge


def limit(now: int) -> int:
    """What ended before this (UTC ms) may go: the same date and time, five years ago."""
    at = datetime.fromtimestamp(now / 1000, UTC)
    leap = (at.month, at.day) == (2, 29)
    before = at.replace(year=at.year - YEARS, day=28 if leap else at.day)
    return int(before.timestamp()) * 1000


def purge(connection: Connection, now: int) -> int:
    """Delete evidence past its time, at most 20 000 rows; how many went."""
    before = limit(now)
    names = set(connection.scalars(select(held.c.target).where(held.c.ended_at.is_(None))))
    if "" in names:
        return 0
    query = select(table.c.n, table.c.hash).where(table.c.end_at < before)
    if names:
        query = query.where(table.c.target.not_in(sorted(names)))
    rows = connection.execute(query.order_by(table.c.n).limit(_MOST)).all()
    if not rows:
        return 0
    evidence.lock_head(connection)
    for run in _runs([(row.n, row.hash) for row in rows]):
        (first, _), (last, digest) = run[0], run[-1]
        record = {"first": first, "last": last, "hash": digest}
        connection.execute(purged.insert().values(**record, before_at=before, made_at=now))
        connection.execute(delete(table).where(table.c.n.between(first, last)))
    detail = f"{len(rows)} pieces that ended before {before}"
    trail.write(connection, now, "evidence_purged", "evidence", detail)
    return len(rows)


def _runs(rows: Sequence[tuple[int, str]]) -> Iterable[list[tuple[int, str]]]:
    """Numbers, with their hashes, that follow each other."""
    run = [rows[0]]
    for row in rows[1:]:
        if row[0] != run[-1][0] + 1:
            yield run
            run = []
        run.append(row)
    yield run


def hold(connection: Connection, now: int, by: str, reason: str, target: str = "") -> int:
    """Keep all evidence of a target (empty: of all) until the hold is released; its number."""
    if not reason.strip():
        msg = "a hold needs a reason"
        raise ValueError(msg)
    values = {"target": target, "reason": reason[:400], "begun_at": now, "begun_by": by}
    key = connection.execute(held.insert().values(**values)).inserted_primary_key
    trail.write(connection, now, "evidence_held", target or "*", reason, by=by)
    return 0 if key is None else int(key[0])


def release(connection: Connection, hold_id: int, now: int, by: str) -> bool:
    """End a hold; False when there is none in force with that number."""
    mine = (held.c.id == hold_id) & held.c.ended_at.is_(None)
    ended = connection.execute(update(held).where(mine).values(ended_at=now, ended_by=by))
    if ended.rowcount:
        trail.write(connection, now, "evidence_released", str(hold_id), by=by)
    return ended.rowcount == 1


def holds(connection: Connection) -> list[Row[Any]]:
    """The holds in force, oldest first."""
    query = select(held).where(held.c.ended_at.is_(None)).order_by(held.c.id)
    return list(connection.execute(query).all())
