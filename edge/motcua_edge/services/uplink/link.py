"""One connection's talk about the journal: hello, batches out, answers in."""

import asyncio
import logging
import os
from typing import Final

from motcua_contract import messages, topics
from motcua_contract.messages import (
    Ack,
    Batch,
    Hello,
    HubStatus,
    LinkState,
    MessageError,
    Nak,
    Resume,
    encode,
)
from motcua_contract.topics import Down, Up
from motcua_edge.drivers.clock import Clock
from motcua_edge.drivers.mqtt import Incoming, PublishRefusedError, PublishTimeoutError, Session
from motcua_edge.journal import Journal
from motcua_edge.services.uplink import batches
from motcua_edge.services.uplink.counters import Counters
from motcua_edge.services.uplink.lane import Want
from motcua_edge.services.uplink.ledger import Ledger
from motcua_edge.services.uplink.pace import Pace
from motcua_edge.services.uplink.sender import Progress, Sender
from motcua_edge.services.uplink.settings import Surroundings, UplinkSettings

_LOG: Final = logging.getLogger(__name__)
_BLAMED: Final = frozenset({0x80, 0x83, 0x95, 0x99})
"""Refusals about the message itself: unspecified, implementation, too large, payload format."""
_PROMPT_MS: Final = 2_000
"""A slower answer says too little about the hub's clock: half of this is its error."""
_SMALL: Final = 100
"""With fewer entries waiting than this, a batch waits a moment for the next facts of one act."""


class Link:
    """Runs on one session; the sender, the pace and the counters outlive it."""

    def __init__(
        self,
        *,
        settings: UplinkSettings,
        around: Surroundings,
        journal: Journal,
        clock: Clock,
        sender: Sender,
        counters: Counters,
        pace: Pace,
    ) -> None:
        self._settings = settings
        self._around = around
        self._journal = journal
        self._clock = clock
        self._sender = sender
        self._counters = counters
        self._pace = pace
        self._ledger = Ledger(journal)
        self._wake = asyncio.Event()
        self._hello_at = 0

    async def run(self, session: Session) -> None:
        """Talk until the connection is lost (MqttError) or this is cancelled."""
        await session.subscribe(topics.HUB_STATUS)
        self._sender.learn(await asyncio.to_thread(self._journal.reader.streams))
        self._sender.connected(self._mono())
        self._journal.watch(self._grew)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive(session), name="uplink-receive")
                tasks.create_task(self._send(session), name="uplink-send")
                tasks.create_task(self._ledger.run(), name="uplink-ledger")
        finally:
            self._journal.unwatch(self._grew)
            self._sender.disconnected()
            await self._ledger.flush()

    def _mono(self) -> int:
        return self._clock.now().mono

    def _grew(self, last: int) -> None:
        self._sender.grew(last)
        self._wake.set()

    # ---- out ----

    async def _send(self, session: Session) -> None:
        while True:
            self._wake.clear()
            if self._sender.hello_due(self._mono()):
                await self._hello(session)
            if 0 < self._sender.outbox < _SMALL:
                await asyncio.sleep(self._settings.linger_s)
            while (want := self._sender.want(self._mono())) is not None:
                await self._batch(session, want)
                if self._sender.hello_due(self._mono()):
                    break
            await self._rest()

    async def _rest(self) -> None:
        """Wait for news, or for the sender's next deadline."""
        wake_at = self._sender.wake_at()
        seconds = None if wake_at is None else max(0.0, (wake_at - self._mono()) / 1000)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _hello(self, session: Session) -> None:
        self._sender.learn(await asyncio.to_thread(self._journal.reader.streams))
        now = self._clock.now()
        numbers = self._around.numbers()
        hello = Hello(
            nonce=os.urandom(16).hex(),
            device=self._settings.device,
            hw=self._settings.hardware,
            boot=now.boot,
            now_mono=now.mono,
            now_wall=now.wall,
            clock=now.clock,
            jid=self._journal.jid,
            streams=self._sender.hello_streams(),
            numbers=numbers.series,
            business_day=numbers.business_day,
            free_bytes=self._journal.free_bytes(),
        )
        self._sender.hello_sent(hello.nonce, now.mono)
        self._hello_at = now.mono
        await self._publish(session, Up.HELLO, encode(hello))

    async def _batch(self, session: Session, want: Want) -> None:
        made = await asyncio.to_thread(self._read, want)
        if made is None:
            self._sender.nothing_there(want, self._mono())
            return
        batch, payload = made
        started = self._mono()
        span = (batch.first, batch.last)
        self._sender.sent(batch.jid, span, started)
        refusal = await self._publish(session, Up.BATCH, payload)
        if refusal is None:
            self._pace.took(self._mono() - started)
        elif refusal:
            counts = refusal in _BLAMED
            self._sender.refused(batch.jid, span, self._mono(), counts=counts)

    def _read(self, want: Want) -> tuple[Batch, bytes] | None:
        entries = self._journal.reader.events_after(
            want.jid, want.after, want.limit, self._pace.max_bytes
        )
        if not entries:
            return None
        fit = batches.fitting(entries, want.limit, self._pace.max_bytes)
        batch = batches.batch(fit, want.stubs)
        return batch, encode(batch)

    async def _publish(self, session: Session, kind: Up, payload: bytes) -> int | None:
        """None when the broker took it, its reason code when not, 0 when it did not answer."""
        try:
            await session.publish(topics.up(self._settings.site, kind), payload)
        except PublishRefusedError as error:
            if not self._counters.failures:
                _LOG.warning("%s; counted from now on", error)
            self._counters.failures += 1
            return error.code
        except PublishTimeoutError:
            self._counters.slow += 1
            self._pace.slow()
            return 0
        self._counters.published += 1
        return None

    # ---- in ----

    async def _receive(self, session: Session) -> None:
        async for incoming in session.messages():
            try:
                await self._dispatch(incoming)
            except MessageError as error:
                if not self._counters.malformed:
                    _LOG.warning("%s: %s; counted from now on", incoming.topic, error)
                self._counters.malformed += 1
            self._wake.set()

    async def _dispatch(self, incoming: Incoming) -> None:
        if incoming.topic == topics.HUB_STATUS:
            self._on_hub_status(messages.decode(HubStatus, incoming.payload), incoming)
            return
        kind = topics.parse_down(incoming.topic, self._settings.site)
        if kind is Down.ACK:
            await self._on_ack(messages.decode(Ack, incoming.payload))
        elif kind is Down.NAK:
            await self._on_nak(messages.decode(Nak, incoming.payload))
        elif kind is Down.RESUME:
            await self._on_resume(messages.decode(Resume, incoming.payload))
        elif kind is not None and kind in self._around.handlers:
            await self._around.handlers[kind](incoming.payload)

    def _on_hub_status(self, status: HubStatus, incoming: Incoming) -> None:
        """What the broker remembers is no news: the hello has been said since."""
        if status.state is LinkState.ONLINE and not incoming.retained:
            self._sender.hub_returned(self._mono())

    async def _on_ack(self, ack: Ack) -> None:
        digest = await self._digest(ack.jid, ack.upto)
        await self._note(self._sender.on_ack(ack, digest, self._mono()))

    async def _on_nak(self, nak: Nak) -> None:
        digest = await self._digest(nak.jid, nak.have) if nak.jid else None
        await self._note(self._sender.on_nak(nak, digest, self._mono()))

    async def _on_resume(self, resume: Resume) -> None:
        digests = {said.jid: await self._digest(said.jid, said.have) for said in resume.streams}
        steps = self._sender.on_resume(resume, digests, self._mono())
        if steps is None:
            return
        await self._compare_clocks(resume)
        for step in steps:
            await self._note(step)
        if resume.floor is not None:
            await self._around.on_floor(resume.floor)
        self._around.on_resumed()

    async def _compare_clocks(self, resume: Resume) -> None:
        """The hub's clock and ours at one moment; our wall clock only if the answer came soon."""
        now = self._clock.now()
        trip = max(0, now.mono - self._hello_at)
        if trip <= _PROMPT_MS:
            self._around.on_skew(now.wall - resume.hub_time - trip // 2)
        await self._around.on_met(resume.hub_time, now.mono - trip // 2, trip)

    async def _note(self, progress: Progress | None) -> None:
        if progress is not None:
            await self._ledger.note(progress)

    async def _digest(self, jid: str, seq: int) -> bytes | None:
        entry = await asyncio.to_thread(self._journal.reader.entry, jid, seq)
        return entry.digest if entry else None
