"""The receiver: messages in, one durable transaction, replies out. No MQTT in here."""

import logging
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from motcua_contract.messages import WINDOW, Ack, Nak, NakCode, Resume
from motcua_contract.topics import Down, Up
from motcua_hub.config import IngestSection
from motcua_hub.ingest.batches import refuse, take_batch
from motcua_hub.ingest.flush import flush
from motcua_hub.ingest.hellos import take_hello
from motcua_hub.ingest.messages import Incoming, Reply, Tally, Work
from motcua_hub.ingest.poison import keep_poison
from motcua_hub.ingest.reports import take_report
from motcua_hub.metrics import IngestMetrics
from motcua_hub.store.engine import writing
from motcua_hub.store.sites import lock_sites
from motcua_hub.store.streams import last_generation

log = logging.getLogger(__name__)
T = TypeVar("T")
STORE_AWAY = (OperationalError, InterfaceError)
"""The database cannot be reached or is full: nothing is acknowledged, sites send again."""


class Receiver:
    """What the hub does with messages. One thread at a time may use it.

    Args:
        engine: The hub's database, migrated.
        metrics: Where to count; None counts nowhere.
        settings: Limits.
        credit: Asked once a transaction: how many batches a site may have under way.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        metrics: IngestMetrics | None = None,
        settings: IngestSection | None = None,
        credit: Callable[[], int] = lambda: WINDOW,
    ) -> None:
        self._engine = engine
        self._metrics = metrics
        self._settings = settings or IngestSection()
        self._credit = credit

    def batch(self, site: str, payload: bytes, now: int) -> Ack | Nak:
        """Take in one batch at `now` (UTC ms); the answer, which is already durable."""
        said = Incoming(site=site, kind=Up.BATCH, payload=payload, at=now)
        message = self.take([said])[0].message
        if not isinstance(message, Ack | Nak):
            raise TypeError(message)
        return message

    def hello(self, site: str, payload: bytes, now: int) -> Resume | None:
        """Take in one hello; None when it was malformed."""
        said = Incoming(site=site, kind=Up.HELLO, payload=payload, at=now)
        replies = self.take([said])
        message = replies[0].message if replies else None
        return message if isinstance(message, Resume) else None

    def take(self, messages: Sequence[Incoming]) -> list[Reply]:
        """Take in messages in one transaction; replies may be sent when this returns.

        When one of them cannot be stored, each is tried by itself and the bad one is kept as
        poison: no site can stop the others. Raises OperationalError or InterfaceError when the
        database is away; nothing was taken then.
        """
        if not messages:
            return []
        try:
            return self._commit(messages, self._take_one)
        except STORE_AWAY:
            self._failed()
            raise
        except Exception:  # whatever one message breaks must not stop the other sites
            log.exception("a message could not be taken in; trying %d one by one", len(messages))
        return [reply for said in messages for reply in self._alone(said)]

    def _alone(self, said: Incoming) -> list[Reply]:
        try:
            return self._commit([said], self._take_one)
        except STORE_AWAY:
            self._failed()
            raise
        except Exception as error:  # noqa: BLE001 - as above; it is logged and kept
            reason = f"cannot be stored: {type(error).__name__}: {error}"
            log.error("%s: %s", said.topic, reason)  # noqa: TRY400 - the traceback is above
            return self._commit([said], lambda work, bad: self._refuse_one(work, bad, reason))

    def _commit(
        self, messages: Sequence[Incoming], take: Callable[[Work, Incoming], Reply | None]
    ) -> list[Reply]:
        begun = perf_counter()
        with writing(self._engine) as connection:
            work = Work(
                connection=connection,
                now=messages[-1].at,
                generation=last_generation(connection),
                credit=self._credit(),
                keep_poison=self._settings.keep_poison,
            )
            lock_sites(connection, (said.site for said in messages), work.now)
            answers = [take(work, said) for said in messages]
            flush(work)
        replies = [answer for answer in answers if answer is not None]
        self._count(messages, replies, work.tally, perf_counter() - begun)
        return replies

    @staticmethod
    def _take_one(work: Work, said: Incoming) -> Reply | None:
        if said.kind is Up.BATCH:
            answer = take_batch(work, said.site, said.payload)
            kind = Down.ACK if isinstance(answer, Ack) else Down.NAK
            return Reply(said.site, kind, answer)
        if said.kind is Up.HELLO:
            flush(work)
            resume = take_hello(work, said.site, said.payload)
            return None if resume is None else Reply(said.site, Down.RESUME, resume)
        take_report(work, said)
        return None

    @staticmethod
    def _refuse_one(work: Work, said: Incoming, reason: str) -> Reply | None:
        keep_poison(work, said.site, said.topic, said.payload, reason)
        if said.kind is not Up.BATCH:
            return None
        return Reply(said.site, Down.NAK, refuse(work, said.site, None, NakCode.BAD, reason))

    def _failed(self) -> None:
        if self._metrics is not None:
            self._metrics.failures.inc()

    def _count(
        self,
        messages: Sequence[Incoming],
        replies: Sequence[Reply],
        tally: Tally,
        seconds: float,
    ) -> None:
        metrics = self._metrics
        if metrics is None:
            return
        for said in messages:
            metrics.messages.labels(said.kind.value).inc()
        for reply in replies:
            if isinstance(reply.message, Nak):
                metrics.naks.labels(reply.message.code.value).inc()
            (metrics.batches if reply.kind is Down.ACK else metrics.hellos).inc(
                reply.kind is not Down.NAK
            )
        metrics.events.inc(tally.events)
        metrics.duplicates.inc(tally.duplicates)
        metrics.quarantined.inc(tally.quarantined)
        metrics.poison.inc(tally.poison)
        metrics.conflicts.inc(tally.conflicts)
        metrics.gaps.inc(tally.gaps)
        for lag in tally.lags_ms:
            metrics.lag.observe(max(0, lag) / 1000)
        metrics.transaction.observe(seconds)
