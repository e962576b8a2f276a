"""Sites that send what they have as fast as they are answered, or at a set pace. For benches."""

import shutil
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from motcua_contract import topics
from motcua_contract.topics import Up
from support.broker import HOST, MOSQUITTO, free_port
from support.hubsite import Journal
from support.waiting import until

Said = tuple[str, bytes]
"""Topic and payload."""
GREETING = "greeting"
SERVICES = ("TP", "CT", "DD")
TUNING = (
    "allow_anonymous true", "persistence false", "set_tcp_nodelay true",
    "max_queued_messages 20000", "max_inflight_messages 200", "max_connections -1",
)  # fmt: skip


class PlainBroker:
    """A Mosquitto without TLS on loopback: what is measured here is what stands behind it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        listener = f"listener {self.port} {HOST}"
        self._config.write_text("\n".join([listener, *TUNING]) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        path = shutil.which("mosquitto") or MOSQUITTO
        command = [path, "-c", str(self._config)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: _listens(self.port), within=30)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def plain_broker(folder: Path) -> Iterator[PlainBroker]:
    """One that runs for the length of the block."""
    broker = PlainBroker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def site_name(number: int) -> str:
    return f"diem-{number:04d}"


def batches_of(
    sites: int, each: int, size: int = 50, window: int = 4, name: str = "bench"
) -> list[Said]:
    """What `sites` offices have to say, `each` batches; a few of one site, then of the next."""
    by_site = []
    for number in range(sites):
        journal, ticket = Journal(f"{name}-{number}"), 0
        while journal.last < each * size:
            ticket += 1
            journal.serve(ticket, service=SERVICES[ticket % 3])
        topic = topics.up(site_name(number), Up.BATCH)
        rows = range(1, each * size + 1, size)
        by_site.append([(topic, journal.batch(first, first + size - 1)) for first in rows])
    return [
        said
        for start in range(0, each, window)
        for site in by_site
        for said in site[start : start + window]
    ]


class Load:
    """Publishes batches and hears their acknowledgements; at most `window` are under way."""

    def __init__(self, port: int, window: int = 160) -> None:
        self._window = window
        self._lock = threading.Lock()
        self._todo: deque[Said] = deque()
        self._sent: dict[str, deque[float]] = {}
        self._greeted = False
        self.answered = 0
        self.refused = 0
        self.seconds: list[float] = []
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="load", protocol=MQTTv5)
        self._client.max_inflight_messages_set(1000)
        self._client.on_message = self._on_message
        self._client.connect(HOST, port, clean_start=True)
        self._client.loop_start()
        until(self._client.is_connected)
        self._client.subscribe("mc/1/+/down/#", 1)

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def greeted(self) -> bool:
        """Say one small batch of a site that does nothing else; whether one was answered."""
        self._client.publish(topics.up(GREETING, Up.BATCH), Journal("greeting").batch(), qos=1)
        return self._greeted

    def flood(self, batches: Sequence[Said], within: float = 300) -> float:
        """Send all as fast as answers come; seconds from the first word to the last answer."""
        begun, before = time.perf_counter(), self.answered
        with self._lock:
            self._todo.extend(batches)
            for _ in range(min(self._window, len(batches))):
                self._say()
        until(lambda: self.answered - before >= len(batches), within=within, every=0.005)
        return time.perf_counter() - begun

    def pace(self, batches: Sequence[Said], per_second: float) -> list[float]:
        """Send at a pace; milliseconds from each word to its answer."""
        self.seconds.clear()
        begun, before = time.perf_counter(), self.answered
        for number, said in enumerate(batches):
            ahead = begun + number / per_second - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)  # the pace is the point
            with self._lock:
                self._todo.append(said)
                self._say()
        until(lambda: self.answered - before >= len(batches), within=60, every=0.005)
        return [seconds * 1000 for seconds in self.seconds]

    def _say(self) -> None:
        topic, payload = self._todo.popleft()
        self._sent.setdefault(topic.split("/")[2], deque()).append(time.perf_counter())
        self._client.publish(topic, payload, qos=1)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        if message.topic.split("/")[2] == GREETING:
            self._greeted = True
            return
        with self._lock:
            sent = self._sent[message.topic.split("/")[2]].popleft()
            self.seconds.append(time.perf_counter() - sent)
            self.answered += 1
            self.refused += message.topic.endswith("nak")
            if self._todo:
                self._say()
