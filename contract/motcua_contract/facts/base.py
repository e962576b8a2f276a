"""The base of all facts."""

from typing import ClassVar

import msgspec


class BaseFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact. Unknown fields are tolerated on the way in: a newer edge may say more."""

    TYPE: ClassVar[str]
    """Name and version, such as `ticket.issued/1`."""


class TicketFact(BaseFact, frozen=True, kw_only=True):
    """A fact about one ticket.

    Attributes:
        ticket: The ticket code: business day without dashes, a dash, and the printed number.
        test: True for a test or training ticket, which is outside every figure.
    """

    ticket: str
    test: bool = False
