"""Frames over MQTT. The one module that knows chumicro-mqtt."""

from chumicro_mqtt.client import MQTTClient, MQTTError, ProtocolState
from chumicro_sockets.sockets_factory import fixed_connector_factory
from chumicro_timing import ticks

_CONNECT_EVERY_MS = 30000


class MqttLink:
    """`pump` gives the lines that have come; `send` gives up when there is no broker.

    `broker` has host and port; `wifi` says whether there is a network and looks after it.
    """

    def __init__(self, pad, password, broker, wifi):
        self._wifi = wifi
        self._up = "mc/pad/%s/up" % pad
        self._came = []
        self._connect_at = None
        self._client = MQTTClient(
            transport_factory=fixed_connector_factory(broker["host"], broker["port"]),
            client_id=pad,
            username=pad,
            password=password,
            keep_alive_seconds=15,
            when_disconnected="raise",
            rx_buffer_size=1280,
        )
        self._client.on_message = self._on_message
        self._client.subscribe("mc/pad/%s/down" % pad)

    def _on_message(self, topic, payload):
        del topic
        self._came.append(bytes(payload))

    def pump(self, now):
        """Lines, without waiting; connects and reconnects as needed."""
        if not self._wifi.up(now):
            return ()
        # a refusal (wrong password) is final for the library, not for us: it may be put right
        if self._connect_at is None or now - self._connect_at >= _CONNECT_EVERY_MS:
            self._connect_at = now
            if self._client.state != ProtocolState.CONNECTED:
                self._client.connect()
        self._client.handle(ticks.ticks_ms())
        came, self._came = self._came, []
        return came

    def send(self, line):
        """Publish a line if there is a broker; presses are sent again anyway."""
        try:
            self._client.publish(self._up, line)
        except MQTTError:
            pass
