"""Facts of the office: day, counters, officers, services, devices and the program itself."""

from typing import ClassVar

from motcua_contract.facts.base import BaseFact
from motcua_contract.sentences import Phrase
from motcua_contract.vocabulary import (
    ClockState,
    CounterState,
    HealthState,
    ServiceState,
    StopCause,
)


class JournalStarted(BaseFact, frozen=True, kw_only=True):
    """First row of every journal incarnation: one process start."""

    TYPE: ClassVar[str] = "journal.started/1"
    parent_jid: str | None = None
    parent_last_seq: int = 0
    hardware: str = ""
    version: str = ""
    boot: str = ""
    boot_ms: int = 0
    clock: ClockState = ClockState.NONE
    unclean: bool = False
    salvaged: int = 0


class ProcessStopped(BaseFact, frozen=True, kw_only=True):
    """A clean end, with its reason.

    `cause` is why, as far as the program could tell; one that ends the machine says so.
    """

    TYPE: ClassVar[str] = "process.stopped/1"
    reason: str
    cause: StopCause = StopCause.UNKNOWN


class DayOpened(BaseFact, frozen=True, kw_only=True):
    """The business day rose. `confirmed_by` is set when a person vouched for the date."""

    TYPE: ClassVar[str] = "day.opened/1"
    day: str
    clock: ClockState
    confirmed_by: str = ""


class DayClosed(BaseFact, frozen=True, kw_only=True):
    """Every open ticket of the day has been ended before this."""

    TYPE: ClassVar[str] = "day.closed/1"
    day: str
    late: bool = False


class SeriesAdvanced(BaseFact, frozen=True, kw_only=True):
    """A series may not go on below `number`: a recovery, or the hub's floor."""

    TYPE: ClassVar[str] = "series.advanced/1"
    day: str
    series: str
    number: int
    cause: str


class SeriesOverflowed(BaseFact, frozen=True, kw_only=True):
    """A series is used up for the day and goes on as `next_series`."""

    TYPE: ClassVar[str] = "series.overflowed/1"
    day: str
    series: str
    next_series: str


class OfficerLoggedIn(BaseFact, frozen=True, kw_only=True):
    """An officer sits down at a counter, on a paired device; the counter is open."""

    TYPE: ClassVar[str] = "officer.logged_in/1"
    officer: str
    counter: int
    device: str


class OfficerLoggedOut(BaseFact, frozen=True, kw_only=True):
    """The counter is closed. `forced_by` names who ended somebody else's session."""

    TYPE: ClassVar[str] = "officer.logged_out/1"
    officer: str
    counter: int
    forced_by: str = ""


class OfficerLocked(BaseFact, frozen=True, kw_only=True):
    """Five wrong PINs within 30 s: this officer on this device, until `until` (UTC ms)."""

    TYPE: ClassVar[str] = "officer.locked/1"
    officer: str
    device: str
    until: int


class CounterChanged(BaseFact, frozen=True, kw_only=True):
    """A counter paused or went on. `back_at` is UTC ms."""

    TYPE: ClassVar[str] = "counter.changed/1"
    counter: int
    officer: str
    state: CounterState
    reason: str = ""
    back_at: int | None = None


class ServiceChanged(BaseFact, frozen=True, kw_only=True):
    """A service field opened, is closing, closed, or was suspended."""

    TYPE: ClassVar[str] = "service.changed/1"
    service: str
    state: ServiceState
    reason: str = ""
    actor: str = ""


class DevicePaired(BaseFact, frozen=True, kw_only=True):
    """A browser became a counter's device; only the hash of its token is kept."""

    TYPE: ClassVar[str] = "device.paired/1"
    device: str
    counter: int
    token_sha256: str
    actor: str


class DeviceUnpaired(BaseFact, frozen=True, kw_only=True):
    """That browser is nobody's any more."""

    TYPE: ClassVar[str] = "device.unpaired/1"
    device: str
    actor: str


class TrainingChanged(BaseFact, frozen=True, kw_only=True):
    """Training mode: every ticket from here on is a test ticket."""

    TYPE: ClassVar[str] = "training.changed/1"
    on: bool
    actor: str


class HealthChanged(BaseFact, frozen=True, kw_only=True):
    """A component's state changed. `since` is UTC ms.

    `drill` marks a rehearsal, on purpose and by a person: shown, but in no figure and no incident.
    `detail` is English; `said` is the same as keys and values, to be put into other languages.
    """

    TYPE: ClassVar[str] = "health.changed/1"
    component: str
    state: HealthState
    code: str = ""
    since: int
    detail: str = ""
    said: tuple[Phrase, ...] = ()
    drill: bool = False


class ScreenSetAside(BaseFact, frozen=True, kw_only=True):
    """A person said that a display or kiosk is not to be watched; it is no fault until taken back.

    `component` as in `health.changed/1`.
    """

    TYPE: ClassVar[str] = "screen.set_aside/1"
    component: str
    actor: str


class ScreenTakenBack(BaseFact, frozen=True, kw_only=True):
    """That display or kiosk is watched again."""

    TYPE: ClassVar[str] = "screen.taken_back/1"
    component: str
    actor: str


class ClockChanged(BaseFact, frozen=True, kw_only=True):
    """The clock's trust changed, or it jumped by `jump_ms`."""

    TYPE: ClassVar[str] = "clock.changed/1"
    state: ClockState
    before: ClockState
    jump_ms: int = 0


class HelpCalled(BaseFact, frozen=True, kw_only=True):
    """A citizen asked for a person at the kiosk."""

    TYPE: ClassVar[str] = "help.called/1"
    device: str


class FaultReported(BaseFact, frozen=True, kw_only=True):
    """Somebody at the office reported a fault (R18)."""

    TYPE: ClassVar[str] = "fault.reported/1"
    component: str
    counter: int | None = None
    actor: str
    note: str = ""


class FaultWithdrawn(BaseFact, frozen=True, kw_only=True):
    """The last report of this component from this counter was a mistake."""

    TYPE: ClassVar[str] = "fault.withdrawn/1"
    component: str
    counter: int | None = None
    actor: str


class PressRefused(BaseFact, frozen=True, kw_only=True):
    """A rating press with nothing to rate, or too late: counted, never a rating."""

    TYPE: ClassVar[str] = "press.refused/1"
    device: str
    counter: int | None = None
    cause: str
