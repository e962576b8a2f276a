"""What tells the hub's signature from anybody else's."""

from typing import Protocol

from motcua_contract.desired import Seal
from motcua_edge.domain.model import Instant


class UntrustedError(ValueError):
    """The hub did not sign this; the message says what does not fit."""


class Verifier(Protocol):
    """Judges signatures."""

    def verify(self, content: bytes, seal: Seal, now: Instant | None) -> None:
        """Return if the hub signed `content`.

        `now` is for the life of the certificate; None, or a clock that nobody vouches for, leaves
        that out: what was true when it came stays true.

        Raises:
            UntrustedError: It did not, or that cannot be judged here.
        """
        ...
