"""The certificate authority of one province: a folder with its key, its book and its CRL."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from motcua_provisioning import certificates, ledger
from motcua_provisioning.files import SECRET, locked, write_atomic
from motcua_provisioning.ledger import Issued, Role
from motcua_provisioning.names import check_hub, check_office_device

Clock = Callable[[], datetime]


class AuthorityError(ValueError):
    """Something that the authority will not do, or a folder that is not an authority."""


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Files(msgspec.Struct, frozen=True):
    """Where a program finds what it needs for mutual TLS."""

    ca: Path
    cert: Path
    key: Path


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """A new certificate with its key and the CA, in PEM. `serial` is hexadecimal."""

    name: str
    serial: str
    cert_pem: bytes
    key_pem: bytes
    ca_pem: bytes

    def write(self, folder: Path, stem: str | None = None) -> Files:
        """Write `ca.crt`, `<stem>.crt` and `<stem>.key` (0600) to `folder`; OSError if not."""
        name = stem or self.name
        files = Files(folder / "ca.crt", folder / f"{name}.crt", folder / f"{name}.key")
        write_atomic(files.key, self.key_pem, mode=SECRET)
        write_atomic(files.cert, self.cert_pem)
        write_atomic(files.ca, self.ca_pem)
        return files


class Authority:
    """Issues and revokes. Safe when several processes use the same folder."""

    def __init__(self, folder: Path, signer: certificates.Signer, clock: Clock) -> None:
        self.folder = folder
        self._signer = signer
        self._clock = clock

    @classmethod
    def create(
        cls, folder: Path, *, name: str = "Motcua CA", clock: Clock = utc_now
    ) -> "Authority":
        """Make a new authority; raise AuthorityError when the folder already holds one."""
        with locked(folder / ".lock"):
            if (folder / "ca.key").exists() or (folder / "ca.crt").exists():
                msg = f"{folder} already holds an authority; a new one would cut off every device"
                raise AuthorityError(msg)
            folder.chmod(0o700)
            key = certificates.new_key()
            certificate = certificates.authority_certificate(name, key, clock())
            write_atomic(folder / "ca.key", certificates.key_pem(key), mode=SECRET)
            write_atomic(folder / "ca.crt", certificates.certificate_pem(certificate))
        authority = cls(folder, certificates.Signer(certificate, key), clock)
        authority.write_crl()
        return authority

    @classmethod
    def load(cls, folder: Path, *, clock: Clock = utc_now) -> "Authority":
        """Open an authority; raise AuthorityError when there is none or it is damaged."""
        try:
            certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
            key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        except FileNotFoundError as error:
            msg = f"{folder} holds no authority; make one with: motcua-provision ca init"
            raise AuthorityError(msg) from error
        except (OSError, ValueError, TypeError) as error:
            msg = f"{folder}: the authority cannot be read: {error}; restore it from backup"
            raise AuthorityError(msg) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or (
            key.public_key() != certificate.public_key()
        ):
            msg = f"{folder}: ca.key does not belong to ca.crt; restore both from one backup"
            raise AuthorityError(msg)
        return cls(folder, certificates.Signer(certificate, key), clock)

    @property
    def ca_pem(self) -> bytes:
        """The CA certificate, which every program must trust."""
        return certificates.certificate_pem(self._signer.certificate)

    @property
    def crl_path(self) -> Path:
        """The list of revoked certificates, always signed and present."""
        return self.folder / "crl.pem"

    def issue_server(self, hosts: Sequence[str]) -> Credentials:
        """A certificate for the broker, reachable as any of `hosts` (names or addresses)."""
        if not hosts:
            msg = "a server certificate needs at least one host name or address"
            raise AuthorityError(msg)
        return self._issue(hosts[0], "server", certificates.SERVER, hosts)

    def issue_device(self, device: str) -> Credentials:
        """A certificate for an office's device; BadNameError for a name it may not have."""
        return self._issue(check_office_device(device), "device", certificates.CLIENT)

    def issue_hub(self, name: str = "hub") -> Credentials:
        """A certificate for a hub process (one connection each); BadNameError as above."""
        return self._issue(check_hub(name), "hub", certificates.CLIENT)

    def renew_server(self, cert_pem: bytes) -> Credentials | None:
        """A new certificate for the same hosts when two thirds of this one's life are over."""
        old = x509.load_pem_x509_certificate(cert_pem)
        if not certificates.due_for_renewal(old, self._clock()):
            return None
        return self.issue_server(certificates.hosts_of(old))

    def revoke(self, name: str) -> tuple[str, ...]:
        """Revoke every valid certificate of this device or hub; return their serials.

        Publishes the CRL; the broker must still be told (`BrokerFolder.refresh`, `reload`).
        AuthorityError when the name never had a certificate; nothing left to revoke is no error.
        """
        with self._book() as book:
            if not any(entry.name == name for entry in book.content.certificates):
                msg = f"no certificate was ever issued to {name!r}; check the name"
                raise AuthorityError(msg)
            serials = tuple(entry.serial for entry in book.content.valid(name))
            book.content = book.content.with_revoked(frozenset(serials), _millis(self._clock()))
        self.write_crl()
        return serials

    def revoke_serial(self, serial: str) -> None:
        """Revoke one certificate (hexadecimal serial); AuthorityError when it is not ours."""
        with self._book() as book:
            if not any(entry.serial == serial for entry in book.content.certificates):
                msg = f"no certificate with serial {serial!r} was issued here"
                raise AuthorityError(msg)
            book.content = book.content.with_revoked(frozenset({serial}), _millis(self._clock()))
        self.write_crl()

    def issued(self) -> tuple[Issued, ...]:
        """Every certificate of this authority, oldest first."""
        return ledger.load(self.folder / "ledger.json").certificates

    def write_crl(self) -> Path:
        """Sign the list of revoked certificates anew (do it daily) and return its path."""
        with self._book() as book:
            number = book.content.crl_number + 1
            revoked = [
                (int(entry.serial, 16), datetime.fromtimestamp(entry.revoked_at / 1000, UTC))
                for entry in book.content.certificates
                if entry.revoked_at is not None
            ]
            pem = self._signer.revocations(revoked, number, self._clock())
            book.content = msgspec.structs.replace(book.content, crl_number=number)
            write_atomic(self.crl_path, pem)
        return self.crl_path

    @contextlib.contextmanager
    def _book(self) -> "Iterator[_Book]":
        """The book under its lock, stored when it was changed and nothing went wrong."""
        path = self.folder / "ledger.json"
        with locked(self.folder / ".lock"):
            before = ledger.load(path)
            book = _Book(before)
            yield book
            if book.content is not before:
                ledger.save(path, book.content)

    def _issue(
        self, name: str, role: Role, usage: x509.ObjectIdentifier, hosts: Sequence[str] = ()
    ) -> Credentials:
        key = certificates.new_key()
        certificate = self._signer.leaf(name, key.public_key(), usage, self._clock(), hosts)
        entry = Issued(
            serial=f"{certificate.serial_number:x}",
            name=name,
            role=role,
            issued_at=_millis(self._clock()),
            expires_at=_millis(certificate.not_valid_after_utc),
        )
        # booked before it is handed out: what is not in the book could never be revoked
        with self._book() as book:
            book.content = book.content.with_issued(entry)
        return Credentials(
            name=name,
            serial=entry.serial,
            cert_pem=certificates.certificate_pem(certificate),
            key_pem=certificates.key_pem(key),
            ca_pem=self.ca_pem,
        )


class _Book:
    """The ledger while it is being changed."""

    def __init__(self, content: ledger.Ledger) -> None:
        self.content = content
