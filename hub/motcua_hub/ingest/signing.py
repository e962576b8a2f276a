"""The hub's signature on what sites should run: by the key it shows to the broker."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from motcua_contract.desired import Seal, signed
from motcua_hub.config import MqttSection


class SigningError(RuntimeError):
    """The hub's certificate or key cannot sign; the message says why."""


class Signer:
    """Signs with the certificate and key of `[mqtt]`. They are read for each signature.

    A renewed certificate counts from then on without a restart.
    """

    def __init__(self, config: MqttSection) -> None:
        self._cert, self._key = Path(config.cert), Path(config.key)

    def seal(self, site: str, version: int, sha256: str) -> str:
        """The signature as it stands in a message. Raises SigningError."""
        try:
            certificate = x509.load_pem_x509_certificate(self._cert.read_bytes())
            key = serialization.load_pem_private_key(self._key.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            msg = f"{self._cert}, {self._key}: {error}"
            raise SigningError(msg) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            msg = f"{self._key} is no key on an elliptic curve"
            raise SigningError(msg)
        signature = key.sign(signed(site, version, sha256), ec.ECDSA(hashes.SHA256()))
        return Seal(certificate.public_bytes(serialization.Encoding.DER), signature).text()
