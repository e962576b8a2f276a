"""A broker in memory.

It has retained messages, wills, take-over of a client id, refusals and cuts. It cannot show what a
network does: nothing is late, lost or doubled unless a test does it, a will is published at once
whatever its delay, messages never expire, and a publish is never slow.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from motcua_edge.drivers.mqtt.port import (
    Incoming,
    MqttError,
    PublishRefusedError,
    SubscribeRefusedError,
    Will,
)

Rule = Callable[[str, str, bytes], int]
"""Given client id, topic and payload: the reason code of the answer."""


def matches(topic_filter: str, topic: str) -> bool:
    """Whether an MQTT filter covers a topic."""
    wanted, parts = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(parts) or level not in ("+", parts[index]):
            return False
    return len(wanted) == len(parts)


def _grant_all(client_id: str, topic: str, payload: bytes) -> int:  # noqa: ARG001
    return 0


class FakeBroker:
    """The broker's side. `reachable` False refuses connections; `rule` answers publishes."""

    def __init__(self) -> None:
        self.reachable = True
        self.rule: Rule = _grant_all
        self.forbidden_filters: set[str] = set()
        self.retained: dict[str, bytes] = {}
        self.log: list[tuple[str, str, bytes]] = []
        self._sessions: dict[str, FakeSession] = {}

    def connector(self, client_id: str) -> "FakeConnector":
        """A client's way in."""
        return FakeConnector(self, client_id)

    def cut(self, client_id: str) -> None:
        """Lose a client's connection; its will is published."""
        session = self._sessions.pop(client_id, None)
        if session is not None:
            self._lose(session)

    def cut_all(self) -> None:
        """Lose every connection."""
        for client_id in list(self._sessions):
            self.cut(client_id)

    def accept(self, session: "FakeSession") -> None:
        """Let a client in; another with its id is thrown out."""
        if not self.reachable:
            msg = "fake broker: not reachable"
            raise MqttError(msg)
        known = self._sessions.get(session.client_id)
        if known is not None:
            known.taken_over = True
        self.cut(session.client_id)
        self._sessions[session.client_id] = session

    def leave(self, session: "FakeSession") -> None:
        """A clean disconnect: no will."""
        if self._sessions.get(session.client_id) is session:
            del self._sessions[session.client_id]
        session.closed = True

    def take(self, client_id: str, topic: str, payload: bytes, *, retain: bool) -> int:
        """Answer a publish and pass it on; returns the reason code."""
        code = self.rule(client_id, topic, payload)
        if code < 0x80:  # noqa: PLR2004
            self.log.append((client_id, topic, payload))
            self._pass_on(topic, payload, retain=retain)
        return code

    def _pass_on(self, topic: str, payload: bytes, *, retain: bool) -> None:
        if retain and payload:
            self.retained[topic] = payload
        elif retain:
            self.retained.pop(topic, None)
        for session in list(self._sessions.values()):
            session.offer(topic, payload)

    def _lose(self, session: "FakeSession") -> None:
        session.closed = True
        session.lost.set()
        if session.will is not None:
            self._pass_on(session.will.topic, session.will.payload, retain=True)


class FakeSession:
    """Implements `Session`."""

    def __init__(self, broker: FakeBroker, client_id: str, will: Will | None) -> None:
        self.client_id = client_id
        self.will = will
        self.closed = False
        self.taken_over = False
        self.lost = asyncio.Event()
        self._broker = broker
        self._filters: list[str] = []
        self._queue: asyncio.Queue[Incoming] = asyncio.Queue()

    def offer(self, topic: str, payload: bytes) -> None:
        """Deliver once if any filter covers the topic."""
        if any(matches(wanted, topic) for wanted in self._filters):
            self._queue.put_nowait(Incoming(topic, payload))

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,  # noqa: ARG002  nothing expires here
    ) -> None:
        """See `Session.publish`."""
        self._check()
        await asyncio.sleep(0)
        self._check()
        code = self._broker.take(self.client_id, topic, payload, retain=retain)
        if qos and code >= 0x80:  # noqa: PLR2004
            raise PublishRefusedError(topic, code, "refused by the test")

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None:  # noqa: ARG002
        """See `Session.subscribe`."""
        self._check()
        if topic_filter in self._broker.forbidden_filters:
            msg = f"subscription to {topic_filter} refused"
            raise SubscribeRefusedError(msg)
        self._filters.append(topic_filter)
        for topic, payload in self._broker.retained.items():
            if matches(topic_filter, topic):
                self._queue.put_nowait(Incoming(topic, payload, retained=True))

    async def messages(self) -> AsyncIterator[Incoming]:
        """See `Session.messages`."""
        while True:
            yield await self._next()

    async def _next(self) -> Incoming:
        get = asyncio.ensure_future(self._queue.get())
        lost = asyncio.ensure_future(self.lost.wait())
        try:
            await asyncio.wait({get, lost}, return_when=asyncio.FIRST_COMPLETED)
            if get.done():
                return get.result()
        finally:
            get.cancel()
            lost.cancel()
        msg = "fake broker: connection lost"
        raise MqttError(msg)

    def _check(self) -> None:
        if self.closed:
            msg = "fake broker: connection lost"
            raise MqttError(msg)


class FakeConnector:
    """Implements `Connector`."""

    def __init__(self, broker: FakeBroker, client_id: str) -> None:
        self._broker = broker
        self._client_id = client_id

    @asynccontextmanager
    async def connect(self, will: Will | None = None) -> AsyncIterator[FakeSession]:
        """See `Connector.connect`."""
        session = FakeSession(self._broker, self._client_id, will)
        self._broker.accept(session)
        try:
            yield session
        finally:
            self._broker.leave(session)
