"""The same suite on a real Mosquitto with mutual TLS, and what only a real one shows."""

import asyncio
import socket
import time
from collections.abc import Callable

import pytest

from motcua_edge.drivers.mqtt import (
    AiomqttConnector,
    BrokerAddress,
    Connector,
    MqttError,
    PublishTimeoutError,
    TlsFiles,
)
from support.broker import DEVICE, OTHER_SITE, SITE, Broker, Login
from support.mqtt_suite import MqttSuite


def connector(login: Login, *, timeout_s: float = 10.0) -> AiomqttConnector:
    tls = TlsFiles(ca=str(login.ca), cert=str(login.cert), key=str(login.key))
    return AiomqttConnector(
        BrokerAddress(
            host=login.host,
            port=login.port,
            client_id=login.name,
            tls=tls,
            keepalive_s=10,
            timeout_s=timeout_s,
        )
    )


class TestMosquitto(MqttSuite):
    @pytest.fixture
    def site(self, broker: Broker) -> Connector:
        return connector(broker.device(DEVICE))

    @pytest.fixture
    def hub(self, broker: Broker) -> Connector:
        return connector(broker.hub())

    @pytest.fixture
    def refuse(self) -> Callable[[], str]:
        return lambda: f"mc/1/{OTHER_SITE}/up/hello"

    @pytest.fixture
    def vanish(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        """Remember the site's socket, to cut it without a DISCONNECT."""
        made: list[socket.socket] = []
        connect = socket.create_connection

        def remembering(*arguments, **named):
            raw = connect(*arguments, **named)
            made.append(raw.dup())
            return raw

        monkeypatch.setattr(socket, "create_connection", remembering)

        def cut() -> None:
            made[-1].shutdown(socket.SHUT_RDWR)
            for each in made:
                each.close()

        return cut


async def test_no_broker_is_an_error_soon(broker: Broker):
    login = broker.device(DEVICE)
    broker.kill()
    started = time.monotonic()
    with pytest.raises(MqttError, match=str(login.port)):
        async with connector(login).connect():
            pytest.fail("it connected")
    assert time.monotonic() - started < 2


async def test_a_listener_that_never_speaks_tls_is_given_up_within_a_stop(broker: Broker):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        login = broker.device(DEVICE)
        port = silent.getsockname()[1]
        deaf = Login(login.name, SITE, login.host, port, login.ca, login.cert, login.key)
        started = time.monotonic()
        with pytest.raises(MqttError):
            async with connector(deaf).connect():
                pytest.fail("it connected")
        assert time.monotonic() - started < 5


async def test_a_stalled_line_is_a_timeout_and_not_a_refusal(broker: Broker):
    async with connector(broker.device(DEVICE), timeout_s=1.0).connect() as session:
        broker.suspend()
        try:
            with pytest.raises(PublishTimeoutError):
                await session.publish(MqttSuite.UP, b"x")
        finally:
            broker.resume()
        await session.publish(MqttSuite.UP, b"it moves again")


async def test_many_publishes_at_once_all_get_their_answers(broker: Broker):
    async with connector(broker.device(DEVICE)).connect() as session:
        await asyncio.gather(*(session.publish(MqttSuite.UP, b"x" * 100) for _ in range(200)))


async def test_a_revoked_device_gets_no_connection(broker: Broker):
    login = broker.device(DEVICE)
    broker.revoke(DEVICE)
    with pytest.raises(MqttError):
        async with connector(login, timeout_s=2.0).connect():
            pytest.fail("it connected")


async def test_a_stop_does_not_wait_for_a_listener_that_never_speaks_tls(broker: Broker):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        login = broker.device(DEVICE)
        port = silent.getsockname()[1]
        deaf = Login(login.name, SITE, login.host, port, login.ca, login.cert, login.key)

        async def try_it() -> None:
            async with connector(deaf).connect():
                pytest.fail("it connected")

        task = asyncio.create_task(try_it())
        await asyncio.sleep(0.5)
        task.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.get_running_loop().shutdown_default_executor()
        assert time.monotonic() - started < 2


async def test_an_attempt_that_was_given_up_leaves_nobody_behind():
    """Or a broker that wakes up would find two of us, throwing each other out."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(5)
        port = silent.getsockname()[1]
        address = BrokerAddress(host="127.0.0.1", port=port, client_id=DEVICE, timeout_s=0.5)
        with pytest.raises(MqttError, match="timed out"):
            async with AiomqttConnector(address).connect():
                pytest.fail("nobody answered")
        line, _ = silent.accept()
        with line:
            line.settimeout(5)
            said = b""
            while part := line.recv(1024):
                said += part
        assert said.startswith(b"\x10")
