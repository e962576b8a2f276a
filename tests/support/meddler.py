"""A man in the middle of the journal's talk: drops, doubles, delays, reorders and replays it.

Two real brokers: the office speaks to one, the hub to the other, and the meddler carries every
message between them, as the hub on the office's side and as the device on the hub's.
"""

import heapq
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from paho.mqtt import client as paho

from demo.offices import Office
from demo.processes import Program, free_port
from demo.stack import HOST, MOSQUITTO, SiteStack, Stack
from motcua_contract import topics
from motcua_provisioning.authority import Authority
from motcua_provisioning.broker import BrokerFolder, Listen
from support.broker import Login
from support.mqtt_client import Client

MEDDLED = ("/hello", "/batch", "/resume", "/ack", "/nak")
FAULTS = ("drop", "double", "delay", "replay")
HISTORY = 2_000


def login(stack: Stack, name: str, port: int, site: str = "") -> Login:
    """How `name`, whose certificate the stack has made, connects to a broker of the stack."""
    certs = stack.folder / "certs"
    files = (certs / "ca.crt", certs / f"{name}.crt", certs / f"{name}.key")
    return Login(name, site, HOST, port, *files)


class SplitStack(Stack):
    """A province whose offices have a broker of their own, and the hub another."""

    def __init__(self, folder: Path, offices: Sequence[Office]) -> None:
        super().__init__(folder, offices)
        self.office_port = free_port()
        conf = folder / "broker-2" / "mosquitto.conf"
        self.office_broker = Program("broker 2", [MOSQUITTO, "-c", str(conf)], folder / "b2.log")

    def prepare(self) -> None:
        """As the base; the cables lead to the offices' broker, and hellos are frequent."""
        super().prepare()
        devices = {site.office.device: site.office.site for site in self.sites.values()}
        BrokerFolder(self.folder / "broker-2").write(
            Authority.load(self.folder / "ca"),
            devices,
            hosts=("localhost", HOST),
            listen=Listen(host=HOST, port=self.office_port),
        )
        for site in self.sites.values():
            assert site.cable is not None
            site.cable.target = self.office_port
            site.config.write_text("hello_every_s = 3.0\n" + site.config.read_text())

    def start_broker(self) -> None:
        """Start both."""
        super().start_broker()
        self.office_broker.start()
        self.office_broker.wait_port(self.office_port)

    def stop(self) -> None:
        """End everything."""
        super().stop()
        self.office_broker.stop()


@dataclass
class _Ear(Client):
    """Hands over what it hears."""

    on_heard: Callable[[paho.MQTTMessage], None] = lambda _message: None

    def _on_message(self, _c: object, _u: object, message: paho.MQTTMessage) -> None:
        self.on_heard(message)

    def pass_on(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Say it again here."""
        self._paho.publish(topic, payload, qos=1, retain=retain)


@dataclass(order=True)
class _Due:
    at: float
    order: int
    say: Callable[[], None] = field(compare=False)


class Meddler:
    """Carries messages between the two brokers. `with Meddler(stack, site, seed) as meddler:`.

    Attributes:
        rate: The chance of each fault for each message of the journal's talk.
        done: How often each fault was done, by fault and by the message's kind.
    """

    def __init__(self, stack: SplitStack, site: SiteStack, seed: int, rate: float = 0.1) -> None:
        self.rate = rate
        self.done: Counter[str] = Counter()
        self.carried = 0
        self._chance = random.Random(seed)
        self._due: list[_Due] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._ending = False
        self._said: dict[int, list[tuple[str, bytes]]] = {}
        device, name = site.office.device, site.office.site
        self._as_hub = _Ear(login(stack, "hub", stack.office_port), on_heard=self._heard_below)
        self._as_device = _Ear(
            login(stack, device, stack.broker_port, name), on_heard=self._heard_above
        )
        self._down = topics.down_filter(name)
        self._thread = threading.Thread(target=self._work, daemon=True, name="meddler")

    def __enter__(self) -> Self:
        self._thread.start()
        self._as_hub.__enter__()
        self._as_device.__enter__()
        self._as_device.subscribe(self._down)
        self._as_device.subscribe(topics.HUB_STATUS)
        self._as_hub.subscribe(f"{topics.ROOT}/+/up/#")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._as_hub.__exit__(kind, error, trace)
        self._as_device.__exit__(kind, error, trace)
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join(5)

    def _heard_below(self, message: paho.MQTTMessage) -> None:
        self._meddle(self._as_device, message)

    def _heard_above(self, message: paho.MQTTMessage) -> None:
        self._meddle(self._as_hub, message)

    def _meddle(self, to: _Ear, message: paho.MQTTMessage) -> None:
        topic, payload = message.topic, bytes(message.payload)
        self.carried += 1
        if not topic.endswith(MEDDLED):
            self._later(0, to, topic, payload, retain=message.retain)
            return
        kind = topic.rsplit("/", 1)[1]
        if not self._happens("drop", kind):
            slow = self._chance.uniform(0.02, 1.5) if self._happens("delay", kind) else 0
            self._later(slow, to, topic, payload)
            if self._happens("double", kind):
                self._later(self._chance.uniform(0, 1), to, topic, payload)
        self._replay(to)
        self._said.setdefault(id(to), []).append((topic, payload))

    def _replay(self, to: _Ear) -> None:
        """Say something of long ago again."""
        said = self._said.get(id(to), [])[-HISTORY:]
        if said:
            topic, payload = self._chance.choice(said)
            if self._happens("replay", topic.rsplit("/", 1)[1]):
                self._later(self._chance.uniform(0, 0.5), to, topic, payload)

    def _happens(self, fault: str, kind: str) -> bool:
        if self._chance.random() >= self.rate:
            return False
        self.done[f"{fault} {kind}"] += 1
        return True

    def count(self, fault: str) -> int:
        """How often a fault was done."""
        return sum(n for name, n in self.done.items() if name.startswith(fault))

    def _later(
        self, seconds: float, to: _Ear, topic: str, payload: bytes, *, retain: bool = False
    ) -> None:
        with self._changed:
            due = _Due(
                time.monotonic() + seconds,
                next(self._order),
                lambda: to.pass_on(topic, payload, retain=retain),
            )
            heapq.heappush(self._due, due)
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._ending:
                    return
                wait = self._due[0].at - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                due = heapq.heappop(self._due)
            due.say()
