"""A site's sessions with the broker, as words on its link (R15). Pure.

A will is when the broker noticed, not when the link broke: the link was down since the last packet.
A client that takes its own name over makes the broker publish the old session's will a millisecond
before the new one's birth: such a will tells nothing. A will that the broker only remembers tells
of a state, not of its beginning.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from motcua_contract.messages import LinkState
from motcua_hub.domain.availability.evidence import Claim

TAKE_OVER: Final = 2_000
"""A birth so soon after a will (ms) means that the client came back by itself."""
STOPPED: Final = "stopped"
"""The cause told of a site that said that it ends."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One status message that counted, in the order of arrival.

    Attributes:
        at: When the hub heard it (UTC ms).
        heard: The last that the hub had heard of the site before; None: nothing.
        retained: The broker remembered it.
    """

    at: int
    state: LinkState
    session: str
    heard: int | None = None
    retained: bool = False


class Turn(msgspec.Struct, frozen=True):
    """From `begin` on the link is this; sure since `confirmed_at`."""

    begin: int
    claim: Claim
    session: str
    cause: str = ""
    confirmed_at: int | None = None


def turns(words: Sequence[Word]) -> tuple[Turn, ...]:
    """What the words of one site mean for its link, in order."""
    followed = zip(words, [*words[1:], None], strict=True)
    return tuple(_turn(word) for word, after in followed if not _taken_over(word, after))


def _taken_over(word: Word, after: Word | None) -> bool:
    return (
        word.state is LinkState.OFFLINE
        and after is not None
        and after.state is LinkState.ONLINE
        and after.at - word.at <= TAKE_OVER
    )


def _turn(word: Word) -> Turn:
    if word.state is LinkState.ONLINE:
        return Turn(word.at, Claim.UP, word.session)
    if word.state is LinkState.STOPPED:
        return Turn(word.at, Claim.DOWN, word.session, STOPPED, word.at)
    known = word.heard is not None and not word.retained
    begin = min(word.heard, word.at) if known and word.heard is not None else word.at
    return Turn(begin, Claim.DOWN, word.session, "", word.at)
