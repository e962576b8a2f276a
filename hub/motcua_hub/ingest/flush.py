"""Writing what a transaction has accepted: one statement for each table, whatever the batches.

Whoever reads the replica, or changes streams by another way, flushes first.
"""

import zlib

from motcua_hub.domain.tickets import Stamp
from motcua_hub.ingest import family, rows
from motcua_hub.ingest.messages import Work
from motcua_hub.ingest.pending import Pending, Taken
from motcua_hub.ingest.rows import Place
from motcua_hub.projections import Fresh, advance
from motcua_hub.store import schema, streams
from motcua_hub.store.bulk import insert_all
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.sites import count_live, heard_events

_RAW = ("site", "jid", "first", "last", "received_at", "size", "raw")


def flush(work: Work) -> None:
    """Write all that is pending."""
    pending = work.pending
    if pending.taken:
        twins = rows.insert(work, pending.taken)
        _forward(work, pending)
        _project(work, pending, twins)
        _keep_raw(work, pending)
    pending.taken.clear()
    pending.streams.clear()
    pending.grown.clear()


def _forward(work: Work, pending: Pending) -> None:
    grown = [pending.streams[key] for key in sorted(pending.grown)]
    streams.forward(work.connection, grown)
    family.check_children(work, grown)


def _project(work: Work, pending: Pending, twins: frozenset[Place]) -> None:
    told: dict[str, list[Fresh]] = {}
    for taken in pending.taken:
        told.setdefault(taken.stream.site, []).extend(_facts(work, taken, twins))
    advance(work.connection, told, work.now)
    heard_events(work.connection, told, work.now)


def _facts(work: Work, taken: Taken, twins: frozenset[Place]) -> list[Fresh]:
    """The facts of a batch, in order; what is not understood is counted and told."""
    site, jid, depth = taken.stream.site, taken.stream.jid, taken.stream.depth
    items: list[Fresh] = []
    bad: list[str] = []
    for row in sorted((*taken.fresh, *taken.refilled), key=lambda each: each.event.seq):
        event = row.event
        fact = taken.read[event.seq]
        if fact is None or (twins and (site, jid, event.seq) in twins):
            continue
        if isinstance(fact, str):
            bad.append(f"{event.type}: {fact}".replace("\0", ""))
            continue
        at = (event.boot, event.t_mono, event.t_wall, event.business_day)
        items.append((fact, Stamp(depth, jid, event.seq, *at)))
    if bad:
        _quarantined(work, site, bad)
    return items


def _quarantined(work: Work, site: str, bad: list[str]) -> None:
    count_live(work.connection, site, "quarantined", len(bad))
    raise_incident(work.connection, site, Kind.QUARANTINE, work.now, detail=bad[0])
    work.tally.quarantined += len(bad)


def _keep_raw(work: Work, pending: Pending) -> None:
    """Keep the messages themselves, deflated: they may say more than this version understands."""
    values = [
        (
            taken.stream.site,
            bytes.fromhex(taken.stream.jid),
            taken.first,
            taken.last,
            work.now,
            len(taken.payload),
            zlib.compress(taken.payload, 1),
        )
        for taken in pending.taken
    ]
    insert_all(work.connection, schema.raw_batch, _RAW, values)
