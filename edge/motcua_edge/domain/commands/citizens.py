"""What citizens ask."""

from motcua_contract.vocabulary import Channel, Priority, Purpose
from motcua_edge.domain.commands.base import Command, TicketCommand


class IssueTicket(Command, frozen=True, kw_only=True):
    """Give out a number. `late_consent`: the citizen was told that today may not suffice.

    Without a `purpose` (a button on the wall cannot ask) it is the first that the field offers.
    """

    service: str
    purpose: Purpose | None = None
    priority: Priority = Priority.NONE
    channel: Channel = Channel.KIOSK
    device: str = ""
    late_consent: bool = False
    test: bool = False
    booked_for: int | None = None


class CheckIn(TicketCommand, frozen=True, kw_only=True):
    """A booked citizen arrived."""

    actor: str = ""


class WalkOut(TicketCommand, frozen=True, kw_only=True):
    """The citizen leaves before any call."""

    actor: str = ""


class CallHelp(Command, frozen=True, kw_only=True):
    """The citizen asks for a person at the kiosk."""

    device: str


class GiveRating(TicketCommand, frozen=True, kw_only=True):
    """A rating; `nonce` was handed to the rating screen of that counter when the window opened."""

    nonce: str
    level: int
    reasons: tuple[str, ...] = ()
    comment: str = ""
    device: str = ""


class DeclineRating(TicketCommand, frozen=True, kw_only=True):
    """The citizen skips the rating."""

    nonce: str


class RefusePress(Command, frozen=True, kw_only=True):
    """A rating button was pressed with nothing to rate: recorded, never a rating."""

    device: str
    counter: int | None = None
    cause: str
