"""What a sent notice was, in one number; and links that prove that it was read."""

import base64
import hashlib
import hmac
from typing import Final

import msgspec

from motcua_hub.domain.notice.text import Letterhead

_MAC_BYTES: Final = 24
_ID_BYTES: Final = 8
_MAX_TOKEN: Final = 64
LINK_DAYS: Final = 90
"""A link that nobody pressed for so long proves nothing any more."""


class To(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a notice went to, as the list named him on that day."""

    recipient: int
    grp: str
    name: str
    channel: str
    address: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that its recipients were told, and by whom. Times are UTC ms."""

    id: int
    incident: int
    kind: str
    number: int
    year: int
    title: str
    body: str
    head: Letterhead
    written_by: str
    approved_by: str
    approved_at: int
    sent_by: str
    sent_at: int
    why: str = ""
    recipients: tuple[To, ...] = ()


def seal(notice: Sealed) -> str:
    """SHA-256 of the notice as JSON with sorted keys, in hex."""
    packed = msgspec.json.encode(notice, order="sorted")
    return hashlib.sha256(packed).hexdigest()


def _mac(key: bytes, delivery: int, sealed: str) -> bytes:
    said = b"notice-read/1\0" + delivery.to_bytes(_ID_BYTES, "big") + bytes.fromhex(sealed)
    return hmac.new(key, said, hashlib.sha256).digest()[:_MAC_BYTES]


def token(key: bytes, delivery: int, sealed: str) -> str:
    """The last part of a link: who is asked, signed together with the notice's hash."""
    raw = delivery.to_bytes(_ID_BYTES, "big") + _mac(key, delivery, sealed)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def delivery_of(said: str) -> int | None:
    """Whom a token speaks of; None when it is no token. It is not proved yet."""
    try:
        raw = base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(said) > _MAX_TOKEN or len(raw) != _ID_BYTES + _MAC_BYTES:
        return None
    return int.from_bytes(raw[:_ID_BYTES], "big") or None


def is_ours(key: bytes, said: str, delivery: int, sealed: str) -> bool:
    """Whether the token was made here for this delivery of this very notice."""
    return hmac.compare_digest(said.encode(), token(key, delivery, sealed).encode())
