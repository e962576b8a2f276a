"""The writer thread: takes whatever has arrived, commits it at once, then answers."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from motcua_contract.topics import Up
from motcua_hub.domain.receive import credit
from motcua_hub.ingest.messages import Incoming, Reply, now_ms
from motcua_hub.ingest.receiver import STORE_AWAY, Receiver
from motcua_hub.metrics import IngestMetrics

log = logging.getLogger(__name__)
ACTIVE_MS: Final = 10_000
"""A site that sent a batch within this time is draining or live."""
RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)


class Inbox:
    """Messages that wait for the writer: bounded, and it knows who is busy.

    `lag_s` is how long the oldest message of the last transaction had waited.
    """

    def __init__(self, metrics: IngestMetrics, outstanding: int) -> None:
        self._metrics = metrics
        self._outstanding = outstanding
        self._queue: queue.Queue[Incoming] = queue.Queue(maxsize=outstanding * 4)
        self._last_batch: dict[str, int] = {}
        self._now = 0
        self.lag_s = 0.0

    def put(self, said: Incoming) -> None:
        """Take a message in; when full it is dropped and counted, and the site sends again."""
        try:
            self._queue.put_nowait(said)
        except queue.Full:
            self._metrics.dropped.inc()

    def take(self, limit: int, timeout: float) -> list[Incoming]:
        """What has arrived, at most `limit`; empty after `timeout` seconds of silence."""
        try:
            messages = [self._queue.get(timeout=timeout)]
        except queue.Empty:
            return []
        while len(messages) < limit:
            try:
                messages.append(self._queue.get_nowait())
            except queue.Empty:
                break
        self._note(messages)
        self.lag_s = max(0, now_ms() - messages[0].at) / 1000
        return messages

    def _note(self, messages: list[Incoming]) -> None:
        self._now = messages[-1].at
        for said in messages:
            if said.kind is Up.BATCH:
                self._last_batch[said.site] = said.at
        self._metrics.queue.set(self._queue.qsize())

    def credit(self) -> int:
        """How many batches a site may have under way now."""
        limit = self._now - ACTIVE_MS
        self._last_batch = {site: at for site, at in self._last_batch.items() if at >= limit}
        return credit(len(self._last_batch), self._queue.qsize(), self._outstanding)


class Writer(threading.Thread):
    """Commits and answers until it is told to stop.

    Args:
        receiver: Does the work.
        inbox: Where messages come from.
        send: Called with each answer, after the commit.
        group: How many messages one transaction takes at most.
    """

    def __init__(
        self, receiver: Receiver, inbox: Inbox, send: Callable[[Reply], object], group: int
    ) -> None:
        super().__init__(name="ingest-writer", daemon=True)
        self._receiver = receiver
        self._inbox = inbox
        self._send = send
        self._group = group
        self._ending = threading.Event()
        self._failures = 0

    def run(self) -> None:
        """Work until `stop`."""
        while not self._ending.is_set():
            messages = self._inbox.take(self._group, 0.2)
            if messages:
                self._work(messages)

    def stop(self) -> None:
        """Finish the transaction under way and end, within 3 s."""
        self._ending.set()
        self.join(3)

    def _work(self, messages: list[Incoming]) -> None:
        try:
            replies = self._receiver.take(messages)
        except STORE_AWAY as error:
            self._wait(error)
            return
        if self._failures:
            log.info("the database takes messages again")
            self._failures = 0
        for reply in replies:
            self._send(reply)

    def _wait(self, error: Exception) -> None:
        """Nothing was acknowledged, so nothing is lost: wait a while, sites send again."""
        if not self._failures:
            log.error("the database takes nothing: %s; trying again", error)
        pause = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        self._ending.wait(pause)
