"""What officers at counters ask."""

from motcua_contract.vocabulary import OrderPolicy
from motcua_edge.domain.commands.base import Command, OfficerCommand, TicketCommand


class LogIn(Command, frozen=True, kw_only=True):
    """An officer whose PIN was right sits down at a counter."""

    officer: str
    counter: int
    device: str


class LogOut(Command, frozen=True, kw_only=True):
    """The counter closes; `forced_by` when a supervisor ends somebody else's session."""

    officer: str
    counter: int
    forced_by: str = ""


class LockOfficer(Command, frozen=True, kw_only=True):
    """Five wrong PINs: this officer on this device until `until` (UTC ms)."""

    officer: str
    device: str
    until: int


class PauseCounter(Command, frozen=True, kw_only=True):
    """Take a break."""

    counter: int
    officer: str
    reason: str
    back_at: int | None = None


class ResumeCounter(Command, frozen=True, kw_only=True):
    """Back from a break."""

    counter: int
    officer: str


class CallNext(Command, frozen=True, kw_only=True):
    """Call whoever is next for this counter; `priority_only` for the priority button."""

    counter: int
    officer: str
    priority_only: bool = False


class CallSpecific(OfficerCommand, frozen=True, kw_only=True):
    """Call one number out of turn, with a reason."""

    reason: str


class Recall(OfficerCommand, frozen=True, kw_only=True):
    """Say it again."""


class Start(OfficerCommand, frozen=True, kw_only=True):
    """The person is here."""


class Miss(OfficerCommand, frozen=True, kw_only=True):
    """The person did not come."""


class Requeue(OfficerCommand, frozen=True, kw_only=True):
    """Called by mistake."""


class Hold(OfficerCommand, frozen=True, kw_only=True):
    """Park the person being served."""

    reason: str


class SendAway(OfficerCommand, frozen=True, kw_only=True):
    """Send elsewhere with the right to return."""

    reason: str


class Transfer(OfficerCommand, frozen=True, kw_only=True):
    """Move to another service (and perhaps one counter). `supervisor` allows more than max_hops."""

    to_service: str
    to_counter: int | None = None
    policy: OrderPolicy | None = None
    note: str = ""
    supervisor: bool = False


class Finish(OfficerCommand, frozen=True, kw_only=True):
    """Served. `nonce_sha256` opens the rating window."""

    outcome: str = ""
    nonce_sha256: str = ""


class CloseWrapUp(OfficerCommand, frozen=True, kw_only=True):
    """The paperwork after the person left is done."""


class Rejoin(TicketCommand, frozen=True, kw_only=True):
    """A missed citizen came after all."""

    actor: str = ""


class Resume(TicketCommand, frozen=True, kw_only=True):
    """Back in line from hold or away."""

    actor: str = ""


class Undo(OfficerCommand, frozen=True, kw_only=True):
    """Take back the last step."""


class Void(TicketCommand, frozen=True, kw_only=True):
    """Misprint or duplicate. `supervisor` is whether the actor's role allows it."""

    actor: str
    reason: str
    supervisor: bool = False


class ReportFault(Command, frozen=True, kw_only=True):
    """Somebody at the office reports a broken component."""

    component: str
    actor: str
    counter: int | None = None
    note: str = ""


class WithdrawFault(Command, frozen=True, kw_only=True):
    """The last report of this counter was a mistake."""

    actor: str
    counter: int | None = None


class RequestReprint(TicketCommand, frozen=True, kw_only=True):
    """Another slip of the same number. `automatic` only once, only after a print that failed."""

    reason: str
    actor: str = ""
    automatic: bool = False
