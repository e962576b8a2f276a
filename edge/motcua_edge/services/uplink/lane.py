"""One incarnation on its way to the hub: what is under way, what comes next, what failed."""

from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract.messages import MAX_EVENTS
from motcua_edge.journal import Stream

RESEND_MS: Final = 10_000
RESEND_CAP_MS: Final = 300_000
FAILURES: Final = 3
"""The same batch may fail this often before it is halved or stripped to its digest."""
PATIENCE_MS: Final = 1_000
"""A gap reported sooner after a send is the echo of one already being repaired."""


class Flight(msgspec.Struct, frozen=True):
    """A batch that was sent and not acknowledged. Times are boot-time ms."""

    first: int
    last: int
    sent_at: int
    deadline: int


class Want(msgspec.Struct, frozen=True):
    """What to send next: read the entries after `after`, at most so many, and call `sent`."""

    jid: str
    after: int
    limit: int
    stubs: frozenset[int] = frozenset()


class Lane:
    """Sends one stream in order; go-back-n on loss. Jitter is a factor near 1."""

    def __init__(self, stream: Stream, jitter: Callable[[], float]) -> None:
        self.jid = stream.jid
        self.parent = (stream.parent_jid, stream.parent_last_seq)
        self.acked = stream.acked
        self.safe = stream.safe
        self.purged = stream.purged
        self.last = stream.last
        self.blocked = False
        self.resent = 0
        self._first_unacked = stream.first_unacked
        self._skip_to = 0
        self._jitter = jitter
        self._next = self._start()
        self._flights: deque[Flight] = deque()
        self._not_before = 0
        self._attempts = 0
        self._failures = 0
        self._failed_first = 0
        self._cap = MAX_EVENTS
        self._cap_until = 0
        self._stubs: set[int] = set()
        self._highest_sent = 0

    def _start(self) -> int:
        """The first number to send when nothing is under way; entries before it may be lost."""
        return max(self.acked + 1, self.purged + 1, self._first_unacked)

    @property
    def first_available(self) -> int:
        """What a hello says: the first entry not purged, or the one after a hole the hub met."""
        return max(self.purged + 1, self._skip_to)

    @property
    def waiting(self) -> int:
        """Entries that the hub has not acknowledged."""
        return max(0, self.last - self._start() + 1)

    @property
    def first_waiting(self) -> int:
        """The first of them."""
        return self._start()

    @property
    def pending(self) -> bool:
        """Whether the hub lacks something that is still here."""
        return self._start() <= self.last

    @property
    def in_flight(self) -> int:
        """Batches sent and not acknowledged."""
        return len(self._flights)

    def refresh(self, stream: Stream) -> None:
        """Take over what the journal says of the stream (not how far it is acknowledged)."""
        self.last = max(self.last, stream.last)
        self.purged = stream.purged
        if stream.acked == self.acked:
            self._first_unacked = stream.first_unacked

    def resumed(self, asked_at: int) -> None:
        """The hub has answered the hello of `asked_at`: what it could not take, it can now.

        What was sent before that and is not held was lost on the way: no use to wait for it.
        """
        self.blocked = False
        self._skip_to = 0
        lost = next((f for f in self._flights if f.sent_at < asked_at), None)
        if lost is not None:
            self._go_back(lost.first)
            self._attempts = 0

    def reset(self) -> None:
        """The connection is gone: nothing is under way; what failed is remembered."""
        self._flights.clear()
        self._next = self._start()
        self._not_before = 0
        self._attempts = 0
        self.blocked = False

    def want(self, now: int) -> Want | None:
        """The next batch to read and send, if one is due."""
        self._next = max(self._next, self._start())
        if self.blocked or now < self._not_before or self._next > self.last:
            return None
        limit = self._cap if self._next <= self._cap_until else MAX_EVENTS
        if self._next <= self._cap_until:
            limit = min(limit, self._cap_until - self._next + 1)
        return Want(self.jid, self._next - 1, limit, frozenset(self._stubs))

    def sent(self, first: int, last: int, now: int) -> None:
        """A batch left; its acknowledgement is awaited until a deadline."""
        wait = min(RESEND_CAP_MS, RESEND_MS << min(self._attempts, 5))
        self._flights.append(Flight(first, last, now, now + round(wait * self._jitter())))
        self._next = last + 1
        if first <= self._highest_sent:
            self.resent += 1
        self._highest_sent = max(self._highest_sent, last)

    def acknowledge(self, upto: int) -> bool:
        """The hub holds 1..upto, proved; True if that is news."""
        if upto <= self.acked:
            return False
        self.acked = upto
        while self._flights and self._flights[0].last <= upto:
            self._flights.popleft()
        self._next = max(self._next, self._start())
        self._attempts = 0
        self._failures = 0
        self._not_before = 0
        self._stubs = {seq for seq in self._stubs if seq > upto}
        return True

    def rewind(self, have: int) -> bool:
        """The hub holds only 1..have; True if less than was believed."""
        if have >= self.acked:
            return False
        self.acked = have
        self._first_unacked = 0
        self._go_back(self._start())
        return True

    def gap(self, have: int, now: int) -> bool:
        """The hub lacks have+1. False if only a hello can tell how to go on: all waits for it."""
        start = self._start()
        if start - 1 <= have < self._next:
            flight = next((f for f in self._flights if f.first <= have + 1 <= f.last), None)
            if flight is not None and now - flight.sent_at >= PATIENCE_MS:
                self._go_back(have + 1)
            if flight is not None or have + 1 == self._next:
                return True
        if self.acked <= have < start - 1:
            self._skip_to = start
        self._go_back(start)
        self.blocked = True
        return False

    def failed(self, first: int, last: int, now: int, *, counts: bool) -> None:
        """The batch first..last was not taken; `counts` if the batch itself is to blame."""
        self._go_back(first)
        wait = min(RESEND_CAP_MS, RESEND_MS << min(self._attempts, 5))
        self._not_before = now + round(wait * self._jitter())
        self._attempts += 1
        self._count(first, last, counts=counts)

    def _count(self, first: int, last: int, *, counts: bool) -> None:
        if not counts:
            return
        self._failures = self._failures + 1 if first == self._failed_first else 1
        self._failed_first = first
        if self._failures < FAILURES:
            return
        self._failures = 0
        self._attempts = 0
        if last > first:
            self._cap, self._cap_until = (last - first + 1) // 2, last
        else:
            self._stubs.add(first)

    def expire(self, now: int, heard_at: int) -> None:
        """Go back to the first batch whose acknowledgement is overdue.

        It counts against the batch only when the hub was heard after it was sent: a hub that is
        down must not turn everything into stubs.
        """
        late = next((f for f in self._flights if f.deadline <= now), None)
        if late is not None:
            self._go_back(late.first)
            self._attempts += 1
            self._count(late.first, late.last, counts=heard_at > late.sent_at)

    def blame(self) -> Flight | None:
        """The batch that a complaint without a range is about: the oldest under way."""
        return self._flights[0] if self._flights else None

    def deadline(self) -> int | None:
        """When the first acknowledgement under way is overdue."""
        return min((flight.deadline for flight in self._flights), default=None)

    def ready_at(self) -> int | None:
        """From when on there is a batch to send; None if there is none."""
        if self.blocked or max(self._next, self._start()) > self.last:
            return None
        return self._not_before

    def _go_back(self, seq: int) -> None:
        self._flights = deque(f for f in self._flights if f.last < seq)
        self._next = max(seq, self._start())
