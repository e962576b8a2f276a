"""Writing the rows of a batch: inserted once, late ones into their gap, stubs filled."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from motcua_contract.facts import Fact
from motcua_hub.domain import clock, receive
from motcua_hub.domain.clock import Dating, Fit
from motcua_hub.domain.envelope import Row
from motcua_hub.domain.inspection import inspect, subject_of
from motcua_hub.domain.receive import Held
from motcua_hub.ingest import clocks
from motcua_hub.ingest.messages import Work
from motcua_hub.ingest.pending import Read, Taken
from motcua_hub.store import late, schema
from motcua_hub.store.bulk import insert_all
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.streams import Stream

Place = tuple[str, str, int]
"""Site, incarnation and seq."""
Values = tuple[Any, ...]
COLUMNS: Final = (
    "jid", "site", "received_at", "twin_eid", "eid", "seq", "type", "boot", "t_mono", "t_wall",
    "clock", "business_day", "body", "body_sha256", "digest", "quarantined", "subject",
    "best_time", "best_error",
)  # fmt: skip
Datings = dict[clocks.Boot, Dating]
_BEST: Final = COLUMNS.index("best_time")


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


def _datings(work: Work, taken: Sequence[Taken]) -> Datings:
    """What is known of the clocks of all boots in these batches, their own word included."""
    news: dict[clocks.Boot, Fit] = {}
    boots: set[clocks.Boot] = set()
    for each in taken:
        site, events = each.stream.site, [row.event for row in each.fresh]
        boots.update((site, event.boot) for event in events)
        clocks.samples(site, events, news)
    fits = clocks.refit(work.connection, sorted(boots), news)
    return {boot: clock.dating(fits.get(boot)) for boot in boots}


def _values(row: Row, fact: Fact | str | None, dating: Dating) -> Values:
    """From `seq` to `best_error`, without what all rows of a batch share."""
    event, body = row.event, row.body
    bad, subject = (fact, None) if isinstance(fact, str) else (None, subject_of(fact))
    return (
        bytes.fromhex(event.eid),
        event.seq,
        event.type,
        event.boot,
        event.t_mono,
        event.t_wall,
        str(event.clock),
        event.business_day,
        body,
        None if body is not None else row.body_sha256,
        row.raw_digest,
        bad,
        subject,
        *clock.best_time(dating, event.t_mono, event.t_wall),
    )


def _of_batch(work: Work, taken: Taken, datings: Datings) -> list[Values]:
    site, read = taken.stream.site, taken.read
    shared = (bytes.fromhex(taken.stream.jid), site, work.now, None)
    values = [
        (*shared, *_values(row, read[row.event.seq], datings[site, row.event.boot]))
        for row in taken.fresh
    ]
    if values:
        work.tally.events += len(values)
        work.tally.lags_ms.append(work.now - values[-1][_BEST])
    return values


def insert(work: Work, taken: Sequence[Taken]) -> frozenset[Place]:
    """Insert the fresh rows of batches; return those whose eid the site already has elsewhere."""
    datings = _datings(work, taken)
    batches = [_of_batch(work, each, datings) for each in taken]
    if _insert_all(work, [values for batch in batches for values in batch]):
        return frozenset()
    twins: set[Place] = set()
    for each, batch in zip(taken, batches, strict=True):
        if not _insert_all(work, batch):
            twins |= _insert_twins(work, each, batch)
    return frozenset(twins)


def _insert_all(work: Work, values: Sequence[Values]) -> bool:
    """Whether all rows could be inserted; if not, none was."""
    try:
        with work.connection.begin_nested():
            insert_all(work.connection, schema.event, COLUMNS, values)
    except IntegrityError:
        return False
    return True


def _insert_twins(work: Work, taken: Taken, values: Sequence[Values]) -> set[Place]:
    """An eid occurs twice: the later row is kept and acknowledged, but has no effect (I6)."""
    event, stream = schema.event, taken.stream
    eids = [row.event.eid for row in taken.fresh]
    query = select(event.c.eid).where(event.c.site == stream.site, event.c.eid.in_(eids))
    known, twins, kept = set(work.connection.scalars(query)), set(), []
    for row, value in zip(taken.fresh, values, strict=True):
        if row.event.eid in known:
            jid, site, now, _, eid, *rest = value
            kept.append((jid, site, now, eid, None, *rest))
            twins.add((stream.site, stream.jid, row.seq))
            keep_conflict(work, stream, row, None, "its eid is that of another row")
        else:
            kept.append(value)
        known.add(row.event.eid)
    insert_all(work.connection, event, COLUMNS, kept)
    return twins


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
    """Rows held as stubs whose body came after all; the digest has vouched for it.

    Whoever had passed them reads them again (`store.late`).
    """
    event = schema.event
    told: list[int] = []
    for row in rows:
        fact = read[row.seq]
        mine = and_(event.c.site == stream.site, event.c.jid == stream.jid, event.c.seq == row.seq)
        bad = fact if isinstance(fact, str) else None
        subject = None if isinstance(fact, str) else subject_of(fact)
        values = {"body": row.body, "body_sha256": None, "quarantined": bad, "subject": subject}
        work.connection.execute(update(event).where(mine).values(**values))
        if bad is None:
            told += work.connection.scalars(select(event.c.id).where(mine))
    late.note(work.connection, told, work.now)


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
