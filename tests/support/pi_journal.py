"""A site's Pi as the hub's importer meets it: boots, programs, ticks and reports, without a Pi."""

from dataclasses import dataclass, field

from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.evidence import (
    TICK_MS,
    BootMet,
    ProbeRun,
    ProbesReported,
    TickSpan,
    TicksReported,
)
from motcua_contract.facts.office import ProcessStopped
from motcua_contract.vocabulary import StopCause
from motcua_edge.domain.vigil.spans import Look, Spans, reported, ticked
from support.hubsite import Journal


@dataclass
class Program:
    """One program of one boot; `begun` is when the boot truly began (UTC ms)."""

    name: str
    boot: str
    begun: int
    parent: "Program | None" = None
    number: int = 1
    wall_error: int = 0
    synced: bool = True
    left: tuple[TickSpan, ...] = ()
    journal: Journal = field(init=False)
    spans: Spans = field(init=False)
    mono: int = 0

    def __post_init__(self) -> None:
        parent = self.parent.journal if self.parent else None
        start = self.begun + self.wall_error
        self.journal = Journal(self.name, parent, boot=self.boot, start=start + 5_000)
        self.spans = Spans(boot=self.boot, run=self.journal.jid, number=self.number)

    def say(self, fact: BaseFact) -> None:
        """Commit a fact now."""
        self.journal.add(fact, at=self.begun + self.wall_error + self.mono)

    def begin(self) -> "Program":
        """What the program before could not tell."""
        if self.left:
            self.say(TicksReported(spans=self.left))
        return self

    def meet(self, trip: int = 0) -> None:
        """The first meeting with the hub."""
        at = self.mono
        self.say(BootMet(boot=self.boot, hub=self.begun + at, at=at, round_trip=trip))

    def tick(self, count: int = 1, *, every: int = TICK_MS, **seen: object) -> None:
        """Ticks that all see the same; `hub` is True unless said otherwise."""
        for _ in range(count):
            self.mono += every
            offset = self.begun + self.wall_error
            look = Look(mono=self.mono, offset=offset, synced=self.synced, **{"hub": True, **seen})
            self.spans = ticked(self.spans, look)

    def report(self) -> None:
        """State the ticks since the last report."""
        self.say(TicksReported(spans=self.spans.told))
        self.spans = reported(self.spans)

    def probed(self, *runs: ProbeRun, version: int = 1) -> None:
        """State runs of probes."""
        self.say(ProbesReported(boot=self.boot, version=version, runs=runs))

    def stop(self, cause: StopCause = StopCause.SERVICE) -> None:
        """End in good order."""
        self.report()
        reason = "ups" if cause is StopCause.UPS else "asked to stop"
        self.say(ProcessStopped(reason=reason, cause=cause))

    def killed_then(self, name: str, *, after: int) -> "Program":
        """A new program in the same boot, `after` ms later."""
        new = Program(
            name, self.boot, self.begun, self, self.spans.number, self.wall_error, self.synced
        )
        new.left, new.mono = self.spans.told, self.mono + after
        return new

    def dark_then(self, name: str, boot: str, *, after: int, **clock: object) -> "Program":
        """A new boot that begins `after` ms from now."""
        new = Program(name, boot, self.begun + self.mono + after, self, **clock)
        new.left = self.spans.told
        return new

    @property
    def now(self) -> int:
        """UTC ms, truly."""
        return self.begun + self.mono
