"""Facts of a ticket's life, from the kiosk to its end."""

from typing import ClassVar

from motcua_contract.facts.base import TicketFact
from motcua_contract.vocabulary import Channel, ExpiryReason, OrderPolicy, Priority, Purpose


class TicketIssued(TicketFact, frozen=True, kw_only=True):
    """A number was given out. `order_key` is UTC ms; `wait_*` is the promise made, in minutes."""

    TYPE: ClassVar[str] = "ticket.issued/1"
    label: str
    series: str
    number: int
    day: str
    service: str
    purpose: Purpose = Purpose.SUBMIT
    priority: Priority = Priority.NONE
    channel: Channel = Channel.KIOSK
    device: str = ""
    order_key: int
    ahead: int = 0
    wait_low_min: int | None = None
    wait_high_min: int | None = None
    late_consent: bool = False
    booked: bool = False


class TicketCheckedIn(TicketFact, frozen=True, kw_only=True):
    """A booked citizen arrived; the place in line is that of the slot, not of the arrival."""

    TYPE: ClassVar[str] = "ticket.checked_in/1"
    order_key: int
    actor: str = ""


class TicketCalled(TicketFact, frozen=True, kw_only=True):
    """An officer called the ticket to a counter."""

    TYPE: ClassVar[str] = "ticket.called/1"
    call: str
    counter: int
    officer: str
    specific: bool = False
    reason: str = ""


class TicketRecalled(TicketFact, frozen=True, kw_only=True):
    """The same call was repeated; `times` counts calls, the first included."""

    TYPE: ClassVar[str] = "ticket.recalled/1"
    call: str
    counter: int
    officer: str
    times: int


class TicketStarted(TicketFact, frozen=True, kw_only=True):
    """The person is at the counter."""

    TYPE: ClassVar[str] = "ticket.started/1"
    counter: int
    officer: str


class TicketMissed(TicketFact, frozen=True, kw_only=True):
    """Called in a way that could be heard or seen, and did not come. `deadline` is UTC ms."""

    TYPE: ClassVar[str] = "ticket.missed/1"
    counter: int
    officer: str
    deadline: int
    display_only: bool = False


class TicketRejoined(TicketFact, frozen=True, kw_only=True):
    """A missed citizen came back into line."""

    TYPE: ClassVar[str] = "ticket.rejoined/1"
    order_key: int
    actor: str = ""


class TicketNoShow(TicketFact, frozen=True, kw_only=True):
    """A missed ticket's deadline is gone."""

    TYPE: ClassVar[str] = "ticket.no_show/1"


class TicketHeld(TicketFact, frozen=True, kw_only=True):
    """Parked by the officer until `resume_by` (UTC ms)."""

    TYPE: ClassVar[str] = "ticket.held/1"
    counter: int
    officer: str
    reason: str
    resume_by: int


class TicketSentAway(TicketFact, frozen=True, kw_only=True):
    """Sent elsewhere (to pay, to copy) with the right to come back to the same officer."""

    TYPE: ClassVar[str] = "ticket.sent_away/1"
    counter: int
    officer: str
    reason: str
    resume_by: int


class TicketResumed(TicketFact, frozen=True, kw_only=True):
    """Back in line from hold or away, at the earned place."""

    TYPE: ClassVar[str] = "ticket.resumed/1"
    order_key: int
    actor: str = ""


class TicketTransferred(TicketFact, frozen=True, kw_only=True):
    """Moved to another service, and perhaps to one counter; the number stays."""

    TYPE: ClassVar[str] = "ticket.transferred/1"
    from_service: str
    to_service: str
    to_counter: int | None = None
    policy: OrderPolicy
    order_key: int
    note: str = ""
    actor: str = ""


class TicketRequeued(TicketFact, frozen=True, kw_only=True):
    """Called by mistake and put back at its own place."""

    TYPE: ClassVar[str] = "ticket.requeued/1"
    counter: int
    officer: str


class TicketFinished(TicketFact, frozen=True, kw_only=True):
    """The person was served and leaves; the rating window opens until `rate_by` (UTC ms).

    A rating must show the nonce; only its hash is here: the journal cannot be used to rate.
    """

    TYPE: ClassVar[str] = "ticket.finished/1"
    counter: int
    officer: str
    outcome: str = ""
    too_short: bool = False
    serving_ms: int
    nonce_sha256: str = ""
    rate_by: int | None = None


class TicketServed(TicketFact, frozen=True, kw_only=True):
    """The officer finished the paperwork too; final."""

    TYPE: ClassVar[str] = "ticket.served/1"
    counter: int
    officer: str


class TicketWalkedOut(TicketFact, frozen=True, kw_only=True):
    """Left before any call."""

    TYPE: ClassVar[str] = "ticket.walked_out/1"
    actor: str = ""


class TicketVoided(TicketFact, frozen=True, kw_only=True):
    """Misprint, test or duplicate: kept, outside the figures, its number never used again."""

    TYPE: ClassVar[str] = "ticket.voided/1"
    actor: str
    reason: str


class TicketExpired(TicketFact, frozen=True, kw_only=True):
    """Still open when the day closed. `accurate` is False when a crash cut an interval."""

    TYPE: ClassVar[str] = "ticket.expired/1"
    reason: ExpiryReason


class TicketUndone(TicketFact, frozen=True, kw_only=True):
    """The last fact of this ticket (`undone_type`, `undone_at` in UTC ms) no longer counts."""

    TYPE: ClassVar[str] = "ticket.undone/1"
    undone_type: str
    undone_at: int
    actor: str
