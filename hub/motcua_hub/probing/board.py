"""What the prober said and nobody has taken yet. Everything here belongs to the loop's thread."""

from collections.abc import Callable, Mapping

import msgspec

from motcua_hub.probing.metrics import ProbeMetrics
from motcua_probes.clock import ClockStep
from motcua_probes.judging import Claim, Judged, Spell
from motcua_probes.results import Outcome, Sample


class Word(msgspec.Struct, frozen=True, gc=False):
    """A closed spell of a target, said in a run."""

    target: str
    run: str
    spell: Spell


class Warned(msgspec.Struct, frozen=True, gc=False):
    """A target's warning changed; an empty one is over. `at` is UTC ms."""

    target: str
    warning: str
    detail: str
    at: int


class Board:
    """Implements the prober's `Sink`.

    Args:
        metrics: What is counted.
        kind_of: The kind of a target's probe, for labels.
    """

    def __init__(self, metrics: ProbeMetrics, kind_of: Callable[[str], str]) -> None:
        self._metrics, self._kind_of = metrics, kind_of
        self.run = ""
        self._words: list[Word] = []
        self._warned: list[Warned] = []
        self._warnings: dict[str, tuple[str, str]] = {}
        self._touched: set[str] = set()

    def told(self, sample: Sample, judged: Judged) -> None:
        """A sample, and what it made sure."""
        self._count(sample)
        if sample.outcome is Outcome.OK:
            self._warn(sample)
        change = judged.change
        if change is None and not judged.closed:
            return
        if change is not None and change.claim is Claim.DOWN:
            self._metrics.confirmed.observe((change.at - change.since) / 1000)
        self.closed(sample.target, judged.closed)

    def closed(self, target: str, spells: tuple[Spell, ...]) -> None:
        """Said for sure."""
        self._touched.add(target)
        self._words += [Word(target, self.run, spell) for spell in spells]

    def stepped(self, step: ClockStep) -> None:
        """A new run: what is said from now on belongs to it."""
        self.run = step.run

    def _count(self, sample: Sample) -> None:
        kind = self._kind_of(sample.target)
        self._metrics.samples.labels(kind, sample.outcome.value).inc()
        if sample.outcome is Outcome.OK:
            self._metrics.latency.labels(kind).observe(sample.latency_ms / 1000)

    def _warn(self, sample: Sample) -> None:
        """Remember a warning that is new, or says something else than before."""
        told = (sample.warning, sample.detail) if sample.warning else ("", "")
        if self._warnings.get(sample.target, ("", "")) == told:
            return
        self._warnings[sample.target] = told
        self._warned.append(Warned(sample.target, *told, sample.at))

    def remember(self, warnings: Mapping[str, tuple[str, str]]) -> None:
        """What an earlier run warned of: over when a target works without it."""
        self._warnings.update(warnings)

    @property
    def warned(self) -> set[str]:
        """Targets of which a warning may be on record."""
        return set(self._warnings)

    def forget(self, target: str) -> None:
        """A target is probed no more: its warning is over."""
        self._touched.add(target)
        self._warnings.pop(target, None)
        self._warned.append(Warned(target, "", "", 0))

    @property
    def warnings(self) -> int:
        """How many targets work with a warning."""
        return sum(1 for warning, _ in self._warnings.values() if warning)

    def taken(self) -> tuple[list[Word], list[Warned], set[str]]:
        """All that is new, oldest first, and the targets of which something changed."""
        found = self._words, self._warned, self._touched
        self._words, self._warned, self._touched = [], [], set()
        return found
