"""How a command to a site stands: a pure function of its row and one `now`."""

from enum import StrEnum
from typing import Final

import msgspec

ANSWER_MS: Final = 90_000
"""After its expiry a command that was sent may still be answered for so long."""


class Standing(StrEnum):
    """How a command stands."""

    WAITING = "waiting"
    """Given, not yet handed to the broker."""
    SENT = "sent"
    """Handed to the broker; the site may be doing it."""
    DONE = "done"
    FAILED = "failed"
    UNSENT = "unsent"
    """It expired before it could be handed on: the site never saw it."""
    UNANSWERED = "unanswered"
    """Sent and not answered: nobody knows whether it was done. The journal may still tell."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A command's row; times are UTC ms, None is "not yet"."""

    correlation: str
    site: str
    name: str
    arguments: dict[str, str]
    actor: str
    given_at: int
    expires_at: int
    sent_at: int | None = None
    ended_at: int | None = None
    ok: bool | None = None
    detail: str = ""
    media: str = ""
    size: int = 0


def standing(given: Given, now: int) -> Standing:
    """How the command stands at `now` (UTC ms)."""
    if given.ended_at is not None:
        return Standing.DONE if given.ok else Standing.FAILED
    if given.sent_at is None:
        return Standing.UNSENT if now > given.expires_at else Standing.WAITING
    return Standing.UNANSWERED if now > given.expires_at + ANSWER_MS else Standing.SENT
