"""What a notice is made of."""

from enum import StrEnum

import msgspec

from motcua_hub.domain.incident.vocabulary import Cause, Severity


class Group(StrEnum):
    """Who must be told of an interruption: fixed by S3, article 5.2a, in its order."""

    PARTY = "party"
    """Tỉnh ủy."""
    COUNCIL = "council"
    """Hội đồng nhân dân tỉnh."""
    COMMITTEE = "committee"
    """Ủy ban nhân dân tỉnh."""
    AGENCIES = "agencies"
    """Các cơ quan, đơn vị liên quan."""
    PERSONS = "persons"
    """Các cá nhân liên quan."""


class Kind(StrEnum):
    """What a notice tells."""

    INTERRUPTION = "interruption"
    RESTORATION = "restoration"


class State(StrEnum):
    """Where a notice stands. The last three are final."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    EXCUSED = "excused"
    """A person said in writing why none is sent."""
    WITHDRAWN = "withdrawn"
    """It lost its meaning before it was sent: what it called restored failed again."""


OPEN = frozenset({State.DRAFT, State.APPROVED})
ANSWERED = frozenset({State.SENT, State.EXCUSED})
"""What article 5.2a asks for: the notice, or a written reason."""


class TargetKind(StrEnum):
    """What failed, as the ledger of targets names it; `other` is what it does not watch."""

    SERVER = "server"
    SITE_LINK = "site_link"
    SERVICE = "service"
    DEVICE = "device"
    OTHER = "other"


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as its notice sees it. Times are UTC ms; `confidence` is 0 to 1.

    `system` and `sites` are names for people; `expected` is None when nobody said when it will be
    over; `until` is None while it lasts; `explained` when another incident is the cause of it.
    """

    incident: int
    kind: TargetKind
    system: str
    since: int
    sites: tuple[str, ...] = ()
    severity: int = Severity.MINOR
    site: str = ""
    until: int | None = None
    confirmed_at: int | None = None
    planned: bool = False
    explained: bool = False
    force_majeure: bool = False
    cause: Cause = Cause.UNKNOWN
    confidence: float | None = None
    provisional: bool = True
    expected: int | None = None
    workaround: str = ""
    carrier_case: str = ""


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be told. Days are ISO texts; `valid_until` is the last one, None for no end."""

    id: int
    grp: str
    name: str
    channel: str
    address: str
    valid_from: str
    valid_until: str | None = None
