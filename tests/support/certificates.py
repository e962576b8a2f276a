"""Certificates of any kind of wrong, made when a test needs them."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, with the chain above it (PEM)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    chain: str = ""

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, folder: Path, *, whole: bool = True) -> ssl.SSLContext:
        """What a server shows; without `whole` the certificates between are left out."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        file = folder / f"{self.certificate.serial_number:x}.pem"
        file.write_text(key + self.pem + (self.chain if whole else ""))
        file.chmod(0o600)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(name: str = "Test CA", above: Pair | None = None) -> Pair:
    """A CA of its own, or one below another."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _built(name, key, above, days=(-400, 400), extensions=[_ca()])
    chain = "" if above is None or not above.chain else above.chain
    return Pair(certificate, key, certificate_pem(certificate) + chain if above else "")


def certificate_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _ca() -> tuple[x509.ExtensionType, bool]:
    return x509.BasicConstraints(ca=True, path_length=None), True


def server(
    above: Pair | None, days: tuple[float, float] = (-1, 90), host: str = "127.0.0.1"
) -> Pair:
    """A server's certificate, valid from and to so many days from now; alone, if none is above."""
    try:
        san: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        san = x509.DNSName(host)
    key = ec.generate_private_key(ec.SECP256R1())
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.SubjectAlternativeName([san]), False)
    ]
    certificate = _built(host, key, above, days, extensions)
    return Pair(certificate, key, above.chain if above else "")


def _built(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    above: Pair | None,
    days: tuple[float, float],
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(above.certificate.subject if above else _name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(above.key if above else key, hashes.SHA256())
