"""Journal entries: one committed fact each, and the digest that pins it."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from motcua_contract import facts
from motcua_contract.digests import EventKey, ack_tag, body_hash, event_digest
from motcua_contract.facts import Fact
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant
from motcua_edge.domain.rows import RowChange

COLUMNS: Final = "jid, seq, eid, type, boot, t_mono, t_wall, clock, business_day, body, digest"
"""The columns of an `event` row, in the order of `Entry`'s fields."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes: the hardware's serial number and the version of the program."""

    hardware: str
    version: str


class Entry(msgspec.Struct, frozen=True):
    """One row of the journal. Ids are lower-case hex, times are ms, `digest` is 32 bytes."""

    jid: str
    seq: int
    eid: str
    type: str
    boot: str
    t_mono: int
    t_wall: int
    clock: ClockState
    business_day: str
    body: bytes
    digest: bytes

    @property
    def tag(self) -> str:
        """What an acknowledgement must show to prove that its sender holds this entry."""
        return ack_tag(self.digest)

    @property
    def at(self) -> Instant:
        """The clock's reading when it was written."""
        return Instant(wall=self.t_wall, mono=self.t_mono, clock=self.clock, boot=self.boot)

    def fact(self) -> Fact:
        """The fact itself; raises FactDecodeError when a newer version wrote it."""
        return facts.decode(self.type, self.body)

    def true_digest(self) -> bytes:
        """The digest that this row's content should have."""
        return event_digest(
            EventKey(
                self.jid,
                self.seq,
                self.eid,
                self.type,
                self.t_mono,
                self.t_wall,
                self.business_day,
            ),
            body_hash(self.body),
        )


class Draft(msgspec.Struct, frozen=True):
    """An append before it has its numbers: encoded facts, rows, and when."""

    facts: tuple[tuple[str, bytes], ...]
    changes: tuple[RowChange, ...]
    business_day: str
    now: Instant


def draft(
    written: Sequence[Fact], changes: Sequence[RowChange], business_day: str, now: Instant
) -> Draft:
    """Encode an append in the caller's thread, so that only disk work is left to the writer."""
    encoded = tuple((facts.type_name(fact), facts.encode(fact)) for fact in written)
    return Draft(encoded, tuple(changes), business_day, now)


def make(jid: str, seq: int, eid: str, fact: tuple[str, bytes], draft: Draft) -> Entry:
    """The entry of one encoded `fact` (type, body) of `draft`, with its digest."""
    now = draft.now
    kind, body = fact
    key = EventKey(jid, seq, eid, kind, now.mono, now.wall, draft.business_day)
    digest = event_digest(key, body_hash(body))
    return Entry(
        jid,
        seq,
        eid,
        kind,
        now.boot,
        now.mono,
        now.wall,
        now.clock,
        draft.business_day,
        body,
        digest,
    )


def to_row(entry: Entry) -> tuple[Any, ...]:
    """The values of an `event` row."""
    return (
        bytes.fromhex(entry.jid),
        entry.seq,
        bytes.fromhex(entry.eid),
        entry.type,
        entry.boot,
        entry.t_mono,
        entry.t_wall,
        entry.clock.value,
        entry.business_day,
        entry.body,
        entry.digest,
    )


def from_row(row: sqlite3.Row | tuple[Any, ...]) -> Entry:
    """The entry in a row selected with `COLUMNS`; raises ValueError when it cannot be one."""
    jid, seq, eid, kind, boot, mono, wall, clock, day, body, digest = row
    return Entry(
        jid.hex(),
        seq,
        eid.hex(),
        kind,
        boot,
        mono,
        wall,
        ClockState(clock),
        day,
        bytes(body),
        bytes(digest),
    )
