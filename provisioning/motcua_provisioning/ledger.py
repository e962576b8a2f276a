"""The authority's book: every certificate it issued, and which of them no longer count."""

from pathlib import Path
from typing import Literal

import msgspec

from motcua_provisioning.files import SECRET, write_atomic

Role = Literal["server", "device", "hub"]


class LedgerError(ValueError):
    """The book cannot be read; the message says which file."""


class Issued(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One certificate. `serial` is hexadecimal; times are UTC ms; `revoked_at` None = valid."""

    serial: str
    name: str
    role: Role
    issued_at: int
    expires_at: int
    revoked_at: int | None = None


class Ledger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The book as stored; `crl_number` rises with every list that is published."""

    crl_number: int = 0
    certificates: tuple[Issued, ...] = ()

    def with_issued(self, entry: Issued) -> "Ledger":
        """The book with one more certificate."""
        return msgspec.structs.replace(self, certificates=(*self.certificates, entry))

    def valid(self, name: str) -> tuple[Issued, ...]:
        """The certificates of `name` that were not revoked."""
        return tuple(c for c in self.certificates if c.name == name and c.revoked_at is None)

    def with_revoked(self, serials: frozenset[str], at: int) -> "Ledger":
        """The book with these serials revoked at `at`; what already was revoked stays as it is."""
        entries = tuple(
            msgspec.structs.replace(entry, revoked_at=at)
            if entry.serial in serials and entry.revoked_at is None
            else entry
            for entry in self.certificates
        )
        return msgspec.structs.replace(self, certificates=entries)


def load(path: Path) -> Ledger:
    """Read the book (empty when there is none); raise LedgerError when it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ledger)
    except FileNotFoundError:
        return Ledger()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"{path}: the ledger of certificates cannot be read: {error}; restore it from backup"
        raise LedgerError(msg) from error


def save(path: Path, ledger: Ledger) -> None:
    """Store the book."""
    write_atomic(path, msgspec.json.format(msgspec.json.encode(ledger)) + b"\n", mode=SECRET)
