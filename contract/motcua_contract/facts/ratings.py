"""Facts of ratings. Missing stays missing: there is no default level anywhere."""

from typing import ClassVar

from motcua_contract.facts.base import TicketFact


class RatingGiven(TicketFact, frozen=True, kw_only=True):
    """The citizen's answer. `scale` is 3 or 5; `level` runs from 1 (worst) to `scale`."""

    TYPE: ClassVar[str] = "rating.given/1"
    counter: int
    officer: str
    scale: int
    level: int
    reasons: tuple[str, ...] = ()
    comment: str = ""
    device: str = ""
    seconds_after_finish: int = 0


class RatingChanged(TicketFact, frozen=True, kw_only=True):
    """Changed within 60 s on the same device."""

    TYPE: ClassVar[str] = "rating.changed/1"
    counter: int
    officer: str
    scale: int
    level: int
    reasons: tuple[str, ...] = ()
    comment: str = ""
    device: str = ""


class RatingDeclined(TicketFact, frozen=True, kw_only=True):
    """The citizen chose not to rate."""

    TYPE: ClassVar[str] = "rating.declined/1"
    counter: int
    officer: str


class RatingExpired(TicketFact, frozen=True, kw_only=True):
    """Nobody answered in time."""

    TYPE: ClassVar[str] = "rating.expired/1"
    counter: int
    officer: str
