"""Proof that a form was ours: a value only our own pages can show, tied to the visitor's cookie.

The value is masked anew in every page, so that compressed pages tell nothing about it.
"""

import hashlib
import hmac
import secrets
from typing import Final

_BYTES: Final = 32


def _expected(cookie: str) -> bytes:
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def form_value(cookie: str) -> str:
    """What a form of the visitor with this cookie carries, in hex."""
    mask = secrets.token_bytes(_BYTES)
    return (mask + _xor(mask, _expected(cookie))).hex()


def form_is_ours(cookie: str, value: str) -> bool:
    """Whether `value` came from a page made for this cookie."""
    try:
        raw = bytes.fromhex(value)
    except ValueError:
        return False
    if not cookie or len(raw) != 2 * _BYTES:
        return False
    return hmac.compare_digest(_xor(raw[:_BYTES], raw[_BYTES:]), _expected(cookie))
