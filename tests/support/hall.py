"""An office with counters and loudspeakers, its journal in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from motcua_contract.facts import Fact
from motcua_contract.siteconfig import (
    Calendar,
    CounterConfig,
    Officer,
    QueuePolicy,
    ServiceField,
    SiteConfig,
    VoicePolicy,
)
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.commands import (
    CallNext,
    IssueTicket,
    LogIn,
    PairDevice,
    Recall,
    Requeue,
    Start,
)
from motcua_edge.domain.model import Instant, OfficeState, Ticket
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.drivers.voice import Clips, FakePlayer, FakeSynth, Player, SoundCache, Synth
from motcua_edge.services.announcing import AnnouncingService
from motcua_edge.services.office import OfficeService

MONDAY_0900 = 1_795_399_200_000
"""Monday 23 November 2026, 09:00 in Vietnam, in UTC ms."""
COUNTERS = {1: "main", 2: "main", 3: "main", 4: "upstairs"}


def hall_site(voice: VoicePolicy | None = None) -> SiteConfig:
    """One service field, three counters below and one upstairs, one officer at each."""
    return SiteConfig(
        name="Trung tâm Phục vụ hành chính công",
        services=(ServiceField(code="DD", name="Đất đai", series="A"),),
        counters=tuple(
            CounterConfig(number=number, services=("DD",), zone=zone)
            for number, zone in COUNTERS.items()
        ),
        officers=tuple(
            Officer(id=f"officer-{n}", name=f"Cán bộ {n}", pin_scrypt=f"{'0' * 32}${'0' * 64}")
            for n in COUNTERS
        ),
        calendar=Calendar(always_open=True),
        queue=QueuePolicy(
            device_cooldown_s=0, recall_after_s=0, capacity_check=False, min_serving_s=0
        ),
        voice=voice or VoicePolicy(),
    )


class MemoryJournal:
    """Keeps facts in a list; it survives nothing."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    async def append(
        self, facts: Sequence[Fact], _changes: object, *, business_day: str, now: Instant
    ) -> None:
        """Keep the facts."""
        assert business_day or now
        self.facts += facts


class HealthNotes:
    """Notes what is reported of components."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, HealthState, str]] = []

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> None:
        """Note a state and its code; a fault must have a detail."""
        assert bool(code) == bool(detail)
        self.notes.append((component, state, code))


class Hall:
    """The office, its clock, and what is in its journal."""

    def __init__(self, site: SiteConfig | None = None, state: OfficeState | None = None) -> None:
        self.clock = FakeClock(wall=MONDAY_0900)
        self.journal = MemoryJournal()
        self.health = HealthNotes()
        self.office = OfficeService(
            journal=self.journal,
            site=site or hall_site(),
            clock=self.clock,
            state=state or OfficeState(),
        )

    async def staff(self) -> None:
        """Everybody sits down."""
        for number in COUNTERS:
            device = f"pc-{number}"
            await self.office.execute(
                PairDevice(device=device, counter=number, token_sha256="0" * 64, actor="officer-1")
            )
            await self.office.execute(
                LogIn(officer=f"officer-{number}", counter=number, device=device)
            )

    async def issue(self) -> Ticket:
        """One more citizen."""
        before = self.office.state.tickets.keys()
        outcome = await self.office.execute(IssueTicket(service="DD", device="kiosk-1"))
        (new,) = outcome.state.tickets.keys() - before
        return outcome.state.tickets[new]

    async def call(self, counter: int) -> Ticket:
        """The next citizen is called to a counter."""
        outcome = await self.office.execute(CallNext(counter=counter, officer=f"officer-{counter}"))
        return next(
            t
            for t in outcome.state.tickets.values()
            if t.counter == counter and t.state.value == "called"
        )

    async def recall(self, ticket: Ticket) -> None:
        """Say it again."""
        await self._officer(Recall, ticket)

    async def requeue(self, ticket: Ticket) -> None:
        """That was a mistake."""
        await self._officer(Requeue, ticket)

    async def start(self, ticket: Ticket) -> None:
        """The citizen is there."""
        await self._officer(Start, ticket)

    async def _officer(
        self, kind: type[Recall] | type[Requeue] | type[Start], ticket: Ticket
    ) -> None:
        assert ticket.counter is not None
        await self.office.execute(
            kind(ticket=ticket.id, counter=ticket.counter, officer=f"officer-{ticket.counter}")
        )

    def outcomes(self) -> list[tuple[str, str, int]]:
        """What became of announcements: (kind, ticket label, which repetition)."""
        return [
            (fact.TYPE.split("/")[0].split(".")[1], fact.ticket[-4:], fact.times)
            for fact in self.journal.facts
            if fact.TYPE.startswith("announcement.")
        ]

    def facts(self, kind: type[Fact]) -> list[Fact]:
        """All facts of one kind, in order."""
        return [fact for fact in self.journal.facts if isinstance(fact, kind)]


def voice(
    hall: Hall,
    folder: Path,
    players: Mapping[str, Player],
    synth: Synth | None = None,
    clips: Clips | None = None,
) -> AnnouncingService:
    """The announcing service of a hall, not yet running."""
    return AnnouncingService(
        office=hall.office,
        players=players,
        synth=synth or FakeSynth(),
        clips=clips,
        cache=SoundCache(folder / "cache"),
        health=hall.health,
        spool=folder / "spool",
    )


@asynccontextmanager
async def running(service: AnnouncingService):
    """Run the service for the length of a `with`."""
    task = asyncio.create_task(service.run())
    try:
        await asyncio.sleep(0)
        yield service
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def fake_players() -> dict[str, FakePlayer]:
    """One for each zone of the hall."""
    return {zone: FakePlayer() for zone in sorted(set(COUNTERS.values()))}
