"""Journal entries as a batch on the wire."""

from collections.abc import Sequence
from typing import Final

import msgspec

from motcua_contract.digests import body_hash
from motcua_contract.messages import MAX_BYTES, MAX_EVENTS, Batch, Event
from motcua_edge.journal import Entry

ENVELOPE: Final = 300
"""Bytes of a batch around its events, and more than an event has around its texts."""
BODY_BYTES: Final = MAX_BYTES - 2 * ENVELOPE
"""An event with more than this can only go as a stub."""


def event(entry: Entry, *, stub: bool = False) -> Event:
    """One entry on the wire; as a stub, its body is replaced by its hash."""
    return Event(
        seq=entry.seq,
        eid=entry.eid,
        type=entry.type,
        boot=entry.boot,
        t_mono=entry.t_mono,
        t_wall=entry.t_wall,
        clock=entry.clock,
        business_day=entry.business_day,
        body=msgspec.Raw(b"" if stub else entry.body),
        body_sha256=body_hash(entry.body).hex() if stub else None,
    )


def weight(entry: Entry) -> int:
    """An upper bound of an entry's bytes on the wire."""
    texts = len(entry.type) + len(entry.boot) + len(entry.business_day)
    return len(entry.body) + 6 * texts + ENVELOPE


def fitting(entries: Sequence[Entry], limit: int, max_bytes: int) -> list[Entry]:
    """The longest run from the first entry, without a missing number, that fits; at least one."""
    chosen: list[Entry] = []
    total = ENVELOPE
    for entry in entries[: min(limit, MAX_EVENTS)]:
        total += weight(entry)
        if chosen and (total > max_bytes or entry.seq != chosen[-1].seq + 1):
            break
        chosen.append(entry)
    return chosen


def batch(entries: Sequence[Entry], stubs: frozenset[int] = frozenset()) -> Batch:
    """A batch of consecutive entries; those with numbers in `stubs` go without their bodies."""
    return Batch(
        jid=entries[0].jid,
        first=entries[0].seq,
        last=entries[-1].seq,
        events=[event(entry, stub=_as_stub(entry, stubs)) for entry in entries],
        digest_last=entries[-1].digest.hex(),
    )


def _as_stub(entry: Entry, stubs: frozenset[int]) -> bool:
    return entry.seq in stubs or weight(entry) > BODY_BYTES
