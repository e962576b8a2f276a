"""What to say to the hub next, given what it said and what time it is. No I/O, no clock.

Every journal incarnation is a `Lane`. The current one goes first, but one place of the window is
always left for older ones: live events are not delayed by a backlog, and a backlog drains.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from motcua_contract.digests import tag_matches
from motcua_contract.messages import (
    WINDOW,
    Ack,
    Nak,
    NakCode,
    Resume,
    StreamHave,
    StreamState,
)
from motcua_edge.journal import Stream
from motcua_edge.services.uplink.lane import RESEND_CAP_MS, RESEND_MS, Lane, Want

HELLO_EVERY_MS: Final = 300_000
HELLO_SOON_MS: Final = 2_000
"""A hello that a surprise calls for waits at least this long after the last one."""
RETURN_MS: Final = 5_000
"""About so long after the hub came back it is greeted: all sites hear of it at once."""
NO_CREDIT_MS: Final = 30_000
STREAMS_IN_HELLO: Final = 1_000


class Progress(msgspec.Struct, frozen=True):
    """What the journal has to remember of a stream. `rewound`: the hub has lost something."""

    jid: str
    upto: int
    safe: int
    rewound: bool = False


class Counts(msgspec.Struct):
    """How often what happened, since the process started."""

    acked_events: int = 0
    resent: int = 0
    naks: int = 0
    forged: int = 0
    refused: int = 0
    rewinds: int = 0
    resumes: int = 0
    stale: int = 0


Digests = Mapping[str, bytes | None]
"""By jid, the digest of the own entry that a message speaks of; None when it is not here."""


class Sender:
    """The sending half of the protocol. Times are boot-time ms; `jitter` gives factors near 1."""

    def __init__(
        self, current: str, jitter: Callable[[], float], *, hello_every_ms: int = HELLO_EVERY_MS
    ) -> None:
        self.current = current
        self.counts = Counts()
        self._jitter = jitter
        self._hello_every = hello_every_ms
        self._lanes: dict[str, Lane] = {}
        self._credit = WINDOW
        self._generation: int | None = None
        self._nonce: str | None = None
        self._resumed = False
        self._hello_at: int | None = None
        self._hello_sent = 0
        self._hello_tries = 0
        self._heard_at = 0

    # ---- the journal's side ----

    def learn(self, streams: Sequence[Stream]) -> None:
        """Take in all streams of the journal, oldest first."""
        for stream in streams:
            lane = self._lanes.get(stream.jid)
            if lane is None:
                self._lanes[stream.jid] = Lane(stream, self._jitter)
            else:
                lane.refresh(stream)

    def grew(self, last: int) -> None:
        """The current incarnation has entries up to `last`."""
        lane = self._lanes[self.current]
        lane.last = max(lane.last, last)

    # ---- the connection's side ----

    def connected(self, now: int) -> None:
        """A new connection: the first word is a hello, and nothing else before its answer."""
        self.disconnected()
        self._hello_at = now
        self._hello_tries = 0

    def disconnected(self) -> None:
        """The connection is gone, and all that was under way with it."""
        self._resumed = False
        self._nonce = None
        self._hello_at = None
        self._credit = WINDOW
        for lane in self._lanes.values():
            lane.reset()

    def hello_due(self, now: int) -> bool:
        """Whether it is time for a hello."""
        return self._hello_at is not None and now >= self._hello_at

    def hello_streams(self) -> list[StreamState]:
        """What a hello tells of the streams; the less urgent ones wait when there are too many."""
        lanes = list(self._lanes.values())
        here = [lane for lane in lanes if lane.jid == self.current]
        open_ = [lane for lane in lanes if lane.jid != self.current and lane.pending]
        done = [lane for lane in lanes if lane.jid != self.current and not lane.pending]
        chosen = (here + open_ + done[::-1])[:STREAMS_IN_HELLO]
        ids = {lane.jid for lane in chosen}
        return [_state(lane) for lane in lanes if lane.jid in ids]

    def hello_sent(self, nonce: str, now: int) -> None:
        """A hello left; only a resume with this nonce will be believed."""
        self._nonce = nonce
        self._hello_sent = now
        wait = min(RESEND_CAP_MS, RESEND_MS << min(self._hello_tries, 5))
        self._hello_tries += 1
        self._hello_at = now + round(wait * self._jitter())

    def ask_hello(self, now: int) -> None:
        """Something does not fit: say hello again, soon but not in a loop.

        One under way is waited for: its answer is newer than the surprise, and another nonce
        would make it worthless. When it was lost, its own timer repeats it.
        """
        if self._hello_at is not None and self._nonce is None:
            self._hello_at = min(self._hello_at, max(now, self._hello_sent + HELLO_SOON_MS))

    def hub_returned(self, now: int) -> None:
        """Ingest says that it has just come up: whatever was under way may be lost."""
        if self._hello_at is not None:
            soon = max(now + round(RETURN_MS * self._jitter()), self._hello_sent + HELLO_SOON_MS)
            self._hello_at = min(self._hello_at, soon)

    # ---- what the hub says ----

    def on_resume(self, resume: Resume, digests: Digests, now: int) -> list[Progress] | None:
        """E3; None when it does not answer the last hello. `digests` are those of rows `have`."""
        if self._nonce is None or resume.nonce != self._nonce:
            self.counts.stale += 1
            return None
        self._nonce = None
        self._resumed = True
        self._heard_at = now
        self._credit = resume.credit
        self._generation = resume.generation
        self._hello_tries = 0
        self._hello_at = now + (self._hello_every if resume.credit else NO_CREDIT_MS)
        self.counts.resumes += 1
        steps = [self._resume(have, digests.get(have.jid)) for have in resume.streams]
        for lane in self._lanes.values():
            lane.resumed(self._hello_sent)
        return [step for step in steps if step is not None]

    def _resume(self, said: StreamHave, digest: bytes | None) -> Progress | None:
        lane = self._lanes.get(said.jid)
        if lane is None:
            return None
        proved, safe = _proved(said.tag, digest), min(said.safe, said.have)
        if not proved:
            # a nonce can be overheard; only who holds the row may raise what leads to purging
            safe = min(safe, lane.safe)
        less_safe = safe < lane.safe
        lane.safe = safe
        if lane.rewind(said.have) or less_safe:
            self.counts.rewinds += 1
            return Progress(said.jid, said.have, safe, rewound=True)
        if proved or said.have == lane.acked:
            return self._acknowledge(lane, said.have, safe)
        self.counts.forged += 1
        return None

    def on_ack(self, ack: Ack, digest: bytes | None, now: int) -> Progress | None:
        """E2; `digest` is that of the own entry (ack.jid, ack.upto). None when it proves nothing.

        An acknowledgement of an older generation is from another life of the hub. One of a newer
        generation is true, but the hub may have lost what it had before: a hello will tell.
        """
        lane = self._lanes.get(ack.jid)
        if lane is None or self._generation is None or ack.generation < self._generation:
            self.counts.stale += 1
            self.ask_hello(now)
            return None
        if ack.generation > self._generation:
            self.ask_hello(now)
        if not _proved(ack.tag, digest):
            self.counts.forged += 1
            return None
        self._heard_at = now
        self._credit = ack.credit
        if ack.credit == 0:
            self._hello_at = min(self._hello_at or now, now + NO_CREDIT_MS)
        return self._acknowledge(lane, ack.upto, min(ack.safe, ack.upto))

    def _acknowledge(self, lane: Lane, upto: int, safe: int) -> Progress:
        before = lane.acked
        if lane.acknowledge(upto):
            self.counts.acked_events += lane.acked - before
        lane.safe = max(lane.safe, safe)
        return Progress(lane.jid, upto, lane.safe)

    def on_nak(self, nak: Nak, digest: bytes | None, now: int) -> Progress | None:
        """A batch was not taken. `digest` is that of the own entry (nak.jid, nak.have)."""
        self.counts.naks += 1
        if nak.tag is not None and digest is not None and not _proved(nak.tag, digest):
            self.counts.forged += 1
            return None
        self._heard_at = now
        lane = self._lanes.get(nak.jid) if nak.jid else self._blamed()
        if lane is None:
            return None
        progress = None
        if nak.have > lane.acked and _proved(nak.tag, digest):
            progress = self._acknowledge(lane, nak.have, 0)
        if nak.code is NakCode.GAP:
            self._gap(lane, nak.have, now)
        else:
            self._complaint(lane, now)
        return progress

    def _blamed(self) -> Lane | None:
        """Whose batch an unreadable one was: the lane with the oldest batch under way."""
        flying = [(f.sent_at, lane) for lane in self._lanes.values() if (f := lane.blame())]
        return min(flying, key=lambda pair: pair[0])[1] if flying else None

    def _gap(self, lane: Lane, have: int, now: int) -> None:
        if not lane.gap(have, now):
            self.ask_hello(now)

    @staticmethod
    def _complaint(lane: Lane, now: int) -> None:
        flight = lane.blame()
        if flight is not None:
            lane.failed(flight.first, flight.last, now, counts=True)

    # ---- what to send ----

    def want(self, now: int) -> Want | None:
        """The next batch to read and send; None when the window is full or nothing is due."""
        for lane in self._lanes.values():
            lane.expire(now, self._heard_at)
        if not self._free:
            return None
        old = [lane for jid, lane in self._lanes.items() if jid != self.current]
        here = self._lanes[self.current].want(now)
        behind = next((want for lane in old if (want := lane.want(now))), None)
        starved = not any(lane.in_flight for lane in old)
        return behind if behind and (starved or here is None) else here

    def sent(self, jid: str, span: tuple[int, int], now: int) -> None:
        """The entries first..last of `span` are about to leave."""
        lane = self._lanes[jid]
        before = lane.resent
        lane.sent(*span, now)
        self.counts.resent += lane.resent - before

    def nothing_there(self, want: Want, now: int) -> None:
        """The journal has no such entries: wait for a hello that says what there is."""
        self._lanes[want.jid].blocked = True
        self.ask_hello(now)

    def refused(self, jid: str, span: tuple[int, int], now: int, *, counts: bool) -> None:
        """The broker refused the batch `span`; `counts` if its size or content is to blame."""
        self.counts.refused += 1
        self._lanes[jid].failed(*span, now, counts=counts)

    def wake_at(self) -> int | None:
        """When to look again if nothing happens before."""
        times = [self._hello_at, *(lane.deadline() for lane in self._lanes.values())]
        if self._free:
            times += [lane.ready_at() for lane in self._lanes.values()]
        return min((time for time in times if time is not None), default=None)

    @property
    def _free(self) -> bool:
        """Whether one more batch may be under way."""
        flying = sum(lane.in_flight for lane in self._lanes.values())
        return self._resumed and flying < min(WINDOW, self._credit)

    # ---- figures ----

    @property
    def outbox(self) -> int:
        """Entries that the hub has not acknowledged."""
        return sum(lane.waiting for lane in self._lanes.values())

    @property
    def oldest_unacked(self) -> tuple[str, int] | None:
        """(jid, seq) of the oldest entry without acknowledgement."""
        lane = next((lane for lane in self._lanes.values() if lane.pending), None)
        return (lane.jid, lane.first_waiting) if lane else None


def _proved(tag: str | None, digest: bytes | None) -> bool:
    return tag is not None and digest is not None and tag_matches(tag, digest)


def _state(lane: Lane) -> StreamState:
    parent_jid, parent_last = lane.parent
    return StreamState(
        jid=lane.jid,
        parent_jid=parent_jid,
        parent_last_seq=parent_last,
        first_available=lane.first_available,
        last=lane.last,
        acked=lane.acked,
    )
