"""X.509 certificates and revocation lists: EC P-256, SHA-256. Pure but for the keys' randomness."""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_LIFE = timedelta(days=3652)
LEAF_LIFE = timedelta(days=90)
CRL_LIFE = timedelta(days=45)
BACKDATED = timedelta(hours=1)
"""A clock that is a little slow must not refuse a new certificate."""

SERVER = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as unencrypted PKCS#8 PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def authority_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    """A self-signed CA that may sign leaves and nothing else, for ten years."""
    subject = _named(name)
    return (
        _builder(subject, key.public_key(), now, CA_LIFE)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


class Signer:
    """A CA's certificate with its key."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self._key = key

    def leaf(
        self,
        common_name: str,
        key: ec.EllipticCurvePublicKey,
        usage: x509.ObjectIdentifier,
        now: datetime,
        hosts: Sequence[str] = (),
    ) -> x509.Certificate:
        """A certificate of 90 days for `SERVER` (reachable as `hosts`) or `CLIENT`."""
        builder = (
            _builder(_named(common_name), key, now, LEAF_LIFE)
            .issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(self._authority_key(), critical=False)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def revocations(
        self, revoked: Iterable[tuple[int, datetime]], number: int, now: datetime
    ) -> bytes:
        """The revocation list of these (serial, when), as PEM; valid for 45 days.

        A broker with an outdated list refuses everybody, hence a long life, renewed daily.
        """
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - BACKDATED)
            .next_update(now + CRL_LIFE)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(self._authority_key(), critical=False)
        )
        for serial, when in revoked:
            builder = builder.add_revoked_certificate(_revoked(serial, when))
        signed = builder.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    def _authority_key(self) -> x509.AuthorityKeyIdentifier:
        extension = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(extension.value)


def _revoked(serial: int, when: datetime) -> x509.RevokedCertificate:
    return x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def hosts_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The names and addresses that a server certificate is good for; empty for others."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = found.get_values_for_type(x509.IPAddress)
    return (*found.get_values_for_type(x509.DNSName), *(str(address) for address in addresses))


def due_for_renewal(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether two thirds of a certificate's life are over."""
    left = certificate.not_valid_after_utc - now
    return left * 3 <= certificate.not_valid_after_utc - certificate.not_valid_before_utc
