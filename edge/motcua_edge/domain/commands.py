"""What may be asked of an office. `actor` is an officer id, or a device for citizens.

`expected_version`, where given, is the version of the ticket that the asker saw (optimistic
concurrency): another version refuses the command with `changed_meanwhile`.
"""

import msgspec

from motcua_contract.vocabulary import (
    Channel,
    ExpiryReason,
    HealthState,
    OrderPolicy,
    PrintFailure,
    Priority,
    Purpose,
    Rung,
    ServiceState,
    StopCause,
)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands."""


class TicketCommand(Command, frozen=True, kw_only=True):
    """A command about one ticket."""

    ticket: str
    expected_version: int | None = None


class OfficerCommand(TicketCommand, frozen=True, kw_only=True):
    """A command of an officer at a counter about one ticket."""

    counter: int
    officer: str


# ---- citizens ----


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


# ---- officers ----


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


# ---- technician, supervisor ----


class PairDevice(Command, frozen=True, kw_only=True):
    """A browser becomes a counter's device."""

    device: str
    counter: int
    token_sha256: str
    actor: str


class UnpairDevice(Command, frozen=True, kw_only=True):
    """That browser is nobody's any more."""

    device: str
    actor: str


class ChangeService(Command, frozen=True, kw_only=True):
    """Suspend, close or open a service field."""

    service: str
    state: ServiceState
    reason: str = ""
    actor: str = ""


class SetTraining(Command, frozen=True, kw_only=True):
    """Training mode on or off."""

    on: bool
    actor: str


class ConfirmDay(Command, frozen=True, kw_only=True):
    """A person vouches that today is `day` although the clock is not synchronised."""

    day: str
    actor: str


# ---- the program itself ----


class Tick(Command, frozen=True, kw_only=True):
    """Time passed: expire what is due, open or close the day when the rules say so."""


class CloseDay(Command, frozen=True, kw_only=True):
    """End every open ticket of the day."""

    reason: ExpiryReason = ExpiryReason.CLOSED
    late: bool = False


class AdvanceSeries(Command, frozen=True, kw_only=True):
    """Series may not go on below these numbers (`day`, series name: number)."""

    day: str
    numbers: dict[str, int]
    cause: str


class RecordPrintSent(TicketCommand, frozen=True, kw_only=True):
    """The first byte is about to leave."""

    job: int


class RecordPrinted(TicketCommand, frozen=True, kw_only=True):
    """The printer confirmed."""

    job: int


class RecordPrintFailed(TicketCommand, frozen=True, kw_only=True):
    """Nothing came out."""

    job: int
    cause: PrintFailure


class RecordPrintUnknown(TicketCommand, frozen=True, kw_only=True):
    """Only paper knows."""

    job: int
    cause: PrintFailure


class DropPrint(TicketCommand, frozen=True, kw_only=True):
    """Too old to print by itself."""

    job: int


class RecordPlayed(TicketCommand, frozen=True, kw_only=True):
    """The announcement was heard."""

    call: str
    times: int
    zone: str
    rung: Rung
    frames: int


class RecordNotPlayed(TicketCommand, frozen=True, kw_only=True):
    """It was not. `outcome` is `failed`, `superseded` or `expired`.

    `rung` is what was done instead when it failed: the chime alone, or the board's flash.
    """

    call: str
    times: int
    zone: str
    outcome: str
    cause: str = ""
    rung: Rung = Rung.FLASH


class RecordHealth(Command, frozen=True, kw_only=True):
    """A component's state as its driver sees it; refused as `no_change` when nothing changed."""

    component: str
    state: HealthState
    code: str = ""
    detail: str = ""
    drill: bool = False


class RecordClock(Command, frozen=True, kw_only=True):
    """The clock's trust changed or it jumped. `before` is the earlier clock state's value."""

    before: str
    jump_ms: int = 0


class RecordStop(Command, frozen=True, kw_only=True):
    """The program ends cleanly; `cause` is whether the machine goes with it, if that is known."""

    reason: str
    cause: StopCause = StopCause.UNKNOWN
