"""Port of the broker: MQTT 5 as the uplink needs it, and nothing more."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec


class MqttError(Exception):
    """The broker cannot be used now: not reached, refused, gone, or silent."""


class PublishRefusedError(MqttError):
    """The broker answered a publish with a reason code of 0x80 or above: nobody will get it."""

    def __init__(self, topic: str, code: int, reason: str) -> None:
        super().__init__(f"publish to {topic} refused: {reason} (0x{code:02x})")
        self.topic = topic
        self.code = code


class PublishTimeoutError(MqttError):
    """No answer to a publish in time; the connection may still be good, only slow."""


class SubscribeRefusedError(MqttError):
    """The broker refused a subscription."""


class Will(msgspec.Struct, frozen=True, kw_only=True):
    """What the broker says for us when we vanish; retained, `delay_s` after the connection."""

    topic: str
    payload: bytes
    delay_s: int = 10


class Incoming(msgspec.Struct, frozen=True):
    """A received message. `retained` is set when it is older than the subscription."""

    topic: str
    payload: bytes
    retained: bool = False


class Session(Protocol):
    """One connection. Every method raises MqttError when it is gone."""

    @property
    def taken_over(self) -> bool:
        """Whether the broker ended it on purpose: somebody else connected under our name.

        A broker that is shut down in good order may look the same.
        """
        ...

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Hand a message to the broker; with QoS 1 return after its answer.

        Raises:
            PublishRefusedError: The answer was a refusal.
            PublishTimeoutError: There was no answer in time.
        """
        ...

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """Ask for messages; SubscribeRefusedError if refused. A grant promises nothing."""
        ...

    def messages(self) -> AsyncIterator[Incoming]:
        """Received messages in order; raises MqttError when the connection is lost."""
        ...


class Connector(Protocol):
    """Knows the broker and who we are."""

    def connect(self, will: Will | None = None) -> AbstractAsyncContextManager[Session]:
        """One connection with a clean start; leaving the context disconnects and drops the will.

        Entering raises MqttError when the broker cannot be reached or refuses us.
        """
        ...
