"""Ingest put together: link, inbox, writer, receiver, heartbeat."""

import contextlib
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from motcua_hub.config import HubConfig, MqttSection
from motcua_hub.ingest.desires import EVERY_S, Desires
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ingest.mqtt import Link
from motcua_hub.ingest.postman import Postman
from motcua_hub.ingest.receiver import Receiver
from motcua_hub.ingest.signing import Signer
from motcua_hub.ingest.writer import Inbox, Writer
from motcua_hub.loop import Loop
from motcua_hub.metrics import IngestMetrics
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.store.upsert import put

HEARTBEAT_S = 10.0


class Ingest:
    """The running part that talks to the broker. `start`, then `stop`; `alive` in between.

    Args:
        engine: The hub's database, migrated.
        config: The hub's configuration, of which `mqtt` and `ingest` are used.
        mqtt: The broker.
        metrics: Where to count.
    """

    def __init__(
        self, engine: Engine, config: HubConfig, mqtt: MqttSection, metrics: IngestMetrics
    ) -> None:
        self._engine = engine
        settings = config.ingest
        inbox = Inbox(metrics, settings.outstanding_batches)
        self._inbox = inbox
        receiver = Receiver(engine, metrics=metrics, settings=settings, credit=inbox.credit)
        self._news = threading.Event()
        self._link = Link(mqtt, inbox.put, metrics, self._news.set)
        self._writer = Writer(receiver, inbox, self._link.send, settings.group_batches)
        self._postman = Postman(engine, self._link.send)
        signer = Signer(mqtt) if mqtt.cert else None
        desires = Desires(engine, signer, self._link.send, lambda: self._link.connection)
        self._desires = Loop("ingest-desires", desires.round, EVERY_S)
        self._ending = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="ingest-pulse", daemon=True)

    def start(self) -> None:
        """Begin to listen and to write."""
        self._writer.start()
        self._pulse.start()
        self._link.start()
        self._postman.start()
        self._desires.start()

    def stop(self) -> None:
        """End within 5 s: no new messages, the transaction under way, the last answers."""
        self._ending.set()
        self._news.set()
        self._desires.stop()
        self._postman.stop()
        self._writer.stop()
        self._link.stop()
        self._pulse.join(1)

    @property
    def alive(self) -> bool:
        """Whether its parts work; when not, the process must end and be started again."""
        return self._writer.is_alive() and self._desires.alive

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._link.connected

    def _beat(self) -> None:
        """A sign of life every so often, and at once when the broker came or went."""
        while True:
            self._news.clear()
            row = {
                "process": "ingest",
                "at": now_ms(),
                "connected": self._link.connected,
                "lag_s": self._inbox.lag_s,
            }
            # the writer logs and counts failures; a missing heartbeat speaks for itself
            with contextlib.suppress(SQLAlchemyError), writing(self._engine) as connection:
                put(connection, schema.heartbeat, [row])
            if self._ending.is_set():
                return
            self._news.wait(HEARTBEAT_S)
