"""Whether the hub really signed something: a port, the real one, and a fake."""

from motcua_edge.drivers.seal.authority import AuthorityVerifier
from motcua_edge.drivers.seal.fake import FakeVerifier
from motcua_edge.drivers.seal.port import UntrustedError, Verifier

__all__ = ["AuthorityVerifier", "FakeVerifier", "UntrustedError", "Verifier"]
