"""Pairing codes: six digits that a technician reads out and an officer types, once."""

import secrets
from typing import Final

import msgspec

CODE_MS: Final = 10 * 60_000
GUESS_LIMIT: Final = 10
GUESS_WITHIN_MS: Final = 60_000


class _Offer(msgspec.Struct, frozen=True):
    counter: int
    actor: str
    until: int


class PairingCodes:
    """Codes that are still good, in memory: a restart makes them void. Times are boot-time ms."""

    def __init__(self) -> None:
        self._offers: dict[str, _Offer] = {}
        self._guesses: dict[str, list[int]] = {}

    def make(self, counter: int, actor: str, mono: int) -> str:
        """A new code for a counter; an older one for the same counter stops working."""
        self._offers = {
            code: offer
            for code, offer in self._offers.items()
            if offer.until > mono and offer.counter != counter
        }
        code = f"{secrets.randbelow(10**6):06d}"
        self._offers[code] = _Offer(counter, actor, mono + CODE_MS)
        return code

    def too_many_guesses(self, address: str, mono: int) -> bool:
        """Count a guess; True when this address guessed too often within a minute."""
        fresh = {
            who: [at for at in times if mono - at <= GUESS_WITHIN_MS]
            for who, times in self._guesses.items()
        }
        self._guesses = {who: times for who, times in fresh.items() if times}
        guesses = self._guesses.setdefault(address, [])
        guesses.append(mono)
        return len(guesses) > GUESS_LIMIT

    def take(self, code: str, mono: int) -> tuple[int, str] | None:
        """Use a code up: (counter, who made it), or None when it is wrong or too old."""
        offer = self._offers.pop(code, None)
        if offer is None or offer.until <= mono:
            return None
        return offer.counter, offer.actor
