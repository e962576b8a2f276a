"""The hub's broker, as the uplink sees it."""

from motcua_edge.drivers.mqtt.client import AiomqttConnector, BrokerAddress, TlsFiles
from motcua_edge.drivers.mqtt.fake import FakeBroker
from motcua_edge.drivers.mqtt.port import (
    Connector,
    Incoming,
    MqttError,
    PublishRefusedError,
    PublishTimeoutError,
    Session,
    SubscribeRefusedError,
    Will,
)

__all__ = [
    "AiomqttConnector",
    "BrokerAddress",
    "Connector",
    "FakeBroker",
    "Incoming",
    "MqttError",
    "PublishRefusedError",
    "PublishTimeoutError",
    "Session",
    "SubscribeRefusedError",
    "TlsFiles",
    "Will",
]
