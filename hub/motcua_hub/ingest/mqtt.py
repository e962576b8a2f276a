"""The broker's side of ingest: paho-mqtt behind one class, MQTT 5, mutual TLS.

What the broker promises is not relied upon: messages lost here are sent again by the sites, and
answers that cannot be sent now are not kept (the site asks again).
"""

import logging
import socket
import ssl
from collections.abc import Callable
from uuid import uuid4

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from motcua_contract import topics
from motcua_contract.messages import HubStatus, LinkState, encode
from motcua_contract.topics import Up
from motcua_hub.config import MqttSection
from motcua_hub.ingest.messages import Incoming, Reply, now_ms
from motcua_hub.metrics import IngestMetrics

log = logging.getLogger(__name__)
RECONNECT_MAX_S = 5
"""The broker is near and there is one hub: no storm to fear, and every site waits for it."""


class LinkError(RuntimeError):
    """The broker cannot be approached with this configuration; the message says why."""


class Link:
    """Connection to the broker, kept up by paho's thread.

    Args:
        config: Where the broker is and how to show who we are.
        receive: Called with each message, in paho's thread; must not block for long.
        metrics: Where to count.
        changed: Called in paho's thread when the connection came or went.
    """

    def __init__(
        self,
        config: MqttSection,
        receive: Callable[[Incoming], None],
        metrics: IngestMetrics,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._config = config
        self._receive = receive
        self._changed = changed
        self._metrics = metrics
        self._session = uuid4().hex
        self._was_up: bool | None = None
        self._connections = 0
        self._client = self._make()

    def _make(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=self._config.client_id, protocol=MQTTv5
        )
        if self._config.ca:
            client.tls_set_context(_context(self._config))
        client.reconnect_delay_set(1, RECONNECT_MAX_S)
        client.will_set(topics.HUB_STATUS, self._status(LinkState.OFFLINE), qos=1, retain=True)
        client.on_socket_open = _at_once
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        return client

    def _status(self, state: LinkState) -> bytes:
        return encode(HubStatus(state=state, session=self._session, at=now_ms()))

    def start(self) -> None:
        """Connect in the background, and again whenever the connection is lost."""
        self._client.connect_async(
            self._config.host, self._config.port, self._config.keepalive_s, clean_start=True
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Say that ingest ends, and disconnect. Takes at most 2 s."""
        if self._client.is_connected():
            said = self._client.publish(
                topics.HUB_STATUS, self._status(LinkState.STOPPED), qos=1, retain=True
            )
            said.wait_for_publish(1.0)
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    @property
    def connection(self) -> int:
        """The number of this connection to the broker, from 1; 0 while there is none."""
        return self._connections if self.connected else 0

    def send(self, reply: Reply) -> bool:
        """Send an answer or a command; False, and counted, when the broker is not there."""
        if self.connected:
            properties = _properties(reply)
            sent = self._client.publish(
                reply.topic, reply.payload, qos=1, retain=reply.retain, properties=properties
            )
            if sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
                return True
        self._metrics.unsent.inc()
        return False

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._say_down(f"refused: {reason}")
            return
        self._was_up = True
        self._connections += 1
        self._metrics.connected.set(1)
        log.info("connected to the broker at %s:%d", self._config.host, self._config.port)
        options = SubscribeOptions(qos=1)
        client.subscribe([(topics.all_sites(kind), options) for kind in Up])
        client.publish(topics.HUB_STATUS, self._status(LinkState.ONLINE), qos=1, retain=True)
        self._changed()

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("the broker refused subscriptions: %s", [str(each) for each in reasons])

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._metrics.connected.set(0)
        self._say_down(str(reason))
        self._changed()

    def _say_down(self, why: str) -> None:
        """Log a failure once, however often it repeats."""
        if self._was_up is not False:
            log.warning("no connection to the broker: %s; trying again", why)
        self._was_up = False

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        topic = topics.parse_up(message.topic)
        if topic is None:
            self._metrics.messages.labels("unknown").inc()
            return
        self._receive(
            Incoming(
                site=topic.site,
                kind=topic.kind,
                component=topic.component,
                payload=bytes(message.payload),
                at=now_ms(),
                retained=message.retain,
            )
        )


def _properties(reply: Reply) -> Properties | None:
    if reply.expiry_s is None:
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = reply.expiry_s
    return properties


def _at_once(_client: Client, _userdata: object, end: object) -> None:
    """A small answer right behind another must not wait 40 ms for the broker's word of receipt."""
    if isinstance(end, socket.socket):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _context(config: MqttSection) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=config.ca)
        context.load_cert_chain(config.cert, config.key)
    except (OSError, ssl.SSLError) as error:
        names = f"{config.ca}, {config.cert}, {config.key}"
        msg = f"[mqtt] ca, cert or key cannot be used ({names}): {error}"
        raise LinkError(msg) from error
    return context
