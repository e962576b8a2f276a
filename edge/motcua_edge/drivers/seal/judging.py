"""Signatures by a certificate of the province's authority that names a hub, judged."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from motcua_contract.desired import Seal
from motcua_edge.domain.model import Instant
from motcua_edge.drivers.seal.port import UntrustedError

_HUB: Final = re.compile(r"hub(-[a-z0-9-]{1,40})?")
"""What a hub is called in its certificate; no office's device may be called so."""


def judge(ca: Path, content: bytes, seal: Seal, now: Instant | None) -> None:
    """Return if a hub of the authorities in the file `ca` signed it; UntrustedError otherwise."""
    try:
        certificate = x509.load_der_x509_certificate(seal.certificate)
    except ValueError as error:
        msg = f"its certificate cannot be read: {error}"
        raise UntrustedError(msg) from error
    _check_issuer(certificate, ca)
    _check_name(certificate)
    if now is not None and now.clock.trusted:
        _check_life(certificate, now)
    _check_signature(certificate, content, seal.signature)


def _check_issuer(certificate: x509.Certificate, ca: Path) -> None:
    try:
        authorities = x509.load_pem_x509_certificates(ca.read_bytes())
    except (OSError, ValueError) as error:
        msg = f"{ca} cannot be read: {error}"
        raise UntrustedError(msg) from error
    if not any(_issued(certificate, each) for each in authorities):
        msg = "its certificate is not of this province's authority"
        raise UntrustedError(msg)


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_name(certificate: x509.Certificate) -> None:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if len(names) == 1 else ""
    if not _HUB.fullmatch(name):
        msg = f"its certificate is of {name[:60]!r}, not of a hub"
        raise UntrustedError(msg)


def _check_life(certificate: x509.Certificate, now: Instant) -> None:
    at = datetime.fromtimestamp(now.wall / 1000, UTC)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        msg = f"its certificate ended on {certificate.not_valid_after_utc:%Y-%m-%d}"
        raise UntrustedError(msg)


def _check_signature(certificate: x509.Certificate, content: bytes, signature: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        msg = "its certificate has no key on an elliptic curve"
        raise UntrustedError(msg)
    try:
        key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        msg = "it is not what the hub signed"
        raise UntrustedError(msg) from error
