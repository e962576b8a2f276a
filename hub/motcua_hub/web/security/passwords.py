"""Passwords: normalised the same way whenever one is set or checked, hashed with Argon2.

Vietnamese letters can be typed composed or decomposed; both must open the same account. NFKC is
applied here, in the only two functions that see a password, so the two can never disagree.
"""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200


class PasswordRefusedError(ValueError):
    """A password that may not be used; `code` is the key of the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalise(password: str) -> str:
    """The form of a password that is hashed and compared."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, username: str) -> None:
    """Raise PasswordRefusedError when `password` is too short, too long or the name itself."""
    text = normalise(password)
    if len(text) < MIN_LENGTH:
        raise PasswordRefusedError("auth.password.short")
    if len(text) > MAX_LENGTH:
        raise PasswordRefusedError("auth.password.long")
    if len(set(text)) < 4 or text.casefold() == username.casefold():  # noqa: PLR2004
        raise PasswordRefusedError("auth.password.weak")


class Passwords:
    """Hashes and checks passwords; `hasher` can be made cheap in tests."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash("no account has this password")

    def hash(self, password: str) -> str:
        """An Argon2id hash of the normalised password."""
        return self._hasher.hash(normalise(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` fits; an absent account costs as much time as a wrong password."""
        if len(password) > MAX_LENGTH * 4:
            return False
        try:
            right = self._hasher.verify(stored or self._nobody, normalise(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return right and stored is not None
