"""The line to the hub for parts that are built before the uplink is."""

from motcua_contract.messages import Message
from motcua_contract.topics import Up
from motcua_edge.services.uplink import Uplink


class HubLine:
    """Does nothing, and is not online, while there is no uplink.

    Attributes:
        skew_ms: Our wall clock minus the hub's; None until a hello was answered.
    """

    def __init__(self) -> None:
        self.uplink: Uplink | None = None
        self.skew_ms: int | None = None

    def learn_skew(self, skew_ms: int) -> None:
        """The uplink has measured it anew."""
        self.skew_ms = skew_ms

    def online(self) -> bool:
        """Whether the hub's broker is connected."""
        return self.uplink is not None and self.uplink.online

    async def tell(self, kind: Up, message: Message) -> None:
        """Publish a message; MqttError while there is no connection."""
        if self.uplink is not None:
            await self.uplink.tell(kind, message)

    async def say(self, kind: Up, message: Message) -> None:
        """Publish a retained message; MqttError while there is no connection."""
        if self.uplink is not None:
            await self.uplink.say(kind, message)
