"""PINs: how they are stored, checked, and guarded against guessing."""

import asyncio
import hashlib
import hmac
import secrets
from typing import Final

SALT_BYTES: Final = 16
WRONG_LIMIT: Final = 5
WRONG_WITHIN_MS: Final = 30_000
LOCK_MS: Final = 5 * 60_000
_COST: Final = 2**13
_NOBODY: Final = "0" * 32 + "$" + "0" * 64
"""Checked when the officer does not exist, so that the answer takes as long."""


def _derive(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)


def hash_pin(pin: str, salt: bytes | None = None) -> str:
    """Return `salt$hash` in hex, as the site configuration keeps it (`pin_scrypt`)."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    return f"{salt.hex()}${_derive(pin, salt).hex()}"


def _matches(pin: str, stored: str) -> bool:
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_derive(pin, bytes.fromhex(salt)).hex(), expected)


async def pin_matches(pin: str, stored: str | None) -> bool:
    """Check a PIN in a worker thread (scrypt takes tens of ms); None never matches."""
    right = await asyncio.to_thread(_matches, pin, stored or _NOBODY)
    return right and stored is not None


class PinGuard:
    """Counts wrong PINs per officer and device in memory. All times are boot-time ms.

    An attempt is counted before it is checked, so that many guesses sent at once do not pass.
    """

    def __init__(self) -> None:
        self._tries: dict[tuple[str, str], list[int]] = {}
        self._locked: dict[tuple[str, str], int] = {}

    def locked(self, officer: str, device: str, mono: int) -> bool:
        """Whether this officer may not try on this device now."""
        return self._locked.get((officer, device), 0) > mono

    def begin(self, officer: str, device: str, mono: int) -> bool:
        """Count an attempt; True when, if it is wrong, it is the one that locks."""
        self._forget(mono)
        tries = self._tries.setdefault((officer, device), [])
        tries.append(mono)
        if len(tries) < WRONG_LIMIT:
            return False
        self._locked[(officer, device)] = mono + LOCK_MS
        return True

    def succeed(self, officer: str, device: str) -> None:
        """The PIN was right: nothing is held against the officer any more."""
        self._tries.pop((officer, device), None)
        self._locked.pop((officer, device), None)

    def _forget(self, mono: int) -> None:
        recent = {
            key: [at for at in tries if mono - at <= WRONG_WITHIN_MS]
            for key, tries in self._tries.items()
        }
        self._tries = {key: tries for key, tries in recent.items() if tries}
        self._locked = {key: until for key, until in self._locked.items() if until > mono}
