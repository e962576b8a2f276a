"""A pretended office for hub tests: journals of real facts, batches, hellos. No network."""

import hashlib
from dataclasses import dataclass, field

import msgspec

from motcua_contract import facts
from motcua_contract.digests import EventKey, ack_tag, body_hash, event_digest
from motcua_contract.facts.base import BaseFact
from motcua_contract.facts.office import JournalStarted
from motcua_contract.facts.tickets import (
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketServed,
    TicketStarted,
)
from motcua_contract.messages import Batch, Event, Hello, StreamState, encode
from motcua_contract.vocabulary import ClockState

T0 = 1_795_400_000_000
"""A moment on 2026-11-23, UTC ms."""
DAY = "2026-11-23"


def ident(*parts: object) -> str:
    """A stable 16-byte id in hex."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@dataclass
class Journal:
    """One incarnation: `add` commits a fact, `batch` makes the message of a range."""

    name: str
    parent: "Journal | None" = None
    hw: str = "hw-1"
    boot: str = "boot-1"
    start: int = T0
    clock: ClockState = ClockState.NTP
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add(
            JournalStarted(
                parent_jid=self.parent.jid if self.parent else None,
                parent_last_seq=self.parent.last if self.parent else 0,
                hardware=self.hw,
                boot=self.boot,
                clock=self.clock,
            )
        )

    @property
    def jid(self) -> str:
        return ident("jid", self.name)

    @property
    def last(self) -> int:
        return len(self.events)

    def add(self, fact: BaseFact, *, at: int | None = None) -> Event:
        """Commit a fact; a second passes between facts."""
        return self.add_raw(facts.type_name(fact), facts.encode(fact), at=at)

    def add_raw(self, name: str, body: bytes, *, at: int | None = None, eid: str = "") -> Event:
        seq = self.last + 1
        wall = self.start + seq * 1000 if at is None else at
        event = Event(
            seq=seq,
            eid=eid or ident("eid", self.name, seq),
            type=name,
            boot=self.boot,
            t_mono=wall - self.start + 5_000,
            t_wall=wall,
            clock=self.clock,
            business_day=DAY,
            body=msgspec.Raw(body),
        )
        self.events.append(event)
        return event

    def digest(self, seq: int) -> str:
        return digest_of(self.jid, self.events[seq - 1])

    def tag(self, seq: int) -> str:
        return ack_tag(bytes.fromhex(self.digest(seq)))

    def batch(self, first: int = 1, last: int | None = None) -> bytes:
        """The message with rows first..last."""
        events = self.events[first - 1 : last]
        return pack(self.jid, events)

    def state(self, *, first_available: int = 1, acked: int = 0) -> StreamState:
        return StreamState(
            jid=self.jid,
            parent_jid=self.parent.jid if self.parent else None,
            parent_last_seq=self.parent_last(),
            first_available=first_available,
            last=self.last,
            acked=acked,
        )

    def parent_last(self) -> int:
        """As written in the first row: what the parent had when this one began."""
        started = facts.decode("journal.started/1", self.events[0].body)
        assert isinstance(started, JournalStarted)
        return started.parent_last_seq

    def hello(self, *streams: StreamState, nonce: str = "n1", day: str = DAY) -> bytes:
        return encode(
            Hello(
                nonce=nonce,
                device="d-7f3k",
                hw=self.hw,
                boot=self.boot,
                now_mono=1_000_000,
                now_wall=self.start + 995_000,
                clock=self.clock,
                jid=self.jid,
                streams=list(streams) or [self.state()],
                business_day=day,
                free_bytes=10**9,
            )
        )

    def serve(self, number: int, *, test: bool = False, service: str = "TP") -> str:
        """A ticket from issue to its end, six facts; its id."""
        ticket = self.issue(number, test=test, service=service)
        who = {"ticket": ticket, "test": test, "counter": 1, "officer": "lan"}
        self.add(TicketCalled(call=f"{ticket}#1", **who))
        self.add(TicketStarted(**who))
        self.add(TicketFinished(serving_ms=60_000, rate_by=T0, **who))
        self.add(TicketServed(**who))
        return ticket

    def issue(self, number: int, *, test: bool = False, service: str = "TP") -> str:
        """A ticket just issued; its id."""
        label = f"A{number:03d}"
        ticket = f"{DAY.replace('-', '')}-{label}"
        self.add(
            TicketIssued(
                ticket=ticket,
                test=test,
                label=label,
                series="A",
                number=number,
                day=DAY,
                service=service,
                order_key=number,
            )
        )
        return ticket


def digest_of(jid: str, event: Event) -> str:
    """The event's digest, in hex."""
    key = EventKey(
        jid, event.seq, event.eid, event.type, event.t_mono, event.t_wall, event.business_day
    )
    sha = body_hash(event.body) if event.body else bytes.fromhex(event.body_sha256 or "")
    return event_digest(key, sha).hex()


def pack(jid: str, events: list[Event]) -> bytes:
    """A batch message of these events."""
    return encode(
        Batch(
            jid=jid,
            first=events[0].seq,
            last=events[-1].seq,
            events=events,
            digest_last=digest_of(jid, events[-1]),
        )
    )


def stub(event: Event) -> Event:
    """The same event without its body."""
    told = msgspec.structs.asdict(event)
    # an empty Raw that is not the default itself would be written as nothing at all
    told.pop("body")
    return Event(**{**told, "body_sha256": body_hash(event.body).hex()})
