"""A verifier that believes, or not, as it is told. It cannot tell one signature from another."""

from motcua_contract.desired import Seal
from motcua_edge.domain.model import Instant
from motcua_edge.drivers.seal.port import UntrustedError


class FakeVerifier:
    """Implements `Verifier`; `doubt` is why it refuses, empty to believe."""

    def __init__(self, doubt: str = "") -> None:
        self.doubt = doubt

    def verify(self, content: bytes, seal: Seal, now: Instant | None) -> None:
        """As it was told."""
        del content, seal, now
        if self.doubt:
            raise UntrustedError(self.doubt)
