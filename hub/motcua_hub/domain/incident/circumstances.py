"""What is known around one outage: the evidence that its cause is read from. Times are UTC ms.

Every piece carries the id of the evidence it was taken from, so that an attribution can name what
it rests on. Pieces outside the window around the outage may be given: they are not looked at.
"""

from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.availability.intervals import Interval, Spans

MARGIN: Final = 120_000
"""How long before and after an outage evidence speaks of it."""


class Planned(msgspec.Struct, frozen=True):
    """Maintenance that counts as such (`availability.layers.eligible`)."""

    begin: int
    end: int
    id: str


class UpsSpan(msgspec.Struct, frozen=True):
    """A time over which the UPS told the same. `status` holds NUT's words: `OB DISCHRG LB`."""

    begin: int
    end: int
    status: str
    id: str

    @property
    def words(self) -> frozenset[str]:
        """NUT's words one by one."""
        return frozenset(self.status.split())

    @property
    def on_battery(self) -> bool:
        """Whether mains were gone."""
        return "OB" in self.words

    @property
    def exhausted(self) -> bool:
        """Whether the battery was at its end, or the shutdown was forced."""
        return bool(self.words & {"LB", "FSD"})


class Stop(msgspec.Struct, frozen=True):
    """A mark that a machine was being shut down on purpose: `reboot`, `upgrade` or `ups`."""

    at: int
    reason: str
    id: str


class Boot(msgspec.Struct, frozen=True, kw_only=True):
    """One boot of the machine whose journal this is, placed in UTC.

    A boot that nobody could place is not here.

    Attributes:
        begin: When it began; `doubt` is by how much all of its times may be off.
        last: Its last tick that arrived.
        ticked: When ticks followed each other: it worked.
        stop: The mark with which it ended, if it left one.
    """

    boot_id: str
    begin: int
    last: int
    ticked: Spans
    id: str
    doubt: int = 0
    stop: Stop | None = None


class AppKind(StrEnum):
    """What happened to the program on the machine."""

    START = "start"
    """A run id that was not there before."""
    STOP = "stop"
    FAILED = "failed"
    """Its unit failed, or the kernel killed it for lack of memory."""


class AppEvent(msgspec.Struct, frozen=True):
    """One happening to the program, told by the machine's journal."""

    at: int
    kind: AppKind
    id: str


class Reach(msgspec.Struct, frozen=True):
    """What the machine's ticks said of its own gateway and of the hub over some time."""

    begin: int
    end: int
    gateway: bool | None
    hub: bool | None
    id: str


class Loss(msgspec.Struct, frozen=True):
    """Something else of the site was lost, as `vantage` saw it.

    What only the machine itself could see is lost with the machine and proves nothing: losses with
    the site's own vantage are not counted.
    """

    target: str
    at: int
    vantage: str
    id: str


class SymptomKind(StrEnum):
    """How the failure showed itself."""

    SILENCE = "silence"
    """Nothing was heard or answered any more, a last will included."""
    BAD_ANSWER = "bad_answer"
    """Connected, and then an error (HTTP 5xx) or no answer in time; or refused by its machine."""
    ROUTER_SILENT = "router_silent"
    """The site's router did not answer ICMP."""
    ROUTER_ANSWERS = "router_answers"


class Symptom(msgspec.Struct, frozen=True):
    """Something the hub or another vantage saw."""

    at: int
    kind: SymptomKind
    id: str


class Mass(msgspec.Struct, frozen=True, kw_only=True):
    """How many sites were lost within 30 s of this onset, this one included.

    Attributes:
        lost: That many of `sites`, the sites in service.
        carriers: How many carriers lost most of their sites; 0: not known.
        carriers_standing: How many other carriers kept most of theirs.
    """

    lost: int
    sites: int
    id: str
    carriers: int = 0
    carriers_standing: int = 0


class Hole(msgspec.Struct, frozen=True):
    """A time over which the hub's own record of itself has a hole (R7)."""

    begin: int
    end: int
    id: str


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """All that may be known of one outage.

    Attributes:
        onset: When it began, dated back to the first failure.
        end: When it ended; None while it lasts. `now` is when one looks.
        kind: Of the target: `server`, `site_link`, `device` or `service`.
        site: The target's site, empty for none; its vantage has the same name.
        expects_journal: Whether a journal of the machine will come at all.
        journal_until: How far the journal is in without a hole since before the onset.
    """

    onset: int
    end: int | None
    now: int
    kind: str
    site: str = ""
    expects_journal: bool = True
    journal_until: int | None = None
    planned: tuple[Planned, ...] = ()
    ups: tuple[UpsSpan, ...] = ()
    boots: tuple[Boot, ...] = ()
    app: tuple[AppEvent, ...] = ()
    reach: tuple[Reach, ...] = ()
    losses: tuple[Loss, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    mass: Mass | None = None
    holes: tuple[Hole, ...] = ()

    @property
    def until(self) -> int:
        """The end as far as it is known."""
        return max(self.onset, self.now if self.end is None else self.end)

    @property
    def outage(self) -> Interval:
        """The outage as far as it is known."""
        return (self.onset, self.until)

    @property
    def window(self) -> Interval:
        """Evidence inside this time speaks of the outage."""
        return (self.onset - MARGIN, self.until + MARGIN)

    @property
    def settled(self) -> bool:
        """Whether the outage is over and all that the machine has to tell of it is in."""
        if self.end is None:
            return False
        if not self.expects_journal:
            return True
        return self.journal_until is not None and self.journal_until >= self.window[1]
