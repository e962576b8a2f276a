"""The one door to the office's state: decide, commit, then tell whoever acts on it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import takewhile
from typing import Protocol

import msgspec

from motcua_contract.facts import Fact, type_name
from motcua_contract.siteconfig import SiteConfig
from motcua_edge.domain.commands import Command, IssueTicket
from motcua_edge.domain.decide import decide
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.rows import RowChange, diff
from motcua_edge.drivers.clock import Clock
from motcua_edge.services.first_numbers import FirstNumbers

KEEP_ANSWERS_MS = 24 * 3600 * 1000


class Appender(Protocol):
    """What the office needs of the journal."""

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> object:
        """Commit facts and rows in one durable transaction, or raise."""
        ...


class Outcome(msgspec.Struct, frozen=True):
    """What a command led to: its facts and the state right after them."""

    facts: tuple[Fact, ...]
    state: OfficeState


class KeyReusedError(ValueError):
    """An idempotency key came again with another request."""


class Request(msgspec.Struct, frozen=True):
    """An idempotent request. `render` makes the answer that is stored with the facts."""

    key: str
    fingerprint: str
    render: Callable[[Outcome], bytes]


class Answer(msgspec.Struct, frozen=True):
    """A stored answer of an idempotent request; `at` in UTC ms, `mono` and `boot` as of an Instant.

    Within one boot the boot-time clock says how old it is: a wall clock that jumps must not make a
    repeated press a second ticket.
    """

    fingerprint: str
    body: bytes
    at: int
    mono: int = 0
    boot: str = ""

    def forgotten(self, now: Instant) -> bool:
        """Whether it has been kept long enough."""
        if self.boot == now.boot:
            return now.mono - self.mono > KEEP_ANSWERS_MS
        age = now.wall - self.at
        # from the future: of a boot with a wrong clock, once it is known which of the two is wrong
        return age > KEEP_ANSWERS_MS or (now.clock.trusted and age < -KEEP_ANSWERS_MS)


class Subscription:
    """Every commit in order, for one reader."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Outcome] = asyncio.Queue()

    def put(self, committed: Outcome) -> None:
        """Hand over one commit; never blocks."""
        self._queue.put_nowait(committed)

    async def next(self) -> Outcome:
        """Wait for the next commit."""
        return await self._queue.get()

    def arrived(self) -> Iterator[Outcome]:
        """Every commit that waits already. Read them: each holds a whole state in memory."""
        while not self._queue.empty():
            yield self._queue.get_nowait()

    @property
    def unread(self) -> int:
        """How many commits wait for the reader."""
        return self._queue.qsize()


class OfficeService:
    """Holds the state. Commands run one at a time; nothing acts on a fact that is not committed."""

    def __init__(
        self,
        *,
        journal: Appender,
        site: SiteConfig,
        clock: Clock,
        state: OfficeState,
        answers: dict[str, Answer] | None = None,
        first_numbers: FirstNumbers | None = None,
    ) -> None:
        self.site = site
        self.counts: Counter[str] = Counter()
        """Facts committed by this process, by type."""
        self._journal = journal
        self._clock = clock
        self._state = state
        self._answers = dict(sorted((answers or {}).items(), key=lambda kept: kept[1].at))
        self._first_numbers = first_numbers
        self._lock = asyncio.Lock()
        self._subscriptions: list[Subscription] = []
        self._changed = asyncio.Event()

    @property
    def state(self) -> OfficeState:
        """The state after the newest commit."""
        return self._state

    def now(self) -> Instant:
        """One reading of the office's clock."""
        return self._clock.now()

    def subscribe(self) -> Subscription:
        """Start receiving commits, from now on."""
        subscription = Subscription()
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Stop receiving commits; harmless when repeated."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def load(self) -> dict[str, int]:
        """Who reads commits, how far the slowest is behind, and the answers kept for repeats."""
        behind = max((each.unread for each in self._subscriptions), default=0)
        return {
            "readers": len(self._subscriptions),
            "unread_commits": behind,
            "kept_answers": len(self._answers),
        }

    async def wait_newer(self, version: int) -> OfficeState:
        """Return the state as soon as its version is above `version`."""
        while self._state.office.version <= version:
            await self._changed.wait()
        return self._state

    async def execute(self, command: Command) -> Outcome:
        """Carry a command out; raises Refusal, having changed nothing."""
        await self._numbers_known(command)
        async with self._lock:
            return await self._execute(command, None)

    async def execute_once(self, command: Command, request: Request) -> bytes:
        """As `execute`, but a repeated key returns the first answer for 24 h.

        Raises:
            Refusal: The rules do not allow the command now; the key stays free.
            KeyReusedError: The key was used for another request.
        """
        await self._numbers_known(command)
        async with self._lock:
            known = self.known_answer(request.key, request.fingerprint)
            if known is not None:
                return known
            outcome = await self._execute(command, request)
            return request.render(outcome)

    async def _numbers_known(self, command: Command) -> None:
        if self._first_numbers is not None and isinstance(command, IssueTicket):
            await self._first_numbers.wait()

    def known_answer(self, key: str, fingerprint: str) -> bytes | None:
        """The stored answer of a key, None if free; raises KeyReusedError for another request."""
        answer = self._answers.get(key)
        if answer is None or answer.forgotten(self.now()):
            return None
        if answer.fingerprint != fingerprint:
            msg = f"idempotency key {key!r} was used for another request; use a new key"
            raise KeyReusedError(msg)
        return answer.body

    async def _execute(self, command: Command, request: Request | None) -> Outcome:
        now = self.now()
        facts = tuple(decide(self._state, self.site, command, now))
        state = self._state
        for fact in facts:
            state = apply(state, fact, now)
        outcome = Outcome(facts, state)
        kept = self._kept(request, outcome, now)
        changes = diff(self._state, state) + [kept.row(key) for key in kept.keys]
        if facts or changes:
            await self._finish(self._commit(outcome, changes, kept, now))
        return outcome

    @staticmethod
    async def _finish(commit: Coroutine[None, None, None]) -> None:
        """Wait for a commit even when cancelled: the next command must decide on its result."""
        task = asyncio.ensure_future(commit)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise

    async def _commit(
        self, outcome: Outcome, changes: list[RowChange], kept: "_Kept", now: Instant
    ) -> None:
        await self._journal.append(
            outcome.facts, changes, business_day=outcome.state.office.day, now=now
        )
        self._state = outcome.state
        for key in kept.gone:
            del self._answers[key]
        self._answers.update(kept.new)
        self._tell(outcome)

    def _kept(self, request: Request | None, outcome: Outcome, now: Instant) -> "_Kept":
        """Answers to add and to forget; in order of time, so only the oldest are looked at."""
        if request is None:
            return _Kept((), {})
        old = takewhile(lambda kept: kept[1].forgotten(now), self._answers.items())
        answer = Answer(request.fingerprint, request.render(outcome), now.wall, now.mono, now.boot)
        gone = tuple(key for key, _ in old if key != request.key)
        return _Kept(gone, {request.key: answer})

    def _tell(self, outcome: Outcome) -> None:
        self.counts.update(type_name(fact) for fact in outcome.facts)
        for subscription in self._subscriptions:
            subscription.put(outcome)
        self._changed.set()
        self._changed = asyncio.Event()


class _Kept(msgspec.Struct, frozen=True):
    """What a request changes in the stored answers."""

    gone: tuple[str, ...]
    new: dict[str, Answer]

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.gone, *self.new)

    def row(self, key: str) -> RowChange:
        answer = self.new.get(key)
        body = msgspec.json.encode(answer) if answer else None
        return RowChange("idempotency", key, body)
