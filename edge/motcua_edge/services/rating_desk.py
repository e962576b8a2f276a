"""Nonces of rating windows: whoever shows the nonce stands at the screen of the right counter.

The nonce is an HMAC of the ticket and its start, so it is the same after a restart, and the
journal, which holds only its hash, cannot be used to rate.
"""

import hashlib
import hmac

from motcua_contract.vocabulary import RatingState
from motcua_edge.domain.model import Ticket
from motcua_edge.services.office import OfficeService


class RatingDesk:
    """Seals rating windows at `finish`, and opens them for the rating device of the counter."""

    def __init__(self, office: OfficeService, secret: bytes) -> None:
        self._office = office
        self._secret = secret

    def seal(self, ticket_id: str) -> str:
        """`nonce_sha256` for the Finish command; empty when there is no such ticket."""
        ticket = self._office.state.tickets.get(ticket_id)
        return hashlib.sha256(self._nonce(ticket).encode()).hexdigest() if ticket else ""

    def current(self, counter: int) -> tuple[str, str] | None:
        """(ticket id, nonce) of the window open at a counter now, or None."""
        return self._newest(counter, None)

    def pressed(self, counter: int, at: int) -> tuple[str, str] | None:
        """As `current`, of the window that was open at `at` (UTC ms) already: a press may be late.

        Whoever was served since has a window of their own, which such a press must not use up.
        """
        return self._newest(counter, at)

    def _newest(self, counter: int, opened_by: int | None) -> tuple[str, str] | None:
        wall = self._office.now().wall
        windows = [
            ticket
            for ticket in self._office.state.tickets.values()
            if ticket.counter == counter
            and ticket.rating.state is RatingState.OPEN
            and (ticket.rating.until is None or ticket.rating.until > wall)
            and (opened_by is None or (ticket.rating.opened_at or 0) <= opened_by)
        ]
        if not windows:
            return None
        newest = max(windows, key=lambda ticket: ticket.rating.opened_at or 0)
        nonce = self._nonce(newest)
        if hashlib.sha256(nonce.encode()).hexdigest() != newest.rating.nonce_sha256:
            return None
        return newest.id, nonce

    def _nonce(self, ticket: Ticket) -> str:
        message = f"{ticket.id}|{ticket.started_at}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()
