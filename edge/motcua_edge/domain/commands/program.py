"""What the program itself records."""

from motcua_contract.sentences import Phrase
from motcua_contract.vocabulary import ExpiryReason, HealthState, PrintFailure, Rung, StopCause
from motcua_edge.domain.commands.base import Command, TicketCommand


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
    said: tuple[Phrase, ...] = ()
    drill: bool = False


class RecordClock(Command, frozen=True, kw_only=True):
    """The clock's trust changed or it jumped. `before` is the earlier clock state's value."""

    before: str
    jump_ms: int = 0


class RecordStop(Command, frozen=True, kw_only=True):
    """The program ends cleanly; `cause` is whether the machine goes with it, if that is known."""

    reason: str
    cause: StopCause = StopCause.UNKNOWN
