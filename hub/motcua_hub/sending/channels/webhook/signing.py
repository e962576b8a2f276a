"""The signature under a webhook: who sends it, that nobody changed it, and when.

`Motcua-Signature` is `v1=` and the hex HMAC-SHA256, under the shared secret, of the timestamp, a
full stop and the body as it came. A receiver compares in constant time, refuses what is older than
five minutes, and remembers the `Idempotency-Key`: the same key is the same message.
"""

import hashlib
import hmac
from typing import Final

TIMESTAMP: Final = "Motcua-Timestamp"
SIGNATURE: Final = "Motcua-Signature"
KEY: Final = "Idempotency-Key"
TOLERANCE_S: Final = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `Motcua-Signature`."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={mac.hexdigest()}"


def verify(secret: str, timestamp: str, body: bytes, signature: str, now_s: float) -> bool:
    """Whether a request is ours and new."""
    if not timestamp.isascii() or not timestamp.isdecimal():
        return False
    fresh = abs(now_s - int(timestamp)) <= TOLERANCE_S
    expected = sign(secret, timestamp, body).encode()
    return hmac.compare_digest(expected, signature.encode()) and fresh
