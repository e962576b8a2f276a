"""What every broker connection must do: one suite, run on the fake and on a real Mosquitto.

Subclass `MqttSuite` and provide the fixtures `site` and `hub` (connectors), `topics` (`Names`),
`refuse` (makes the broker refuse a topic and returns it) and `vanish` (cuts the site's line).
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from motcua_edge.drivers.mqtt import (
    Connector,
    Incoming,
    MqttError,
    PublishRefusedError,
    Will,
)


async def first(messages: AsyncIterator[Incoming]) -> Incoming:
    return await asyncio.wait_for(anext(messages), 10)


class MqttSuite:
    UP = "mc/1/q1-ben-nghe/up/status"
    DOWN = "mc/1/q1-ben-nghe/down/ack"

    async def test_a_message_arrives_as_it_was_sent(self, site: Connector, hub: Connector):
        async with hub.connect() as other, site.connect() as session:
            await other.subscribe(self.UP)
            await session.publish(self.UP, b'{"v":1}\x00\xff')
            message = await first(other.messages())
            assert (message.topic, message.payload) == (self.UP, b'{"v":1}\x00\xff')
            assert not message.retained

    async def test_order_is_kept(self, site: Connector, hub: Connector):
        async with hub.connect() as other, site.connect() as session:
            await session.subscribe(self.DOWN)
            for n in range(50):
                await other.publish(self.DOWN, str(n).encode())
            messages = session.messages()
            assert [int((await first(messages)).payload) for _ in range(50)] == list(range(50))

    async def test_a_retained_message_waits_for_whoever_comes_later(
        self, site: Connector, hub: Connector
    ):
        async with site.connect() as session:
            await session.publish(self.UP, b"retained", retain=True)
        async with hub.connect() as other:
            await other.subscribe(self.UP)
            message = await first(other.messages())
            assert message == Incoming(self.UP, b"retained", retained=True)

    async def test_a_refused_publish_raises_with_its_code(
        self, site: Connector, refuse: Callable[[], str]
    ):
        topic = refuse()
        async with site.connect() as session:
            with pytest.raises(PublishRefusedError) as refused:
                await session.publish(topic, b"x")
            assert refused.value.code == 0x87
            assert refused.value.topic == topic
            await session.publish(self.UP, b"the connection is still good")

    async def test_a_lost_connection_is_said_to_the_reader_and_leaves_the_will(
        self, site: Connector, hub: Connector, vanish: Callable[[], None]
    ):
        will = Will(topic=self.UP, payload=b"gone", delay_s=0)
        async with hub.connect() as other:
            await other.subscribe(self.UP)
            async with site.connect(will) as session:
                await session.subscribe(self.DOWN)
                vanish()
                with pytest.raises(MqttError):
                    await first(session.messages())
                with pytest.raises(MqttError):
                    await session.publish(self.UP, b"too late")
            message = await first(other.messages())
            assert message.payload == b"gone"

    async def test_leaving_drops_the_will(self, site: Connector, hub: Connector):
        will = Will(topic=self.UP, payload=b"gone", delay_s=0)
        async with hub.connect() as other:
            await other.subscribe(self.UP)
            async with site.connect(will) as session:
                await session.publish(self.UP, b"bye")
            async with site.connect() as session:
                await session.publish(self.UP, b"back")
            messages = other.messages()
            assert [(await first(messages)).payload for _ in range(2)] == [b"bye", b"back"]

    async def test_a_new_connection_starts_clean(self, site: Connector, hub: Connector):
        async with site.connect() as session:
            await session.subscribe(self.DOWN)
        async with hub.connect() as other:
            await other.publish(self.DOWN, b"missed")
            async with site.connect() as session:
                await session.subscribe(self.DOWN)
                await other.publish(self.DOWN, b"heard")
                assert (await first(session.messages())).payload == b"heard"
