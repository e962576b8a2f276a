"""Writing the rows of a batch: inserted once, late ones into their gap, stubs filled."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from motcua_contract.facts import Fact
from motcua_hub.domain import clock, receive
from motcua_hub.domain.envelope import Envelope, Row
from motcua_hub.domain.inspection import inspect, subject_of
from motcua_hub.domain.receive import Held
from motcua_hub.ingest import clocks
from motcua_hub.ingest.messages import Work
from motcua_hub.store import schema
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.streams import Stream

Read = Mapping[int, Fact | str | None]
"""By seq: the fact, the reason for quarantine, or None for a stub."""


def read_facts(rows: Sequence[Row]) -> Read:
    """Try to understand every row."""
    return {
        row.seq: None if row.body is None else inspect(row.event.type, row.body) for row in rows
    }


def held(work: Work, stream: Stream, first: int, last: int) -> dict[int, Held]:
    """Digests of the rows held in [first, last]."""
    event = schema.event
    query = select(event.c.seq, event.c.digest, event.c.body.is_(None)).where(
        event.c.site == stream.site, event.c.jid == stream.jid, event.c.seq.between(first, last)
    )
    return {seq: Held(digest, stub) for seq, digest, stub in work.connection.execute(query)}


def _values(work: Work, stream: Stream, row: Row, fact: Fact | str | None) -> dict[str, Any]:
    event = row.event
    return {
        "site": stream.site,
        "jid": stream.jid,
        "seq": row.seq,
        "eid": event.eid,
        "twin_eid": None,
        "type": event.type,
        "boot": event.boot,
        "t_mono": event.t_mono,
        "t_wall": event.t_wall,
        "clock": event.clock.value,
        "business_day": event.business_day,
        "body": row.body,
        "body_sha256": row.body_sha256 if row.body is None else None,
        "digest": row.digest,
        "received_at": work.now,
        "quarantined": fact if isinstance(fact, str) else None,
        "subject": None if isinstance(fact, str) else subject_of(fact),
    }


def insert(work: Work, stream: Stream, rows: Sequence[Row], read: Read) -> frozenset[int]:
    """Insert rows; return the seqs of those whose eid the site already has elsewhere."""
    events = [row.event for row in rows]
    boots = sorted({event.boot for event in events})
    fits = clocks.refit(work.connection, stream.site, boots, clocks.samples(events))
    values = []
    for row in rows:
        mono, wall = row.event.t_mono, row.event.t_wall
        best, error = clock.best_time(fits.get(row.event.boot), mono, wall)
        dated = {"best_time": best, "best_error": error}
        values.append({**_values(work, stream, row, read[row.seq]), **dated})
    work.tally.events += len(values)
    work.tally.lags_ms.append(work.now - values[-1]["best_time"])
    try:
        with work.connection.begin_nested():
            work.connection.execute(schema.event.insert(), values)
    except IntegrityError:
        return _insert_twins(work, stream, rows, values)
    return frozenset()


def _insert_twins(
    work: Work, stream: Stream, rows: Sequence[Row], values: list[dict[str, Any]]
) -> frozenset[int]:
    """An eid occurs twice: the later row is kept and acknowledged, but has no effect (I6)."""
    event = schema.event
    eids = [value["eid"] for value in values]
    query = select(event.c.eid).where(event.c.site == stream.site, event.c.eid.in_(eids))
    taken, twins = set(work.connection.scalars(query)), set()
    for row, value in zip(rows, values, strict=True):
        if value["eid"] in taken:
            value.update(twin_eid=value["eid"], eid=None)
            twins.add(row.seq)
            keep_conflict(work, stream, row, None, "its eid is that of another row")
        taken.add(row.event.eid)
    work.connection.execute(event.insert(), values)
    return frozenset(twins)


def keep_conflict(
    work: Work, stream: Stream, row: Row, held_digest: str | None, reason: str
) -> None:
    """Keep a row that contradicts what is held, once, and raise an incident."""
    table = schema.conflict
    same = (
        (table.c.site == stream.site)
        & (table.c.jid == stream.jid)
        & (table.c.seq == row.seq)
        & (table.c.digest == row.digest)
    )
    if work.connection.scalar(select(table.c.id).where(same)) is None:
        work.connection.execute(
            table.insert().values(
                site=stream.site,
                jid=stream.jid,
                seq=row.seq,
                reason=reason,
                held_digest=held_digest,
                digest=row.digest,
                received_at=work.now,
                raw=msgspec.json.encode(row.event),
            )
        )
    detail = f"row {row.seq} of jid {stream.jid}: {reason}"
    raise_incident(
        work.connection, stream.site, Kind.CONFLICT, work.now, subject=stream.jid, detail=detail
    )
    work.tally.conflicts += 1


def refill(work: Work, stream: Stream, rows: Sequence[Row], read: Read) -> None:
    """Rows held as stubs whose body came after all; the digest has vouched for it."""
    event = schema.event
    for row in rows:
        fact = read[row.seq]
        work.connection.execute(
            update(event)
            .where(
                and_(
                    event.c.site == stream.site,
                    event.c.jid == stream.jid,
                    event.c.seq == row.seq,
                )
            )
            .values(
                body=row.body,
                body_sha256=None,
                quarantined=fact if isinstance(fact, str) else None,
                subject=None if isinstance(fact, str) else subject_of(fact),
            )
        )


def shrink_gaps(work: Work, stream: Stream, seqs: set[int]) -> None:
    """Rows that had been declared lost came after all."""
    table = schema.gap
    mine = (table.c.site == stream.site) & (table.c.jid == stream.jid)
    touching = mine & (table.c.first <= max(seqs)) & (table.c.last >= min(seqs))
    for gap in work.connection.execute(select(table).where(touching)).mappings().all():
        work.connection.execute(delete(table).where(mine, table.c.first == gap["first"]))
        rest = receive.remaining(gap["first"], gap["last"], seqs)
        rows = [{**gap, "first": first, "last": last} for first, last in rest]
        if rows:
            work.connection.execute(table.insert(), rows)


def keep_raw(work: Work, site: str, batch: Envelope, payload: bytes) -> None:
    """Keep the message itself, deflated: it may say more than this version understands."""
    work.connection.execute(
        schema.raw_batch.insert().values(
            site=site,
            jid=batch.jid,
            first=batch.first,
            last=batch.last,
            received_at=work.now,
            size=len(payload),
            raw=zlib.compress(payload, 1),
        )
    )
