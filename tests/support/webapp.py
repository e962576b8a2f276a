"""An office with its real rules and pages, and a journal in memory."""

import asyncio
from collections.abc import Sequence

import msgspec
from prometheus_client import CollectorRegistry

from motcua_contract.facts import Fact
from motcua_contract.siteconfig import (
    Calendar,
    CounterConfig,
    Officer,
    QueuePolicy,
    RatingPolicy,
    ServiceField,
    SiteConfig,
)
from motcua_contract.vocabulary import ClockState, HealthState
from motcua_edge.domain.commands import ConfirmDay, RecordHealth, Tick
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.refusals import Refusal
from motcua_edge.domain.rows import RowChange
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.services.office import OfficeService
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.sessions import Sessions
from motcua_edge.services.sessions_pins import hash_pin
from motcua_edge.web.deps import Controls, Deps

MONDAY_NINE = 1_795_399_200_000
"""2026-11-23 09:00 in Vietnam, UTC ms."""
PIN = "4711"
_HASHED = hash_pin(PIN, b"0123456789abcdef")


class MemoryJournal:
    """An Appender that keeps everything in a list. It cannot lose anything."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.changes: list[RowChange] = []

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> None:
        """Remember facts and rows, after giving other tasks a turn as a disk would."""
        del business_day, now
        await asyncio.sleep(0)
        self.facts += facts
        self.changes += changes


class ControlLog:
    """Remembers which controls were used."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self.not_ready: tuple[str, ...] = ()
        self.beats: dict[str, tuple[int, int | None]] = {}
        """The newest heartbeat of each screen: ms since its last paint and its last touch."""

    def present(self, screen: str, painted_ms: int, touched_ms: int | None) -> None:
        self.beats[screen] = (painted_ms, touched_ms)

    async def test_print(self) -> None:
        self.used.append("print")

    async def test_sound(self) -> None:
        self.used.append("sound")

    async def sound_heard(self, officer: str, heard: bool) -> None:
        self.used.append(f"heard {heard} by {officer}")

    async def speak(self, text: str) -> None:
        self.used.append(text)

    def controls(self) -> Controls:
        return Controls(
            test_print=self.test_print,
            test_sound=self.test_sound,
            sound_heard=self.sound_heard,
            speak=self.speak,
            figures=lambda: {"outbox_events": 12, "journal_last_seq": 345},
            not_ready=lambda: self.not_ready,
            present=self.present,
        )


def officer(name: str, full: str, title: str, *roles: str) -> Officer:
    """An officer whose PIN is `PIN`."""
    return Officer(id=name, name=full, title=title, pin_scrypt=_HASHED, roles=roles or ("officer",))


def demo_site(**changes: object) -> SiteConfig:
    """A ward office with eight fields and four counters."""
    site = SiteConfig(
        name="Trung tâm Phục vụ hành chính công phường Bến Thành",
        name_en="Ben Thanh Ward Public Administrative Service Centre",
        services=(
            ServiceField(code="CT", name="Chứng thực", name_en="Certification", series="A"),
            ServiceField(code="HT", name="Hộ tịch", name_en="Civil status", series="B"),
            ServiceField(code="DD", name="Đất đai", name_en="Land", series="C"),
            ServiceField(
                code="KD", name="Đăng ký kinh doanh", name_en="Business registration", series="D"
            ),
            ServiceField(
                code="XD", name="Xây dựng – Đô thị", name_en="Construction, urban", series="E"
            ),
            ServiceField(
                code="LD",
                name="Lao động – Bảo trợ xã hội",
                name_en="Labour, social protection",
                series="G",
                zone="upper",
            ),
        ),
        counters=(
            CounterConfig(number=1, services=("CT", "HT"), area="A", floor="1"),
            CounterConfig(number=2, services=("HT", "CT"), area="A", floor="1"),
            CounterConfig(number=3, services=("DD", "XD"), area="A", floor="1"),
            CounterConfig(number=4, services=("KD", "LD"), area="B", floor="2", zone="upper"),
        ),
        officers=(
            officer("lan", "Nguyễn Thị Lan", "Công chức Tư pháp – Hộ tịch"),
            officer("minh", "Trần Văn Minh", "Công chức Địa chính"),
            officer("hoa", "Phạm Thị Hoa", "Phó Giám đốc", "officer", "supervisor"),
            officer("tuan", "Lê Anh Tuấn", "Kỹ thuật viên", "technician"),
        ),
        queue=QueuePolicy(
            device_cooldown_s=0,
            recall_after_s=5,
            miss_min_calls=1,
            miss_after_s=0,
            display_only=True,
        ),
        rating=RatingPolicy(scale=3),
        calendar=Calendar(),
    )
    return msgspec.structs.replace(site, **changes)


class Office:
    """Everything behind the pages, with handles for tests."""

    def __init__(
        self, site: SiteConfig | None = None, clock: FakeClock | None = None, secret: bytes = b"s"
    ) -> None:
        self.journal = MemoryJournal()
        self.clock = clock or FakeClock(wall=MONDAY_NINE, clock=ClockState.NTP)
        self.service = OfficeService(
            journal=self.journal, site=site or demo_site(), clock=self.clock, state=OfficeState()
        )
        self.log = ControlLog()
        self.sessions = Sessions(self.service)
        self.desk = RatingDesk(self.service, secret)
        self.registry = CollectorRegistry()

    @property
    def state(self) -> OfficeState:
        return self.service.state

    def deps(self, **changes: object) -> Deps:
        deps = Deps(
            office=self.service,
            sessions=self.sessions,
            desk=self.desk,
            controls=self.log.controls(),
            registry=self.registry,
            lan=("127.0.0.0/8", "::1/128"),
            software="26.11",
        )
        return msgspec.structs.replace(deps, **changes)

    async def do(self, command: object) -> object:
        """Execute a command on the office."""
        return await self.service.execute(command)

    async def tick(self) -> None:
        """Let due things happen."""
        await self.service.execute(Tick())

    async def health(self, component: str, state: HealthState, code: str = "") -> None:
        """A driver reports."""
        await self.service.execute(RecordHealth(component=component, state=state, code=code))

    async def confirm(self, day: str) -> None:
        """A person vouches for the day, unless it is already open."""
        try:
            await self.service.execute(ConfirmDay(day=day, actor="hoa"))
        except Refusal:
            return
