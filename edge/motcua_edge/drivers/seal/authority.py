"""The province's authority as a verifier."""

from pathlib import Path

from motcua_contract.desired import Seal
from motcua_edge.domain.model import Instant


class AuthorityVerifier:
    """Implements `Verifier`. `ca` is a file of one or more authorities, read for each signature."""

    def __init__(self, ca: Path) -> None:
        self._ca = ca

    def verify(self, content: bytes, seal: Seal, now: Instant | None) -> None:
        """Return if the hub signed it; UntrustedError otherwise."""
        # 7 MB of library for something that comes a few times a year
        from motcua_edge.drivers.seal.judging import judge  # noqa: PLC0415

        judge(self._ca, content, seal, now)
