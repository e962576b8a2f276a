"""The state of an office: frozen structs, replaced and never changed in place.

Every dict in `OfficeState` is replaced when one of its entries changes, so that the rows to write
are found by identity (`rows.py`). All times are UTC milliseconds unless a name says otherwise.
"""

from collections import Counter as Tally
from functools import cached_property
from typing import Final

import msgspec

from motcua_contract.sentences import Phrase
from motcua_contract.vocabulary import (
    AnnouncementState,
    Channel,
    ClockState,
    CounterState,
    PowerMode,
    PrintFailure,
    PrintState,
    Priority,
    Purpose,
    RatingState,
    Rung,
    SelfTest,
    ServiceState,
    TicketState,
)


class Instant(msgspec.Struct, frozen=True):
    """One reading of the clock, in ms: wall, boot-time, and how far the wall can be trusted."""

    wall: int
    mono: int
    clock: ClockState
    boot: str = ""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a ticket to a counter. `times` counts the calls, the first included."""

    id: str
    counter: int
    officer: str
    first_at: int
    last_at: int
    times: int = 1
    played: int = 0
    announcement: AnnouncementState = AnnouncementState.QUEUED
    rung: Rung | None = None


class PrintJob(msgspec.Struct, frozen=True, kw_only=True):
    """The newest slip of a ticket. `job` counts from 1; above 1 it carries the reprint mark."""

    job: int = 1
    state: PrintState = PrintState.PENDING
    cause: PrintFailure | None = None
    requested_at: int = 0
    auto_retries: int = 0
    reason: str = ""


class RatingWindow(msgspec.Struct, frozen=True, kw_only=True):
    """The one chance to rate a served ticket."""

    state: RatingState = RatingState.NONE
    nonce_sha256: str = ""
    until: int | None = None
    opened_at: int | None = None
    level: int | None = None
    given_at: int | None = None
    device: str = ""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it stands now. `version` rises with every fact about it.

    `order_key` (ms) is the place in line; `first_waiting_at` survives transfers, `waiting_since`
    does not. `prior` is the ticket before its last undoable fact, for one undo.
    """

    id: str
    label: str
    day: str
    series: str
    number: int
    service: str
    purpose: Purpose = Purpose.SUBMIT
    priority: Priority = Priority.NONE
    channel: Channel = Channel.KIOSK
    device: str = ""
    test: bool = False
    state: TicketState = TicketState.WAITING
    version: int = 1
    moved: int = 1
    """Version at the last step of the lifecycle; slips and announcements since are no conflict."""
    order_key: int
    issued_at: int
    first_waiting_at: int
    waiting_since: int
    ahead: int = 0
    wait_low_min: int | None = None
    wait_high_min: int | None = None
    counter: int | None = None
    officer: str | None = None
    only_counter: int | None = None
    call: Call | None = None
    calls: int = 0
    started_at: int | None = None
    finished_at: int | None = None
    ended_at: int | None = None
    deadline: int | None = None
    reason: str = ""
    outcome: str = ""
    note: str = ""
    rejoins: int = 0
    hops: int = 0
    print: PrintJob = PrintJob()
    rating: RatingWindow = RatingWindow()
    last_type: str = ""
    last_at: int = 0
    last_actor: str = ""
    prior: "Ticket | None" = None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A run of numbers of one business day. `last` is the highest number ever given out in it."""

    name: str
    day: str
    last: int = 0
    overflow: str | None = None


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """A counter as it stands now."""

    number: int
    state: CounterState = CounterState.CLOSED
    officer: str | None = None
    device: str | None = None
    since: int = 0
    reason: str = ""
    back_at: int | None = None
    version: int = 0
    normal_run: int = 0
    """Ordinary citizens called in a row since the last priority one (N:1 interleave)."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service field's switch; its hours come from the calendar."""

    code: str
    state: ServiceState = ServiceState.OPEN
    reason: str = ""
    last_issue_at: int = 0
    issued_day: str = ""
    issued: int = 0
    """Numbers given out on `issued_day`, test tickets left out."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A paired browser, and the lock of officers who typed wrong PINs on it (officer: until ms)."""

    id: str
    counter: int
    token_sha256: str
    paired_at: int = 0
    locked: dict[str, int] = {}


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A component's last reported state."""

    component: str
    state: str
    code: str = ""
    since: int = 0
    detail: str = ""
    said: tuple[Phrase, ...] = ()
    drill: bool = False


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Runtimes (s) of a full battery at one step of load: the best median, the newest days."""

    best: int = 0
    recent: tuple[int, ...] = ()


class Battery(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt of the battery that `mark` names. `load`: the step it was last measured at.

    `runs` by the lower edge of the step, as text.
    """

    mark: str = ""
    measured_at: int = 0
    load: int = 0
    runs: dict[str, Runs] = {}


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """What the office runs on, and what is known of its battery.

    Attributes:
        mode, since: As this process sees it; unknown at every start.
        charge: Percent, at the last change of mode.
        first_at: When a UPS was first seen.
        tested_at, test, test_text: The last self-test.
        stopped_for: Why the program last ended cleanly; empty after an unclean end.
        stop_ms: How long the program itself took to end when the battery ran out.
    """

    mode: PowerMode = PowerMode.UNKNOWN
    since: int = 0
    charge: float | None = None
    first_at: int = 0
    tested_at: int = 0
    test: SelfTest = SelfTest.NONE
    test_text: str = ""
    stopped_for: str = ""
    stop_ms: int = 0
    battery: Battery = Battery()


class FaultReport(msgspec.Struct, frozen=True, kw_only=True):
    """The last fault that a counter reported, at `at` (UTC ms)."""

    component: str
    at: int


class ScreenAside(msgspec.Struct, frozen=True, kw_only=True):
    """Who said that a screen is not to be watched, and when (UTC ms)."""

    actor: str
    at: int


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of the office as a whole. `version` rises with every fact of any kind."""

    version: int = 0
    day: str = ""
    day_closed: bool = False
    day_clock: ClockState = ClockState.NONE
    day_boot: str = ""
    """Boot id under which the day was opened or last vouched for, by a clock or a person."""
    day_at: int = 0
    """What the wall clock showed at that moment (UTC ms)."""
    last_at: int = 0
    training: bool = False
    last_order: int = 0
    """Highest `order_key` of an arrival: a clock that went back must not let anybody jump."""
    call_seq: int = 0
    test_seq: int = 0
    last_kiosk_at: dict[str, int] = {}
    help_at: int | None = None
    power: Power = Power()
    pads: dict[str, str] = {}
    """The last press of each pad that was carried out; see `domain.pads.presses`."""
    fault_reports: dict[str, FaultReport] = {}
    """By counter: what may still be taken back."""
    screens_aside: dict[str, ScreenAside] = {}
    """By component: displays and kiosks that are not to be watched."""


_TIMED: Final = frozenset(
    {TicketState.MISSED, TicketState.ON_HOLD, TicketState.AWAY, TicketState.WRAP_UP}
)


class Load(msgspec.Struct, frozen=True):
    """Who waits: all and priority citizens by service code."""

    total: dict[str, int]
    priority: dict[str, int]


class OfficeState(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything recovery needs. Keys: ticket id, `day/series`, number as text, code, id, name.

    What follows from the fields is worked out when somebody asks, once for each state: a page
    with eight service fields asks eight times.
    """

    office: Office = Office()
    tickets: dict[str, Ticket] = {}
    series: dict[str, Series] = {}
    counters: dict[str, Counter] = {}
    services: dict[str, Service] = {}
    devices: dict[str, Device] = {}
    health: dict[str, Health] = {}

    @cached_property
    def in_line(self) -> tuple[Ticket, ...]:
        """Everybody in line, unsorted; test tickets only in training mode, real ones only outside.

        Use `queue.waiting`.
        """
        training, waiting = self.office.training, TicketState.WAITING
        return tuple(t for t in self.tickets.values() if t.state is waiting and t.test is training)

    @cached_property
    def on_the_clock(self) -> tuple[Ticket, ...]:
        """Those that time alone may move: missed, parked, in wrap-up, or waiting for a rating.

        Asked every second; most of a busy day's tickets are over.
        """
        timed, window = _TIMED, RatingState.OPEN
        found = self.tickets.values()
        return tuple(t for t in found if t.state in timed or t.rating.state is window)

    @cached_property
    def load(self) -> Load:
        """The lines, counted."""
        line, nobody = self.in_line, Priority.NONE
        return Load(
            dict(Tally([ticket.service for ticket in line])),
            dict(Tally([ticket.service for ticket in line if ticket.priority is not nobody])),
        )
