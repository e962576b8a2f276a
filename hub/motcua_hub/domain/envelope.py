"""Reading a batch: is its envelope sound, and what is the digest of each row?"""

import re
from typing import Final

import msgspec

from motcua_contract.digests import body_hash, digest_within
from motcua_contract.identity import HEX16_PATTERN
from motcua_contract.messages import MAX_BYTES, Batch, Event, MessageError, NakCode, decode

SAFE_MS: Final = 2**53
"""Milliseconds beyond this are no time; keeping below it keeps every sum inside 64 bits."""


class Row(msgspec.Struct, frozen=True):
    """One event of a batch. `body` is None for a stub; hashes are as bytes."""

    event: Event
    body: bytes | None
    body_sha256: bytes
    raw_digest: bytes

    @property
    def digest(self) -> str:
        """The digest in hex, as streams and messages have it."""
        return self.raw_digest.hex()

    @property
    def seq(self) -> int:
        """Place in its incarnation."""
        return self.event.seq


class Envelope(msgspec.Struct, frozen=True):
    """A sound batch: rows are consecutive and the last digest is the one it promised."""

    jid: str
    rows: tuple[Row, ...]

    @property
    def first(self) -> int:
        """Seq of the first row."""
        return self.rows[0].seq

    @property
    def last(self) -> int:
        """Seq of the last row."""
        return self.rows[-1].seq


class Unsound(ValueError):  # noqa: N818 - a verdict, raised
    """A payload that is no batch. `jid` is its incarnation when that much can be read."""

    def __init__(self, code: NakCode, detail: str, jid: str | None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.jid = jid


class _Glimpse(msgspec.Struct):
    jid: str = ""


def _jid_of(payload: bytes) -> str | None:
    try:
        jid = msgspec.json.decode(payload, type=_Glimpse).jid
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return jid if re.fullmatch(HEX16_PATTERN, jid) else None


def _fault_in(event: Event, body: bytes, sha: bytes) -> str:
    if not (-SAFE_MS <= event.t_mono <= SAFE_MS and -SAFE_MS <= event.t_wall <= SAFE_MS):
        return "a time is out of range"
    if not body and event.body_sha256 is None:
        return "neither a body nor its hash"
    if body and event.body_sha256 not in (None, sha.hex()):
        return "the body is not the one hashed"
    if "\0" in event.type or "\0" in event.boot or "\0" in event.business_day:
        return "a text holds a NUL character"
    return ""


def _row(jid: bytes, event: Event) -> Row:
    body = bytes(event.body)
    sha = body_hash(body) if body else bytes.fromhex(event.body_sha256 or "")
    fault = _fault_in(event, body, sha)
    if fault:
        msg = f"event {event.seq}: {fault}"
        raise ValueError(msg)
    return Row(event, body or None, sha, digest_within(jid, event, sha))


def _rows(batch: Batch) -> tuple[Row, ...]:
    if batch.last - batch.first + 1 != len(batch.events):
        msg = f"{batch.first}..{batch.last} does not fit {len(batch.events)} events"
        raise ValueError(msg)
    for expected, event in enumerate(batch.events, batch.first):
        if event.seq != expected:
            msg = f"event {event.seq} stands where {expected} belongs"
            raise ValueError(msg)
    jid = bytes.fromhex(batch.jid)
    rows = tuple([_row(jid, event) for event in batch.events])
    if rows[-1].digest != batch.digest_last:
        msg = "digest_last is not the digest of the last event"
        raise ValueError(msg)
    return rows


def read(payload: bytes) -> Envelope:
    """Take a batch apart; raise Unsound with the NAK code when it cannot be trusted."""
    if len(payload) > MAX_BYTES:
        raise Unsound(NakCode.TOO_BIG, f"{len(payload)} bytes are more than {MAX_BYTES}", None)
    try:
        batch = decode(Batch, payload)
        return Envelope(batch.jid, _rows(batch))
    except (MessageError, ValueError) as error:
        raise Unsound(NakCode.BAD, str(error), _jid_of(payload)) from error
