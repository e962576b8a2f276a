"""Facts that prove how long an office's machine ran, what it could reach and what it probed.

They are compact on purpose: an office ticks every ten seconds and states a run of equal ticks as
one span, a run of equal probes as one run. `ticks.reported/1` and `probes.reported/1` may speak of
an earlier boot than the one they are written in: what a power cut left is told at the next start.
Times are ms of the boot-time clock of the boot that they name; `boot.met/1` places a boot in UTC.
"""

from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from motcua_contract.facts.base import BaseFact

TICK_MS: Final = 10_000
"""How often an office ticks."""
REPORT_MS: Final = 300_000
"""So often it tells of its ticks and probes when nothing changes; a change it tells at once."""


class TickSpan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ticks that follow each other without a long gap, and that all say the same.

    Attributes:
        boot: Boot id.
        run: The program that ticked: its journal incarnation.
        first: Number of the first tick; numbers rise by one through the whole boot.
        last: Number of the last one.
        since: When the first tick was.
        until: When the last one was.
        longest: The longest time between two of them.
        synced: Whether the wall clock was synchronised by network time.
        offset: Wall clock (UTC ms) minus boot-time clock at the last tick.
        failed: Components whose driver had failed.
        ups: What the office ran on, as in `power.changed/1`; empty without a UPS.
        gateway: Whether the gateway answered; absent when nobody asked it.
        hub: Whether the hub's broker was connected; absent while a new program could not know yet.
        where: Which part of the way was broken while it was not (`lan`, `wan`, `hub`, `unknown`).
    """

    boot: str
    run: str
    first: int
    last: int
    since: int
    until: int
    longest: int = 0
    synced: bool = False
    offset: int = 0
    failed: tuple[str, ...] = ()
    ups: str = ""
    gateway: bool | None = None
    hub: bool | None = None
    where: str = ""


class TicksReported(BaseFact, frozen=True, kw_only=True):
    """Ticks since the last report, oldest first. Hearing of a tick twice changes nothing."""

    TYPE: ClassVar[str] = "ticks.reported/1"
    spans: tuple[TickSpan, ...]


class BootMet(BaseFact, frozen=True, kw_only=True):
    """This boot's first meeting with the hub (R11), or one that tells the time much better.

    Attributes:
        boot: Boot id.
        hub: The hub's clock, UTC ms.
        at: Our boot-time clock at the same moment, within half of `round_trip`.
        round_trip: How long question and answer took, in ms.
    """

    TYPE: ClassVar[str] = "boot.met/1"
    boot: str
    hub: int
    at: int
    round_trip: int = 0


class ProbeOutcome(StrEnum):
    """What a probe found; `blind`: this office itself was cut off, which says nothing (R4)."""

    OK = "ok"
    FAIL = "fail"
    BLIND = "blind"


class ProbeRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Probes of one target that follow each other and all found the same.

    Attributes:
        target: As in the list of probes.
        outcome: What they found.
        since: When the first of them was.
        until: When the last was.
        count: How many there were.
        cause: Why they failed, as the first of them said.
        confirmed: When the failure that made an outage sure was; absent if none of these did.
        nth: Which of these it was, from 1; 0 if none.
        ms: The median of what the answers took.
        interval: How the target is probed, for whoever judges: see `ProbeSpec`.
        timeout: The same.
        n_down: The same.
        n_up: The same.
    """

    target: str
    outcome: ProbeOutcome
    since: int
    until: int
    count: int
    cause: str = ""
    confirmed: int | None = None
    nth: int = 0
    ms: int | None = None
    interval: int = 30_000
    timeout: int = 5_000
    n_down: int = 3
    n_up: int = 2


class ProbesReported(BaseFact, frozen=True, kw_only=True):
    """Probes since the last report, oldest first for each target.

    A run goes on in the next report when nothing else was found between them. `version` is that
    of the list of probes.
    """

    TYPE: ClassVar[str] = "probes.reported/1"
    boot: str
    version: int = 0
    runs: tuple[ProbeRun, ...]
