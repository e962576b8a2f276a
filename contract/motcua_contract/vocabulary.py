"""Closed vocabularies shared by facts, messages and configuration."""

from enum import StrEnum


class ClockState(StrEnum):
    """How far the wall clock can be trusted."""

    NONE = "none"
    SAVED = "saved"
    RTC = "rtc"
    NTP = "ntp"

    @property
    def trusted(self) -> bool:
        """Whether a later date shown by this clock may open a business day by itself."""
        return self in (ClockState.RTC, ClockState.NTP)


class Priority(StrEnum):
    """Why a citizen goes before others; `NONE` for everybody else."""

    NONE = "none"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    CHILD = "child"
    MERIT = "merit"


class Purpose(StrEnum):
    """What the citizen came for."""

    SUBMIT = "submit"
    RESULT = "result"
    ADVICE = "advice"
    ONLINE = "online"


class Channel(StrEnum):
    """How the ticket was taken (R54)."""

    KIOSK = "kiosk"
    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"
    BUTTON = "button"


class TicketState(StrEnum):
    """States of a ticket's lifecycle."""

    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    ON_HOLD = "on_hold"
    AWAY = "away"
    MISSED = "missed"
    WRAP_UP = "wrap_up"
    SERVED = "served"
    NO_SHOW = "no_show"
    WALKED_OUT = "walked_out"
    EXPIRED = "expired"
    VOID = "void"

    @property
    def terminal(self) -> bool:
        """Whether nothing but an undo can follow."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        TicketState.SERVED,
        TicketState.NO_SHOW,
        TicketState.WALKED_OUT,
        TicketState.EXPIRED,
        TicketState.VOID,
    }
)


class PrintState(StrEnum):
    """What is known of a ticket's paper slip."""

    PENDING = "pending"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class PrintFailure(StrEnum):
    """Why a slip failed or its fate is unknown."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    NO_ANSWER = "no_answer"
    STALLED = "stalled"
    CUTTER_ERROR = "cutter_error"
    HEAD_HOT = "head_hot"
    CRASH = "crash"
    STALE = "stale"


class AnnouncementState(StrEnum):
    """What became of one announcement."""

    QUEUED = "queued"
    PLAYING = "playing"
    PLAYED = "played"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Rung(StrEnum):
    """How a call reached the hall: the voice's degradation ladder."""

    CLIPS = "clips"
    SYNTH = "synth"
    CHIME = "chime"
    FLASH = "flash"


class CounterState(StrEnum):
    """Whether an officer sits at a counter and takes citizens."""

    CLOSED = "closed"
    OPEN = "open"
    BREAK = "break"


class ServiceState(StrEnum):
    """Whether a service field gives out numbers."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    SUSPENDED = "suspended"


class RatingState(StrEnum):
    """What became of the rating window of a served ticket."""

    NONE = "none"
    OPEN = "open"
    RATED = "rated"
    DECLINED = "declined"
    EXPIRED = "expired"


class HealthState(StrEnum):
    """State of a component."""

    UNKNOWN = "unknown"
    OK = "ok"
    PROBLEM = "problem"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"
    DEACTIVATED = "deactivated"


class ExpiryReason(StrEnum):
    """Why an open ticket ended with the day."""

    CLOSED = "closed"
    OUTAGE = "outage"
    CAPACITY = "capacity"


class OrderPolicy(StrEnum):
    """Where a transferred ticket enters the target line."""

    FRONT = "front"
    EARNED = "earned"
    END = "end"


class PowerMode(StrEnum):
    """What an office runs on, and what it does about it."""

    UNKNOWN = "unknown"
    MAINS = "mains"
    CHARGING = "charging"
    """Mains again, with a battery too empty for a second outage: nothing new begins."""
    BATTERY = "battery"
    SHEDDING = "shedding"
    CRITICAL = "critical"
    """The battery ends: no numbers any more, and the machine is being shut down."""

    @property
    def on_battery(self) -> bool:
        """Whether the battery is what keeps the office alive."""
        return self in (PowerMode.BATTERY, PowerMode.SHEDDING, PowerMode.CRITICAL)

    @property
    def sheds(self) -> bool:
        """Whether everything that citizens can do without is to be switched off."""
        return self in (PowerMode.SHEDDING, PowerMode.CRITICAL)


class StopCause(StrEnum):
    """Why an office's program ended in good order."""

    UNKNOWN = "unknown"
    """Versions that could not tell."""
    UPS = "ups"
    """The battery ends, and the machine with it."""
    REBOOT = "reboot"
    POWEROFF = "poweroff"
    SERVICE = "service"
    """Only the program was stopped or restarted: by a person, or for an update."""

    @property
    def ends_machine(self) -> bool:
        """Whether the machine goes down with the program."""
        return self in (StopCause.UPS, StopCause.REBOOT, StopCause.POWEROFF)


class SelfTest(StrEnum):
    """How a battery did in its test."""

    NONE = "none"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
