"""The office as a vantage: probes what the hub's list says, and hands runs of it to the vigil."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from motcua_contract.facts.evidence import ProbeOutcome
from motcua_contract.probes import ProbeList, ProbeSpec, Reference
from motcua_edge.domain.vigil import runs
from motcua_edge.domain.vigil.runs import Course, Sampled
from motcua_edge.services.desired import PartError
from motcua_edge.services.vigil.vigil import Runs

if TYPE_CHECKING:
    from motcua_probes.asking import Asker
    from motcua_probes.clock import ClockStep
    from motcua_probes.judging import Judged, Spell
    from motcua_probes.results import Sample
    from motcua_probes.schedule import Prober

MOST: Final = 200
"""So many targets one Pi can probe without neglecting its office."""
FASTEST_MS: Final = 1_000


class BootClock:
    """Implements the probes' `Clock` by the boot-time clock alone: no wall clock can step it."""

    def __init__(self, mono: Callable[[], int]) -> None:
        self._mono = mono

    def mono(self) -> int:
        """Boot-time clock in ms: as the ticks have it."""
        return self._mono()

    def wall(self) -> int:
        """The same."""
        return self._mono()


class ProbeVantage:
    """Implements the probes' `Sink` and the configuration's `Part`; run it as a task, supervised.

    Args:
        site: The vantage's name.
        asker: Makes who asks, for each start.
        references: What shows that the office itself is not cut off, beside those of the list.
        mono: Boot-time clock in ms, as the ticks have it.

    Attributes:
        news: Set when an outage or its end is confirmed; whoever waits for it clears it.
        samples: Results so far.
    """

    def __init__(
        self,
        site: str,
        asker: "Callable[[], Asker]",
        references: Callable[[], Sequence[Reference]],
        mono: Callable[[], int],
    ) -> None:
        self._site = site
        self._asker = asker
        self._references = references
        self._clock = BootClock(mono)
        self._list = ProbeList()
        self._specs: dict[str, ProbeSpec] = {}
        self._courses: dict[str, Course] = {}
        self._prober: Prober | None = None
        self._some = asyncio.Event()
        self._urgent = False
        self.news = asyncio.Event()
        self.samples = 0

    # ---- the configuration's part ----

    def check(self, section: bytes) -> None:
        """Return if this list could be probed from here."""
        wanted = _read(section)
        if len(wanted.probes) > MOST:
            msg = f"{len(wanted.probes)} probes; an office can do {MOST}"
            raise PartError(msg)
        fast = next((spec for spec in wanted.probes if spec.interval < FASTEST_MS), None)
        if fast is not None:
            msg = f"{fast.target} every {fast.interval} ms; at most once in {FASTEST_MS} ms"
            raise PartError(msg)

    def apply(self, section: bytes | None) -> None:
        """Probe these from now on."""
        self._list = ProbeList() if section is None else _read(section)
        self._specs = {spec.target: spec for spec in reversed(self._list.probes)}
        if self._specs:
            self._some.set()
        if self._prober is not None:
            self._prober.change(self._whole())

    def _whole(self) -> ProbeList:
        """The list with the references that the office itself knows."""
        references = (*self._list.references, *self._references())
        return msgspec.structs.replace(self._list, references=references)

    # ---- the schedule ----

    async def run(self) -> None:
        """Probe until cancelled."""
        await self._some.wait()
        # 10 MB of protocols that an office without a list does not need
        from motcua_probes.schedule import Prober  # noqa: PLC0415

        self._prober = Prober(self._site, self._asker(), self, clock=self._clock)
        self._prober.change(self._whole())
        try:
            await self._prober.run()
        finally:
            self._prober = None

    def told(self, sample: "Sample", judged: "Judged") -> None:
        """One probe's result; whether it is sure is judged by the same rules as at the hub."""
        del judged
        spec = self._specs.get(sample.target)
        if spec is None:
            return
        seen = Sampled(
            at=sample.at,
            outcome=ProbeOutcome(sample.outcome.value),
            cause=sample.cause[:64],
            ms=sample.latency_ms,
        )
        course = runs.sampled(self._courses.get(sample.target, Course()), spec, seen)
        self._courses[sample.target] = course
        if course.changed:
            self._urgent = True
            self.news.set()
        self.samples += 1

    def closed(self, target: str, spells: "tuple[Spell, ...]") -> None:
        """The hub judges for itself."""

    def stepped(self, step: "ClockStep") -> None:
        """This clock does not step."""

    # ---- the vigil ----

    def probed(self, told: bool) -> Runs:
        """Runs that no fact tells of yet; with `told` they count as told."""
        found = tuple(run for course in self._courses.values() for run in course.told)
        result = Runs(version=self._list.version, runs=found, urgent=self._urgent)
        if told:
            kept = {name: each for name, each in self._courses.items() if name in self._specs}
            self._courses = {name: runs.reported(each) for name, each in kept.items()}
            self._urgent = False
        return result

    def counts(self) -> dict[str, float]:
        """Figures for metrics."""
        return {"probes": float(len(self._specs)), "samples": float(self.samples)}


def _read(section: bytes) -> ProbeList:
    try:
        return msgspec.json.decode(section, type=ProbeList)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PartError(str(error)) from error
