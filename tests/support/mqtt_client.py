"""A plain MQTT 5 client for tests: says things, remembers what it heard and how it was refused."""

import threading
from dataclasses import dataclass, field
from types import TracebackType

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from support.broker import Login
from support.waiting import until

TAKEN = frozenset({"Success", "No matching subscribers"})
"""PUBACK reasons of a broker that may and did take the message."""


@dataclass(frozen=True)
class Heard:
    """One message that was delivered to us."""

    topic: str
    payload: bytes
    retain: bool


@dataclass
class Client:
    """`with Client(login) as client:` connects and waits for the broker's word.

    `client_id` defaults to the login's name; the broker replaces it by the CN anyway. `will` is
    (topic, payload). `expiry_s` is the session expiry.
    """

    login: Login
    client_id: str = ""
    will: tuple[str, bytes] | None = None
    expiry_s: int = 0
    keepalive_s: int = 30
    heard: list[Heard] = field(default_factory=list)
    refused: str = ""
    server_keepalive: int | None = None
    lost: threading.Event = field(default_factory=threading.Event)
    connected: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Client":
        self.connect()
        until(lambda: self.connected.is_set() or self.lost.is_set() or self.refused, within=30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._paho.disconnect()
        self._paho.loop_stop()

    def connect(self) -> None:
        """Begin to connect; `connected`, `lost` and `refused` tell how it went."""
        self._paho = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id or self.login.name,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._paho.tls_set_context(self.login.context())
        self._paho.on_connect = self._on_connect
        self._paho.on_disconnect = self._on_disconnect
        self._paho.on_message = self._on_message
        if self.will is not None:
            self._paho.will_set(self.will[0], self.will[1], qos=1)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self.expiry_s
        try:
            self._paho.connect(
                self.login.host, self.login.port, self.keepalive_s, properties=properties
            )
        except OSError as error:
            self.refused = str(error)
            return
        self._paho.loop_start()

    def _on_connect(
        self, _c: object, _u: object, _f: object, code: ReasonCode, p: Properties
    ) -> None:
        if code.is_failure:
            self.refused = str(code)
            return
        self.server_keepalive = vars(p).get("ServerKeepAlive")
        self.connected.set()

    def _on_disconnect(self, *_: object) -> None:
        self.connected.clear()
        self.lost.set()

    def _on_message(self, _c: object, _u: object, message: paho.MQTTMessage) -> None:
        self.heard.append(Heard(message.topic, message.payload, message.retain))

    def subscribe(self, topic: str) -> None:
        """Subscribe and wait for the broker's answer, which may be granted for forbidden topics."""
        answers: list[int | None] = []
        self._paho.on_subscribe = lambda _c, _u, number, _r, _p: answers.append(number)
        _, number = self._paho.subscribe(topic, qos=1)
        until(lambda: number in answers, within=30)

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> str:
        """Publish with QoS 1 and return the PUBACK's reason, such as `Success`."""
        answers: dict[int, ReasonCode] = {}

        def on_publish(_c: object, _u: object, number: int, code: ReasonCode, _p: object) -> None:
            answers[number] = code

        self._paho.on_publish = on_publish
        info = self._paho.publish(topic, payload, qos=1, retain=retain)
        until(lambda: info.mid in answers or self.lost.is_set(), within=30)
        return str(answers.get(info.mid, "connection lost"))

    def say(self, topic: str, payload: bytes) -> None:
        """Publish without waiting for anything."""
        self._paho.publish(topic, payload, qos=1)

    def drop(self) -> None:
        """Cut the connection without a word, so that the will is sent."""
        sock = self._paho.socket()
        assert sock is not None
        sock.close()

    def topics(self) -> list[str]:
        """The topics heard so far, in order."""
        return [heard.topic for heard in self.heard]
