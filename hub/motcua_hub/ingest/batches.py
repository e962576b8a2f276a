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
from motcua_hub.ingest import family, rows
from motcua_hub.ingest.flush import flush
from motcua_hub.ingest.messages import Work
from motcua_hub.ingest.pending import Taken
from motcua_hub.ingest.poison import keep_poison
from motcua_hub.store import streams
from motcua_hub.store.streams import Origin, Stream


def take_batch(work: Work, site: str, payload: bytes) -> Ack | Nak:
    """Take in a batch; the answer may be sent only after the commit. The site is locked.

    What it brings waits in `work.pending` until `flush`.
    """
    try:
        batch = read_envelope(payload)
    except Unsound as fault:
        keep_poison(work, site, up(site, Up.BATCH), payload, fault.detail)
        return refuse(work, site, fault.jid, fault.code, fault.detail)
    stream = _known(work, site, batch.jid)
    split = receive.split(stream.have if stream else 0, batch)
    if split.gap:
        return refuse(work, site, batch.jid, NakCode.GAP, "")
    read = rows.read_facts(batch.rows)
    if stream is None or batch.first == 1:
        stream = _meet(work, site, batch.jid, stream, family.origin_of(read.get(1)))
    compared = _compare(work, stream, split.known)
    taken = Taken(
        stream=stream,
        fresh=(*compared.missing, *split.new),
        refilled=compared.refill,
        read=read,
        first=batch.first,
        last=batch.last,
        payload=payload,
    )
    if taken.fresh or taken.refilled:
        _accept(work, taken)
    return _answer(work, stream, batch, compared)


def _known(work: Work, site: str, jid: str) -> Stream | None:
    """The stream as it will be when all that is pending is written."""
    streams_here = work.pending.streams
    stream = streams_here.get((site, jid)) or streams.load(work.connection, site, jid)
    if stream is not None:
        streams_here[site, jid] = stream
    return stream


def _meet(work: Work, site: str, jid: str, stream: Stream | None, origin: Origin) -> Stream:
    """Learn where an incarnation came from; its relatives are looked at as they are by now."""
    if stream is not None and not family.news(stream, origin):
        return stream
    flush(work)
    if stream is None:
        return family.meet(work, site, jid, origin)
    return family.learn(work, stream, origin)


def refuse(work: Work, site: str, jid: str | None, code: NakCode, detail: str) -> Nak:
    """Say no, and what is held."""
    stream = None if jid is None else _known(work, site, jid)
    have, tag = (0, None) if stream is None else (stream.have, stream.tag)
    return Nak(jid=jid, code=code, have=have, tag=tag, detail=detail[:500])


def _compare(work: Work, stream: Stream, known: Sequence[Row]) -> Compared:
    """Step 3: rows that are held already must be equal."""
    if not known:
        return Compared()
    flush(work)
    held = rows.held(work, stream, known[0].seq, known[-1].seq)
    compared = receive.compare(tuple(known), held)
    for row in compared.conflicting:
        rows.keep_conflict(work, stream, row, held[row.seq].digest, "differs from the row held")
    work.tally.duplicates += len(known) - len(compared.missing) - len(compared.conflicting)
    return compared


def _accept(work: Work, taken: Taken) -> None:
    """Steps 4 and 5: rows in, `have` and projections forward, all written by the next flush.

    `have` moves; the last row of a gap that came after all gives it its proof back.
    """
    stream, pending = taken.stream, work.pending
    late = {row.seq for row in taken.fresh if row.seq <= stream.have}
    if late:
        rows.shrink_gaps(work, stream, late)
    rows.refill(work, stream, taken.refilled, taken.read)
    pending.taken.append(taken)
    if taken.fresh and taken.fresh[-1].seq >= stream.have:
        last = taken.fresh[-1]
        pending.streams[taken.key] = msgspec.structs.replace(
            stream, have=last.seq, digest=last.digest, last_seen=work.now
        )
        pending.grown.add(taken.key)


def _answer(work: Work, stream: Stream, batch: Envelope, compared: Compared) -> Ack | Nak:
    """Steps 5 and 6. The tag is of the batch's last row: the office may not have later ones."""
    last = batch.rows[-1]
    if last in compared.conflicting:
        detail = f"row {last.seq} differs from the row held"
        return refuse(work, stream.site, stream.jid, NakCode.CONFLICT, detail)
    return Ack(
        jid=stream.jid,
        upto=last.seq,
        tag=ack_tag(last.raw_digest),
        safe=stream.safe,
        generation=work.generation,
        credit=work.credit,
    )
