"""Facts of announcements. `call` names the call, `times` which repetition of it."""

from typing import ClassVar

from motcua_contract.facts.base import TicketFact
from motcua_contract.vocabulary import Rung


class AnnouncementPlayed(TicketFact, frozen=True, kw_only=True):
    """The player gave every frame to the sound device. `frames` of 22,050 Hz mono."""

    TYPE: ClassVar[str] = "announcement.played/1"
    call: str
    times: int = 1
    zone: str = "main"
    rung: Rung
    frames: int = 0


class AnnouncementFailed(TicketFact, frozen=True, kw_only=True):
    """Could not be heard. `rung` says what was done instead (usually the board's flash)."""

    TYPE: ClassVar[str] = "announcement.failed/1"
    call: str
    times: int = 1
    zone: str = "main"
    rung: Rung = Rung.FLASH
    cause: str


class AnnouncementSuperseded(TicketFact, frozen=True, kw_only=True):
    """Merged into a newer call of the same ticket, or its ticket went back into line."""

    TYPE: ClassVar[str] = "announcement.superseded/1"
    call: str
    times: int = 1
    zone: str = "main"


class AnnouncementExpired(TicketFact, frozen=True, kw_only=True):
    """Too late to be worth saying."""

    TYPE: ClassVar[str] = "announcement.expired/1"
    call: str
    times: int = 1
    zone: str = "main"
