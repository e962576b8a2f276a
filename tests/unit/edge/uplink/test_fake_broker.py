"""The fake broker does what a real one does (see the suite), and what only tests need."""

from collections.abc import Callable

import pytest

from motcua_edge.drivers.mqtt import Connector, FakeBroker, MqttError, SubscribeRefusedError
from motcua_edge.drivers.mqtt.fake import matches
from support.mqtt_suite import MqttSuite


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


class TestFakeBroker(MqttSuite):
    @pytest.fixture
    def site(self, broker: FakeBroker) -> Connector:
        return broker.connector("d-7f3k")

    @pytest.fixture
    def hub(self, broker: FakeBroker) -> Connector:
        return broker.connector("hub")

    @pytest.fixture
    def refuse(self, broker: FakeBroker) -> Callable[[], str]:
        def make() -> str:
            broker.rule = lambda _c, topic, _p: 0x87 if topic == "mc/1/other/up/hello" else 0
            return "mc/1/other/up/hello"

        return make

    @pytest.fixture
    def vanish(self, broker: FakeBroker) -> Callable[[], None]:
        return lambda: broker.cut("d-7f3k")


@pytest.mark.parametrize(
    ("topic_filter", "topic", "covered"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/b", "a/b/c", False),
        ("+/b", "a/c", False),
    ],
)
def test_a_filter_covers_what_the_standard_says(topic_filter: str, topic: str, covered: bool):
    assert matches(topic_filter, topic) is covered


async def test_an_unreachable_broker_refuses(broker: FakeBroker):
    broker.reachable = False
    with pytest.raises(MqttError):
        async with broker.connector("a").connect():
            pytest.fail("it connected")


async def test_a_forbidden_filter_is_refused(broker: FakeBroker):
    broker.forbidden_filters.add("#")
    async with broker.connector("a").connect() as session:
        with pytest.raises(SubscribeRefusedError):
            await session.subscribe("#")
