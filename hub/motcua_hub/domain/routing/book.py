"""What was told of one incident, and what is to be told: its place in the chain, timers, messages.

The book is a value: `telling.tell` makes the next one, the store writes down the difference.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import msgspec

from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.chain import Planned, Told
from motcua_hub.domain.routing.directory import Address

PENDING: Final = "pending"
FIRED: Final = "fired"
CANCELLED: Final = "cancelled"
DEAD: Final = "dead"
STEP: Final = "step"
REMIND: Final = "remind"


class Kind(StrEnum):
    """What a message is to its reader."""

    PROBLEM = "problem"
    RECOVERY = "recovery"
    REMINDER = "reminder"
    MOVED = "moved"


class Phase(StrEnum):
    """Where telling stands."""

    UNROUTED = "unrouted"
    SWALLOWED = "swallowed"
    RUNNING = "running"
    STOPPED = "stopped"
    """Somebody took it on: no further contact is told; reminders go on."""
    OVER = "over"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where telling stands; see the table `escalation`."""

    round: int
    epoch: int = 0
    phase: Phase = Phase.UNROUTED
    unit: int | None = None
    responsible: str = ""
    severity: int = 4
    moved: int = 0
    sent_row: int = 0
    unreached_at: int | None = None


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens at a moment unless it is cancelled; `told` are its readers."""

    round: int
    epoch: int
    kind: str
    number: int
    due_at: int
    tier: int = 0
    unit: int | None = None
    contact: int | None = None
    told: tuple[Told, ...] = ()
    state: str = PENDING
    ended_at: int | None = None

    @property
    def name(self) -> tuple[int, int, str, int]:
        """Its key among the timers of an incident."""
        return (self.round, self.epoch, self.kind, self.number)


def steps(planned: Iterable[Planned], round_: int, epoch: int) -> tuple[Timer, ...]:
    """A chain as timers."""
    return tuple(
        Timer(
            round=round_,
            epoch=epoch,
            kind=STEP,
            number=step.number,
            due_at=step.due_at,
            tier=step.tier,
            unit=step.unit,
            contact=step.contact,
            told=step.told,
        )
        for step in planned
    )


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the outbox about this incident. `new` ones are not there yet."""

    key: str
    kind: str
    round: int
    channel: str
    address: str
    name: str = ""
    contact: int | None = None
    unit: int | None = None
    after: str | None = None
    state: str = "waiting"
    attempts: int = 0
    uncertain: bool = False
    new: bool = False

    @property
    def way(self) -> Address:
        """Channel and address."""
        return (self.channel, self.address)

    @property
    def got(self) -> bool:
        """Whether its reader has it, may have it, or may be getting it at this moment."""
        return self.state in ("sent", "sending") or self.uncertain


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row for the timeline, written by the hub itself."""

    happening: Happening
    detail: dict[str, Any]


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one incident."""

    place: Place | None = None
    timers: tuple[Timer, ...] = ()
    messages: tuple[Message, ...] = ()


def way_id(way: Address) -> str:
    """A short name of an address, for keys: no address is written into a key."""
    return hashlib.sha256("\0".join(way).encode()).hexdigest()[:12]


def message_key(incident: int, kind: Kind, part: str, way: Address) -> str:
    """The same message has the same key, whoever works it out, and however often."""
    return f"incident:{incident}:{kind.value}:{part}:{way[0]}:{way_id(way)}"


def part_of(key: str) -> str:
    """The part in a key made by `message_key`: round, chain and step; empty for other keys."""
    parts = key.split(":")
    return parts[3] if parts[0] == "incident" and len(parts) > 4 else ""  # noqa: PLR2004


def round_of(key: str) -> int:
    """The round in a key made by `message_key`; 0 for other keys."""
    number = part_of(key).partition(".")[0]
    return int(number) if number.isdecimal() else 0
