"""Digests of journal events and the tags by which an acknowledgement proves itself.

digest_n = SHA256(jid, n, eid, type, t_mono, t_wall, business_day, SHA256(body)), fixed-width or
length-prefixed parts: no two events share an encoding. tag(n) = SHA256("ack", digest_n)[:16]:
only who holds event n can make it.
"""

import hashlib
import hmac
import struct
from functools import lru_cache

import msgspec

from motcua_contract.messages import Event

_HEAD = struct.Struct(">16sq16s")
_TIMES = struct.Struct(">qq")


class EventKey(msgspec.Struct, frozen=True):
    """What a digest covers besides the body. `t_*` are milliseconds; ids are lower-case hex."""

    jid: str
    seq: int
    eid: str
    type: str
    t_mono: int
    t_wall: int
    business_day: str


@lru_cache(maxsize=1024)
def _prefixed(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">I", len(raw)) + raw


def body_hash(body: bytes) -> bytes:
    """SHA-256 of a body's exact bytes."""
    return hashlib.sha256(body).digest()


def event_digest(key: EventKey, body_sha256: bytes) -> bytes:
    """The 32-byte digest of one event."""
    return digest_within(bytes.fromhex(key.jid), key, body_sha256)


def digest_within(jid: bytes, event: EventKey | Event, body_sha256: bytes) -> bytes:
    """The same, for those who go through many events of one journal."""
    head = _HEAD.pack(jid, event.seq, bytes.fromhex(event.eid))
    middle = _prefixed(event.type) + _TIMES.pack(event.t_mono, event.t_wall)
    return hashlib.sha256(head + middle + _prefixed(event.business_day) + body_sha256).digest()


def ack_tag(digest: bytes) -> str:
    """The 16-byte tag, in hex, that proves possession of the event with this digest."""
    return hashlib.sha256(b"ack" + digest).digest()[:16].hex()


def tag_matches(tag: str, digest: bytes) -> bool:
    """Whether `tag` was made by somebody who holds the event."""
    return hmac.compare_digest(tag, ack_tag(digest))
