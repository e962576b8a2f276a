"""One batch inside a transaction: the steps of the protocol, in their order."""

from collections.abc import Sequence

import msgspec

from motcua_contract.digests import ack_tag
from motcua_contract.messages import Ack, Nak, NakCode
from motcua_contract.topics import Up, up
from motcua_hub.domain import receive
from motcua_hub.domain.envelope import Envelope, Row, Unsound
from motcua_hub.domain.envelope import read as read_envelope
from motcua_hub.domain.receive import Compared
from motcua_hub.domain.tickets import Stamp
from motcua_hub.ingest import family, rows
from motcua_hub.ingest.messages import Work
from motcua_hub.ingest.poison import keep_poison
from motcua_hub.ingest.rows import Read
from motcua_hub.projections import Fresh, advance
from motcua_hub.store import schema, streams
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.sites import set_live
from motcua_hub.store.streams import Stream


class _Taking(msgspec.Struct, frozen=True):
    """Rows of a batch that change the replica."""

    batch: Envelope
    fresh: tuple[Row, ...]
    refilled: tuple[Row, ...]
    read: Read


def take_batch(work: Work, site: str, payload: bytes) -> Ack | Nak:
    """Take in a batch; the answer may be sent only after the commit. The site is locked."""
    try:
        batch = read_envelope(payload)
    except Unsound as fault:
        keep_poison(work, site, up(site, Up.BATCH), payload, fault.detail)
        return refuse(work, site, fault.jid, fault.code, fault.detail)
    stream = streams.load(work.connection, site, batch.jid)
    split = receive.split(stream.have if stream else 0, batch)
    if split.gap:
        return refuse(work, site, batch.jid, NakCode.GAP, "")
    read = rows.read_facts(batch.rows)
    origin = family.origin_of(read.get(1))
    if stream is None:
        stream = family.meet(work, site, batch.jid, origin)
    elif batch.first == 1:
        stream = family.learn(work, stream, origin)
    compared = _compare(work, stream, split.known)
    taking = _Taking(batch, (*compared.missing, *split.new), compared.refill, read)
    if taking.fresh or taking.refilled:
        stream = _store(work, stream, taking)
        rows.keep_raw(work, site, batch, payload)
    return _answer(work, stream, batch, compared)


def refuse(work: Work, site: str, jid: str | None, code: NakCode, detail: str) -> Nak:
    """Say no, and what is held."""
    stream = None if jid is None else streams.load(work.connection, site, jid)
    have, tag = (0, None) if stream is None else (stream.have, stream.tag)
    return Nak(jid=jid, code=code, have=have, tag=tag, detail=detail[:500])


def _compare(work: Work, stream: Stream, known: Sequence[Row]) -> Compared:
    """Step 3: rows that are held already must be equal."""
    if not known:
        return Compared()
    held = rows.held(work, stream, known[0].seq, known[-1].seq)
    compared = receive.compare(tuple(known), held)
    for row in compared.conflicting:
        rows.keep_conflict(work, stream, row, held[row.seq].digest, "differs from the row held")
    work.tally.duplicates += len(known) - len(compared.missing) - len(compared.conflicting)
    return compared


def _store(work: Work, stream: Stream, taking: _Taking) -> Stream:
    """Steps 4 and 5: rows in, `have` and projections forward."""
    twins: frozenset[int] = frozenset()
    if taking.fresh:
        twins = rows.insert(work, stream, taking.fresh, taking.read)
        late = {row.seq for row in taking.fresh if row.seq <= stream.have}
        if late:
            rows.shrink_gaps(work, stream, late)
        stream = _forward(work, stream, taking.fresh[-1])
    if taking.refilled:
        rows.refill(work, stream, taking.refilled, taking.read)
    taken = [row for row in (*taking.fresh, *taking.refilled) if row.seq not in twins]
    _project(work, stream, taken, taking.read)
    return stream


def _forward(work: Work, stream: Stream, last: Row) -> Stream:
    """Move `have`; the last row of a gap that came after all gives `have` its proof back."""
    if last.seq < stream.have:
        return stream
    grown = streams.change(
        work.connection, stream, have=last.seq, digest=last.digest, last_seen=work.now
    )
    family.check_children(work, grown)
    return grown


def _project(work: Work, stream: Stream, taken: Sequence[Row], read: Read) -> None:
    items: list[Fresh] = []
    bad: list[str] = []
    for row in sorted(taken, key=lambda each: each.seq):
        fact, event = read[row.seq], row.event
        if isinstance(fact, str):
            bad.append(f"{event.type}: {fact}".replace("\0", ""))
        elif fact is not None:
            at = (event.boot, event.t_mono, event.t_wall, event.business_day)
            items.append((fact, Stamp(stream.depth, stream.jid, row.seq, *at)))
    advance(work.connection, stream.site, items, work.now)
    _tell(work, stream.site, bad)


def _tell(work: Work, site: str, bad: list[str]) -> None:
    """What the overview wants to know of the batch."""
    told: dict[str, object] = {"last_event_at": work.now, "last_seen_at": work.now}
    if bad:
        told["quarantined"] = schema.site_live.c.quarantined + len(bad)
        raise_incident(work.connection, site, Kind.QUARANTINE, work.now, detail=bad[0])
        work.tally.quarantined += len(bad)
    set_live(work.connection, site, **told)


def _answer(work: Work, stream: Stream, batch: Envelope, compared: Compared) -> Ack | Nak:
    """Steps 5 and 6. The tag is of the batch's last row: the office may not have later ones."""
    last = batch.rows[-1]
    if last in compared.conflicting:
        detail = f"row {last.seq} differs from the row held"
        return refuse(work, stream.site, stream.jid, NakCode.CONFLICT, detail)
    return Ack(
        jid=stream.jid,
        upto=last.seq,
        tag=ack_tag(bytes.fromhex(last.digest)),
        safe=stream.safe,
        generation=work.generation,
        credit=work.credit,
    )
