"""What a decision reads and what it says."""

import msgspec

from motcua_hub.domain.availability.hours import ServiceHours
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing.book import Book, Entry
from motcua_hub.domain.routing.chain import OFF, Policy, session_of
from motcua_hub.domain.routing.directory import Directory
from motcua_hub.domain.routing.resolve import Question, Resolution


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The incident as it stands now. `swallowed`: its parent holds and speaks for it."""

    incident: int
    site: str
    kind: str = ""
    cause: str = ""
    responsible: str = ""
    severity: int = 3
    swallowed: bool = False

    @property
    def silent(self) -> bool:
        """Nobody is told of what its parent speaks for, nor of planned work."""
        return self.swallowed or self.cause == Cause.PLANNED


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision reads beside the incident; `now` is UTC ms."""

    directory: Directory
    policy: Policy
    hours: ServiceHours
    now: int


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The next book, rows for the timeline, and the answer of the directory if it was asked."""

    book: Book
    entries: tuple[Entry, ...] = ()
    found: Resolution | None = None


def question(facts: Facts, hours: ServiceHours, at: int) -> Question:
    """What the directory is asked about an incident."""
    day, session = session_of(hours, at)
    return Question(
        site=facts.site,
        day=day,
        responsible=facts.responsible,
        cause=facts.cause,
        kind=facts.kind,
        severity=facts.severity,
        working=session != OFF,
    )
