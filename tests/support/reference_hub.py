"""The hub's side of the protocol in memory, for tests of the edge: step by step as specified.

It has no projections and no broker. `backup` and `restore` are those of an operator; `crash` loses
what was not committed, which here is nothing: a commit is one assignment.
"""

import copy
from dataclasses import dataclass, field

from motcua_contract.digests import EventKey, ack_tag, body_hash, event_digest
from motcua_contract.messages import (
    WINDOW,
    Ack,
    Batch,
    Event,
    Floor,
    Hello,
    Message,
    MessageError,
    Nak,
    NakCode,
    Resume,
    StreamHave,
    decode,
)


@dataclass
class Held:
    """One incarnation as the hub has it."""

    have: int = 0
    events: dict[int, Event] = field(default_factory=dict)
    digests: dict[int, bytes] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def tag(self, seq: int) -> str | None:
        return ack_tag(self.digests[seq]) if seq in self.digests else None


def digest(jid: str, event: Event) -> bytes:
    """An event's digest from what is on the wire."""
    body = bytes.fromhex(event.body_sha256) if event.body_sha256 else body_hash(bytes(event.body))
    key = EventKey(
        jid, event.seq, event.eid, event.type, event.t_mono, event.t_wall, event.business_day
    )
    return event_digest(key, body)


class ReferenceHub:
    """One site's part of a hub. Methods take messages and return the answers."""

    def __init__(self) -> None:
        self.streams: dict[str, Held] = {}
        self.poison: list[bytes] = []
        self.conflicts: list[tuple[str, int]] = []
        self.credit = WINDOW
        self.generation = 0
        self.floor: Floor | None = None
        self.refuse: set[str] = set()
        """Event ids that make a batch unreadable, as a bug of the hub would."""
        self._backup: dict[str, Held] = {}

    def on_hello(self, payload: bytes) -> list[Message]:
        hello = decode(Hello, payload)
        answers = []
        for said in hello.streams:
            held = self.streams.setdefault(said.jid, Held())
            if said.first_available > held.have + 1:
                held.gaps.append((held.have + 1, said.first_available - 1))
                held.have = said.first_available - 1
            have = min(held.have, said.last)
            answers.append(
                StreamHave(jid=said.jid, have=have, tag=held.tag(have), safe=self._safe(said.jid))
            )
        return [
            Resume(
                nonce=hello.nonce,
                streams=answers,
                hub_time=hello.now_wall,
                floor=self.floor,
                generation=self.generation,
                credit=self.credit,
            )
        ]

    def _safe(self, jid: str) -> int:
        backed = self._backup.get(jid, Held()).have
        return min(backed, self.streams[jid].have)

    def on_batch(self, payload: bytes) -> list[Message]:
        try:
            batch = decode(Batch, payload)
        except MessageError as error:
            self.poison.append(payload)
            return [Nak(code=NakCode.BAD, detail=str(error))]
        if any(e.eid in self.refuse and e.body_sha256 is None for e in batch.events):
            held = self.streams.setdefault(batch.jid, Held())
            return [Nak(jid=batch.jid, code=NakCode.BAD, have=held.have, tag=held.tag(held.have))]
        return [self._take(batch)]

    def _take(self, batch: Batch) -> Message:
        held = self.streams.setdefault(batch.jid, Held())
        if batch.first > held.have + 1:
            tag = held.tag(held.have)
            return Nak(jid=batch.jid, code=NakCode.GAP, have=held.have, tag=tag)
        for event in batch.events:
            self._store(batch.jid, held, event)
        held.have = max(held.have, batch.last)
        upto = batch.last
        return Ack(
            jid=batch.jid,
            upto=upto,
            tag=held.tag(upto) or "0" * 32,
            safe=self._safe(batch.jid),
            generation=self.generation,
            credit=self.credit,
        )

    def _store(self, jid: str, held: Held, event: Event) -> None:
        known, new = held.digests.get(event.seq), digest(jid, event)
        if known is not None and known != new:
            self.conflicts.append((jid, event.seq))
        elif known is None:
            held.events[event.seq] = event
            held.digests[event.seq] = new

    def backup(self) -> None:
        """A verified backup of everything that is held now."""
        self._backup = copy.deepcopy(self.streams)

    def restore(self) -> None:
        """Lose the disk and go back to the newest verified backup."""
        self.streams = copy.deepcopy(self._backup)
        self.generation += 1

    def digests(self) -> dict[tuple[str, int], bytes]:
        """Everything held, by (jid, seq)."""
        return {
            (jid, seq): value
            for jid, held in self.streams.items()
            for seq, value in held.digests.items()
        }

    def gaps(self) -> set[tuple[str, int]]:
        """Every number declared lost and not filled after all."""
        return {
            (jid, seq)
            for jid, held in self.streams.items()
            for first, last in held.gaps
            for seq in range(first, last + 1)
            if seq not in held.digests
        }
