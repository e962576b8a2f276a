"""An office in memory: commands decided and applied, every refusal proved to change nothing."""

from datetime import datetime

import msgspec
import pytest

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
from motcua_contract.vocabulary import ClockState, Rung, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.commands import Command
from motcua_edge.domain.decide import decide
from motcua_edge.domain.fold import apply
from motcua_edge.domain.localtime import VIETNAM
from motcua_edge.domain.model import Instant, OfficeState, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

PIN = "0" * 32 + "$" + "0" * 64
MONDAY = "2026-11-23 08:00"
"""An ordinary working morning."""


def ms(text: str) -> int:
    """Local time such as `2026-11-23 08:00` as UTC ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp() * 1000)


def officer(name: str, *roles: str) -> Officer:
    return Officer(id=name, name=name.title(), pin_scrypt=PIN, roles=roles or ("officer",))


def site(queue: QueuePolicy | None = None, **changes: object) -> SiteConfig:
    """A small office: three fields, three counters, five people."""
    config = SiteConfig(
        name="Phường Thử Nghiệm",
        services=(
            ServiceField(code="CT", name="Chứng thực", series="A"),
            ServiceField(code="DD", name="Đất đai", series="1"),
            ServiceField(code="HT", name="Hộ tịch", series="H", priority_series="U"),
        ),
        counters=(
            CounterConfig(number=1, services=("CT", "DD")),
            CounterConfig(number=2, services=("DD", "CT")),
            CounterConfig(number=3, services=("HT",)),
        ),
        officers=(
            officer("an"),
            officer("binh"),
            officer("chi", "supervisor"),
            officer("dung"),
            officer("tech", "technician"),
        ),
        calendar=Calendar(),
        queue=queue or QueuePolicy(),
        rating=RatingPolicy(),
    )
    return msgspec.structs.replace(config, **changes)


def with_field(config: SiteConfig, code: str, **changes: object) -> SiteConfig:
    """The site with one service field changed."""
    fields = tuple(
        msgspec.structs.replace(field, **changes) if field.code == code else field
        for field in config.services
    )
    return msgspec.structs.replace(config, services=fields)


class Desk:
    """State, site and clock in one hand; `do` and `refused` are all a test needs."""

    def __init__(
        self,
        config: SiteConfig | None = None,
        at: str = MONDAY,
        clock: ClockState = ClockState.NTP,
        boot: str = "boot-1",
    ) -> None:
        self.site = config or site()
        self.state = OfficeState()
        self.now = Instant(ms(at), 0, clock, boot)
        self.history: list[tuple[Fact, Instant]] = []

    def wait(self, seconds: float) -> None:
        step = int(seconds * 1000)
        self.now = msgspec.structs.replace(
            self.now, wall=self.now.wall + step, mono=self.now.mono + step
        )

    def set(self, **changes: object) -> None:
        """Change the clock: wall as text or ms, clock, boot."""
        wall = changes.get("wall")
        if isinstance(wall, str):
            changes["wall"] = ms(wall)
        self.now = msgspec.structs.replace(self.now, **changes)

    def do(self, command: Command) -> tuple[Fact, ...]:
        facts = decide(self.state, self.site, command, self.now)
        for fact in facts:
            self.feed(fact)
        return facts

    def feed(self, fact: Fact) -> None:
        """Apply a fact that no rule produced."""
        self.state = apply(self.state, fact, self.now)
        self.history.append((fact, self.now))

    def refused(self, command: Command, code: RefusalCode) -> Refusal:
        """Expect this refusal, typed and with a remedy, and an untouched state."""
        before = msgspec.json.encode(self.state)
        with pytest.raises(Refusal) as caught:
            decide(self.state, self.site, command, self.now)
        assert caught.value.code is code, str(caught.value)
        assert caught.value.field
        assert caught.value.detail
        assert msgspec.json.encode(self.state) == before
        return caught.value

    # ---- shortcuts ----

    def seat(self, who: str, counter: int) -> None:
        device = f"dev-{counter}"
        if device not in self.state.devices:
            self.do(c.PairDevice(device=device, counter=counter, token_sha256="a" * 64, actor="t"))
        self.do(c.LogIn(officer=who, counter=counter, device=device))

    def issue(self, service: str = "CT", **fields: object) -> Ticket:
        self.wait(4)
        facts = self.do(c.IssueTicket(service=service, **fields))
        return self.state.tickets[facts[-1].ticket]

    def ticket(self, ticket: Ticket | str) -> Ticket:
        return self.state.tickets[ticket if isinstance(ticket, str) else ticket.id]

    def call(self, counter: int = 1, who: str = "an", **fields: object) -> Ticket:
        facts = self.do(c.CallNext(counter=counter, officer=who, **fields))
        return self.state.tickets[facts[-1].ticket]

    def play(self, ticket: Ticket, rung: Rung = Rung.CLIPS) -> None:
        call = self.ticket(ticket).call
        assert call is not None
        self.do(
            c.RecordPlayed(
                ticket=ticket.id, call=call.id, times=call.times, zone="main", rung=rung, frames=9
            )
        )

    def act(self, kind: type[c.OfficerCommand], ticket: Ticket, **fields: object) -> Ticket:
        """An officer's command about a ticket, by `an` at counter 1 unless said."""
        values = {"counter": 1, "officer": "an", **fields}
        self.do(kind(ticket=ticket.id, **values))
        return self.ticket(ticket)

    def serving(self, service: str = "CT") -> Ticket:
        """A ticket that `an` serves at counter 1."""
        self.issue(service)
        return self.act(c.Start, self.call())

    def missed(self, service: str = "CT") -> Ticket:
        """A ticket that was called twice, heard, and missed at counter 1."""
        self.issue(service)
        called = self.call()
        self.wait(25)
        self.act(c.Recall, called)
        self.play(called)
        self.wait(25)
        missed = self.act(c.Miss, called)
        assert missed.state is TicketState.MISSED
        return missed


def seated(config: SiteConfig | None = None, **clock: object) -> Desk:
    """An open office with `an` at counter 1."""
    desk = Desk(config, **clock)
    desk.seat("an", 1)
    return desk
