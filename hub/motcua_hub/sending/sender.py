"""Sends what waits in the outbox for one channel: claim, send, write down what came of it.

Between the claim and the outcome the message is out of our hands. A hub that dies there finds it
in that state when it starts, and sends it again under the same key.
"""

import logging
import threading
from collections.abc import Callable
from random import Random
from typing import Final

import msgspec
from prometheus_client import Histogram
from sqlalchemy import Connection, Engine

from motcua_hub.config_sending import SendingSection
from motcua_hub.sending.channels import (
    Channel,
    FailedError,
    Outgoing,
    RefusedError,
    SendError,
    UncertainError,
)
from motcua_hub.sending.circuit import Circuit
from motcua_hub.sending.metrics import SendingMetrics
from motcua_hub.store import outbox_work
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.outbox_work import Letter

log = logging.getLogger(__name__)
_AT_ONCE: Final = 20
_HOUR_MS: Final = 3_600_000
_LONGEST_ASKED_S: Final = 3_600.0
_HOLD_MS: Final = 2_000


class Sender:
    """One channel's sender. `round` is called again and again by one thread.

    Args:
        engine: The hub's database.
        channel: Where to.
        config: How patient, and how many messages one address gets.
        metrics: What to count in.
        now_ms: UTC milliseconds.
        chance: For the jitter of waits.
    """

    def __init__(
        self,
        engine: Engine,
        channel: Channel,
        config: SendingSection,
        metrics: SendingMetrics,
        *,
        now_ms: Callable[[], int],
        chance: Random,
    ) -> None:
        self._engine = engine
        self._channel = channel
        self._config = config
        self._metrics = metrics
        self._now_ms = now_ms
        self._chance = chance
        self._circuit = Circuit()
        self._ending = threading.Event()

    def end(self) -> None:
        """Begin no further message."""
        self._ending.set()

    def round(self) -> int:
        """Send what may go now, some messages at most; how many were tried."""
        tried = 0
        while tried < _AT_ONCE and not self._ending.is_set():
            letter = self._claimed()
            if letter is None:
                break
            self._deliver(letter)
            tried += 1
        return tried

    def _claimed(self) -> Letter | None:
        now = self._now_ms()
        if not self._circuit.lets(now / 1000):
            return None
        with reading(self._engine) as connection:
            waiting = outbox_work.candidates(connection, self._channel.name, now)
        if not waiting:
            return None
        with writing(self._engine) as connection:
            for letter in waiting:
                if not outbox_work.gate(connection, letter, now):
                    outbox_work.put_off(connection, letter, now + _HOLD_MS)
                    continue
                free_at = self._free_at(letter, connection, now)
                if free_at > now:
                    outbox_work.put_off(connection, letter, free_at)
                    continue
                if outbox_work.claim(connection, letter, now):
                    return msgspec.structs.replace(letter, attempts=letter.attempts + 1)
        return None

    def _free_at(self, letter: Letter, connection: Connection, now: int) -> int:
        """When the address may get another message; the worst incidents are never held up."""
        if letter.severity <= 1:
            return now
        name = self._channel.name
        times = outbox_work.sent_times(connection, name, letter.address, now - _HOUR_MS)
        most = self._config.per_hour
        return now if len(times) < most else times[-most] + _HOUR_MS

    def _deliver(self, letter: Letter) -> None:
        began = self._now_ms()
        message = Outgoing(
            key=letter.key,
            address=letter.address,
            subject=letter.subject,
            body=letter.body,
            kind=letter.kind,
            data=msgspec.json.decode(letter.data, type=dict[str, str]),
        )
        try:
            receipt = self._channel.send(message)
        except RefusedError as error:
            self._worked()
            self._failed(letter, began, error, "refused", None)
        except FailedError as error:
            self._broke()
            again_at = self._again_at(letter, error.after_s or 0)
            self._failed(letter, began, error, "failed", again_at)
        except UncertainError as error:
            self._broke()
            self._failed(letter, began, error, "uncertain", self._again_at(letter, 0))
        except ValueError as error:
            # nothing that a person can write down may stop everybody else's messages
            log.exception("message %s cannot be sent as it is", letter.key)
            refused = RefusedError(f"cannot be sent as it is: {type(error).__name__}")
            self._failed(letter, began, refused, "refused", None)
        else:
            self._worked()
            self._sent(letter, began, receipt)

    def _sent(self, letter: Letter, began: int, receipt: str) -> None:
        took = self._now_ms() - began
        with writing(self._engine) as connection:
            first = outbox_work.is_first(connection, letter)
            outbox_work.sent(connection, letter, began, took, receipt)
        self._count("sent")
        if first:
            _observe(self._metrics.notify, letter, began + took)

    def _failed(
        self, letter: Letter, began: int, error: SendError, outcome: str, again_at: int | None
    ) -> None:
        took = self._now_ms() - began
        with writing(self._engine) as connection:
            outbox_work.failed(
                connection, letter, began, took, outcome=outcome, why=str(error), again_at=again_at
            )
        self._count(outcome)
        if again_at is None:
            self._count("dead")
            log.error("message %s is a dead letter: %s", letter.key, error)

    def _again_at(self, letter: Letter, asked_s: float) -> int | None:
        """When to try again; None: this was the last time."""
        if letter.attempts >= self._config.attempts:
            return None
        wait = self._config.first_wait_s * 2.0 ** min(letter.attempts - 1, 30)
        wait = min(wait, self._config.longest_wait_s)
        # everybody's messages failed together; they must not come back together
        wait *= self._chance.uniform(0.5, 1)
        return self._now_ms() + round(max(wait, min(asked_s, _LONGEST_ASKED_S)) * 1000)

    def _worked(self) -> None:
        if self._circuit.worked():
            log.info("channel %s works again", self._channel.name)
        self._metrics.circuit.labels(self._channel.name).set(0)

    def _broke(self) -> None:
        if self._circuit.failed(self._now_ms() / 1000):
            log.warning("channel %s fails again and again; it rests", self._channel.name)
        self._metrics.circuit.labels(self._channel.name).set(int(self._circuit.open))

    def _count(self, outcome: str) -> None:
        self._metrics.messages.labels(self._channel.name, outcome).inc()


def _observe(notify: Histogram, letter: Letter, at: int) -> None:
    detected = msgspec.json.decode(letter.data, type=dict[str, str]).get("detected_ms", "")
    if detected.isdecimal():
        notify.labels(str(letter.severity)).observe(max(at - int(detected), 0) / 1000)
