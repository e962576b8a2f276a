"""The office's link to the hub: connect, speak, and come back after every loss."""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable
from typing import Final

from motcua_contract import topics
from motcua_contract.messages import LinkState, Message, encode
from motcua_contract.topics import Up
from motcua_edge.drivers.clock import Clock
from motcua_edge.drivers.mqtt import Connector, MqttError, Session
from motcua_edge.journal import Journal
from motcua_edge.services.uplink.counters import Counters
from motcua_edge.services.uplink.link import Link
from motcua_edge.services.uplink.pace import Pace
from motcua_edge.services.uplink.presence import Presence
from motcua_edge.services.uplink.rivalry import Rivalry
from motcua_edge.services.uplink.sender import Sender
from motcua_edge.services.uplink.settings import Surroundings, UplinkSettings

_LOG: Final = logging.getLogger(__name__)
_FAREWELL_S: Final = 2.0
_LAST_WORDS: Final = 100
"""Up to so many entries are waited for at a stop; more than that cannot be sent in a second."""
_LOOK_S: Final = 0.02
_LASTED_S: Final = 30.0
"""A connection that held this long was a good one: the next wait is short again."""


class Uplink:
    """Run it as a task; `stop` ends it with a word to the hub. Losing the hub costs nothing."""

    def __init__(
        self,
        *,
        settings: UplinkSettings,
        around: Surroundings,
        journal: Journal,
        connector: Connector,
        clock: Clock,
        rng: Callable[[], float] = random.random,
    ) -> None:
        self.counters = Counters()
        self.online = False
        self._settings = settings
        self._around = around
        self._journal = journal
        self._connector = connector
        self._clock = clock
        self._rng = rng
        self._pace = Pace()
        self._rivalry = Rivalry(rng)
        self._sender = Sender(
            journal.jid,
            lambda: 0.8 + 0.4 * rng(),
            hello_every_ms=round(settings.hello_every_s * 1000),
        )
        self._session: Session | None = None
        self._presence: Presence | None = None
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._reason = "stopped"
        self._tries = 0

    async def run(self) -> None:
        """Stay connected until `stop` or cancellation; whatever else ends it is a fault."""
        try:
            while not self._stopping.is_set():
                await self._attempt()
                await self._pause()
        finally:
            self._ended.set()

    async def stop(self, reason: str, *, within_s: float = 3.0) -> None:
        """Send what is left, say `stopped` with a reason, disconnect and end `run`.

        Takes at most `within_s` seconds, a third of them for what is left.
        """
        self._reason = reason
        try:
            async with asyncio.timeout(within_s):
                await self._send_the_rest(within_s / 3)
                self._stopping.set()
                await self._ended.wait()
        except TimeoutError:
            _LOG.warning("the uplink did not end within %s s", within_s)

    async def _send_the_rest(self, within_s: float) -> None:
        """Wait for the hub to have the last entries; a backlog or a lost link is left as it is."""
        try:
            async with asyncio.timeout(within_s):
                # a second at most, once in a life: not worth telling of every acknowledgement
                while self.online and 0 < self._sender.outbox <= _LAST_WORDS:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            return

    async def say(self, kind: Up, message: Message) -> None:
        """Publish a retained message of ours now; MqttError when there is no connection."""
        if self._session is None or self._presence is None:
            msg = "not connected to the hub's broker"
            raise MqttError(msg)
        await self._presence.say(self._session, kind, message)

    async def tell(self, kind: Up, message: Message) -> None:
        """Publish a message of ours now, not retained; MqttError when there is no connection."""
        if self._session is None:
            msg = "not connected to the hub's broker"
            raise MqttError(msg)
        await self._session.publish(topics.up(self._settings.site, kind), encode(message))

    def figures(self) -> dict[str, float]:
        """The uplink's numbers, for metrics. Reads the journal: call it in a thread."""
        counts = self._sender.counts
        return {
            "uplink_online": float(self.online),
            "uplink_published": float(self.counters.published),
            "uplink_acked_events": float(counts.acked_events),
            "uplink_resent_batches": float(counts.resent),
            "uplink_naks": float(counts.naks),
            "uplink_forged_acks": float(counts.forged),
            "uplink_refused": float(counts.refused + self.counters.failures),
            "uplink_rewinds": float(counts.rewinds),
            "uplink_malformed": float(self.counters.malformed),
            "uplink_taken_over": float(self._rivalry.count),
            "uplink_reconnects": float(max(0, self.counters.connects - 1)),
            "uplink_outbox_events": float(self._sender.outbox),
            "uplink_oldest_unacked_s": self._oldest_s(),
        }

    def _oldest_s(self) -> float:
        oldest = self._sender.oldest_unacked
        entry = self._journal.reader.entry(*oldest) if oldest else None
        return max(0.0, (self._clock.now().wall - entry.t_wall) / 1000) if entry else 0.0

    # ---- one connection ----

    async def _attempt(self) -> None:
        resumes, began = self._sender.counts.resumes, self._clock.now().mono
        try:
            await self._connect()
        except* MqttError as group:
            self._failed(group)
        lasted = self._clock.now().mono - began >= _LASTED_S * 1000
        if lasted and self._sender.counts.resumes > resumes:
            self._tries = 0

    def _failed(self, group: BaseExceptionGroup[MqttError]) -> None:
        """Log the first failure in a row only."""
        if self.online or self._tries == 0:
            _LOG.warning("no link to the hub: %s; going on without it", _first(group))
        self.online = False

    async def _connect(self) -> None:
        presence = Presence(
            settings=self._settings,
            around=self._around,
            clock=self._clock,
            counters=self.counters,
            session_id=secrets.token_hex(8),
        )
        async with self._connector.connect(presence.will()) as session:
            talk = asyncio.create_task(self._talk(session, presence), name="uplink-talk")
            stop = asyncio.create_task(self._stopping.wait(), name="uplink-stop")
            try:
                await asyncio.wait({talk, stop}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end(talk, stop, session, presence)
                self._rivalry.ended(self._clock.now().mono, taken_over=session.taken_over)
            if not talk.cancelled():
                talk.result()

    async def _talk(self, session: Session, presence: Presence) -> None:
        await session.subscribe(topics.down_filter(self._settings.site))
        await presence.status(session, LinkState.ONLINE, self._why())
        await presence.about(session, self._outbox())
        self._session, self._presence = session, presence
        self.online = True
        self.counters.connects += 1
        _LOG.info("connected to the hub's broker as %s", self._settings.device)
        link = Link(
            settings=self._settings,
            around=self._around,
            journal=self._journal,
            clock=self._clock,
            sender=self._sender,
            counters=self.counters,
            pace=self._pace,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(link.run(session), name="uplink-link")
            tasks.create_task(presence.health(session), name="uplink-health")
            tasks.create_task(presence.metrics(session, self.figures), name="uplink-metrics")

    def _why(self) -> str:
        return "started" if self.counters.connects == 0 else "reconnected"

    def _outbox(self) -> tuple[int, int, int]:
        waiting = self._sender.outbox
        return max(1, self._journal.last_seq - waiting + 1), self._journal.last_seq, waiting

    async def _end(
        self,
        talk: asyncio.Task[None],
        stop: asyncio.Task[bool],
        session: Session,
        presence: Presence,
    ) -> None:
        """End both tasks; whoever leaves on purpose, or by a fault of ours, says so."""
        self._session = self._presence = None
        leaving = not talk.done()
        talk.cancel()
        stop.cancel()
        await asyncio.gather(talk, stop, return_exceptions=True)
        error = None if talk.cancelled() else talk.exception()
        if leaving:
            why = self._reason if self._stopping.is_set() else "cancelled"
            await self._farewell(session, presence, LinkState.STOPPED, why)
        elif error is not None and not _only_mqtt(error):
            await self._farewell(session, presence, LinkState.OFFLINE, type(error).__name__)

    async def _farewell(
        self, session: Session, presence: Presence, state: LinkState, why: str
    ) -> None:
        """The last word: a clean disconnect drops the will, so nobody else would say it."""
        self.online = False
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await presence.status(session, state, why)
        except (MqttError, TimeoutError) as error:
            _LOG.info("could not say goodbye to the hub: %s", error)

    async def _pause(self) -> None:
        """Full jitter: a whole country comes back at once."""
        longest = min(self._settings.reconnect_cap_s, 2.0 ** min(self._tries, 16))
        self._tries += 1
        wait = max(self._rng() * longest, self._rivalry.wait_s())
        try:
            async with asyncio.timeout(wait):
                await self._stopping.wait()
        except TimeoutError:
            return


def _only_mqtt(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_only_mqtt(each) for each in error.exceptions)
    return isinstance(error, MqttError)


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
