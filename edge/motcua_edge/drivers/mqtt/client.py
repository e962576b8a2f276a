"""The real broker, through aiomqtt (which wraps paho). Only this module knows either."""

import asyncio
import contextlib
import math
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import aiomqtt
import msgspec
from paho.mqtt.client import MQTT_ERR_SUCCESS
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from motcua_edge.drivers.mqtt.port import (
    Incoming,
    MqttError,
    PublishRefusedError,
    PublishTimeoutError,
    SubscribeRefusedError,
    Will,
)

_T = TypeVar("_T")
_FAILURE: Final = 0x80
_TAKEN_OVER: Final = 0x8E
"""Reason code of a DISCONNECT: another connection came with the same client id."""
_MAX_CONNECT_S: Final = 4.0
"""Connecting blocks a thread that cannot be cancelled; a stop must not take longer than 5 s."""
_MAX_PACKET: Final = 320 * 1024
_AT_ONCE: Final = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
"""Else the end of a batch waits 40 ms for the broker's word that its beginning was received."""


class TlsFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of PEM files: whom we trust, who we are, and our secret."""

    ca: str
    cert: str
    key: str


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The broker and our name there. `tls` None means plain TCP: tests, and our own machine."""

    host: str
    port: int
    client_id: str
    tls: TlsFiles | None = None
    keepalive_s: int = 30
    timeout_s: float = 10.0
    session_expiry_s: int = 60
    user: str | None = None
    password: str | None = None


class _Client(aiomqtt.Client):
    """aiomqtt 2.5.1 throws the PUBACK's reason code away; this one waits for it."""

    def watch(self, connect_s: float) -> None:
        """Hook in before the connection is made."""
        self._answers: dict[int, asyncio.Future[ReasonCode]] = {}
        self._client.on_publish = self._on_answer
        self._client.connect_timeout = connect_s

    def _on_answer(self, *answer: Any) -> None:  # noqa: ANN401  paho: client, data, mid, code, …
        future = self._answers.pop(answer[2], None)
        if future is not None and not future.done():
            future.set_result(answer[3])

    async def publish_checked(
        self, topic: str, payload: bytes, qos: int, *, retain: bool, properties: Properties | None
    ) -> ReasonCode | None:
        """The broker's answer, None for QoS 0; TimeoutError when there is none in time."""
        info = self._client.publish(topic, payload, qos, retain, properties)
        if info.rc != MQTT_ERR_SUCCESS:
            msg = f"publish to {topic} failed: paho code {info.rc}"
            raise MqttError(msg)
        if qos == 0:
            return None
        future: asyncio.Future[ReasonCode] = asyncio.get_running_loop().create_future()
        self._answers[info.mid] = future
        try:
            return await self._answer(future)
        finally:
            self._answers.pop(info.mid, None)

    def abandon(self) -> None:
        """Let go of an attempt that came to nothing.

        aiomqtt leaves the socket to the event loop. A broker that answers late would find us there,
        and the next attempt would be a rival of this one.
        """
        self._client._sock_close()  # noqa: SLF001 - the only way that does not wait for the broker

    @property
    def end_code(self) -> int:
        """The reason code with which the connection was lost; 0 while it lives."""
        if not self._disconnected.done():
            return 0
        error = self._disconnected.exception()
        code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
        return code.value if isinstance(code, ReasonCode) else int(code or 0)

    async def _wait_for(
        self,
        fut: Awaitable[_T],
        timeout: float | None,  # noqa: ASYNC109  as the base
    ) -> _T:
        """As the base, but a cancellation that comes together with the answer is heeded.

        `asyncio.wait_for` of Python 3.11 forgets it: a stop at the moment of a SUBACK never ended.
        """
        seconds = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(None if seconds == math.inf else seconds):
                return await fut
        except TimeoutError:
            msg = "Operation timed out"
            raise aiomqtt.MqttError(msg) from None

    async def _answer(self, future: asyncio.Future[ReasonCode]) -> ReasonCode:
        either: set[asyncio.Future[Any]] = {future, self._disconnected}
        await asyncio.wait(either, timeout=self.timeout, return_when=asyncio.FIRST_COMPLETED)
        if future.done():
            return future.result()
        if self._disconnected.done():
            msg = "the connection was lost before the broker answered"
            raise MqttError(msg) from self._disconnected.exception()
        raise TimeoutError


class AiomqttSession:
    """Implements `Session` over one aiomqtt connection."""

    def __init__(self, client: _Client, context: "_Context | None" = None) -> None:
        self._client = client
        self._context = context

    @property
    def taken_over(self) -> bool:
        """See `Session.taken_over`."""
        # Mosquitto 2.0.11 gives no reason: it closes the old connection properly, which no
        # killed broker and no broken line can do
        shown_out = self._context is not None and self._context.shown_out
        return shown_out or self._client.end_code == _TAKEN_OVER

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """See `Session.publish`."""
        try:
            code = await self._client.publish_checked(
                topic, payload, qos, retain=retain, properties=_expiry(expiry_s)
            )
        except TimeoutError as error:
            msg = f"publish to {topic}: no answer within {self._client.timeout} s"
            raise PublishTimeoutError(msg) from error
        except ValueError as error:
            msg = f"publish to {topic}: {error}"
            raise MqttError(msg) from error
        if code is not None and code.value >= _FAILURE:
            raise PublishRefusedError(topic, code.value, str(code))

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """See `Session.subscribe`."""
        try:
            answers = await self._client.subscribe(topic_filter, qos)
        except aiomqtt.MqttError as error:
            raise MqttError(str(error)) from error
        for answer in answers:
            if isinstance(answer, ReasonCode) and answer.value >= _FAILURE:
                msg = f"subscription to {topic_filter} refused: {answer}"
                raise SubscribeRefusedError(msg)

    async def messages(self) -> AsyncIterator[Incoming]:
        """See `Session.messages`."""
        try:
            async for message in self._client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                yield Incoming(str(message.topic), payload, bool(message.retain))
        except aiomqtt.MqttError as error:
            raise MqttError(str(error)) from error


class AiomqttConnector:
    """Implements `Connector` with MQTT 5 and mutual TLS."""

    def __init__(self, address: BrokerAddress) -> None:
        self._address = address

    @asynccontextmanager
    async def connect(self, will: Will | None = None) -> AsyncIterator[AiomqttSession]:
        """See `Connector.connect`."""
        context: _Context | None = None
        try:
            context = await asyncio.to_thread(_tls, self._address.tls)
            client = self._client(will, context)
            await _enter(client)
        except (aiomqtt.MqttError, ssl.SSLError, OSError, ValueError) as error:
            msg = f"{self._address.host}:{self._address.port}: {error}"
            raise MqttError(msg) from error
        except asyncio.CancelledError:
            if context is not None:
                context.abort()
            raise
        try:
            yield AiomqttSession(client, context)
        finally:
            await _leave(client)

    def _client(self, will: Will | None, context: ssl.SSLContext | None) -> _Client:
        address = self._address
        client = _Client(
            address.host,
            address.port,
            identifier=address.client_id,
            username=address.user,
            password=address.password,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=_will(will),
            clean_start=True,
            keepalive=address.keepalive_s,
            timeout=address.timeout_s,
            properties=_connect_properties(address.session_expiry_s),
            tls_context=context,
            socket_options=_AT_ONCE,
        )
        client.watch(min(address.timeout_s, _MAX_CONNECT_S))
        return client


async def _enter(client: _Client) -> None:
    try:
        await client.__aenter__()
    except BaseException:
        client.abandon()
        raise


async def _leave(client: _Client) -> None:
    """Disconnect; a connection that is already lost has said so elsewhere."""
    try:
        await client.__aexit__(None, None, None)
    except aiomqtt.MqttError:
        return


class _Socket(ssl.SSLSocket):
    """Knows whether the other side ended the connection properly (TLS close_notify)."""

    shown_out = False

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """As the base; an empty answer is a proper end, because ragged ones raise here."""
        data = super().recv(buflen, flags)
        self.shown_out = not data
        return data


class _Context(ssl.SSLContext):
    """A TLS context whose handshake can be ended from outside, and closes what it leaves.

    paho does neither: its thread would keep a stopping program waiting for a silent broker.
    """

    sslsocket_class = _Socket
    _wrapped: ssl.SSLSocket | None = None

    @property
    def shown_out(self) -> bool:
        """Whether the broker closed the connection on purpose."""
        return isinstance(self._wrapped, _Socket) and self._wrapped.shown_out

    def wrap_socket(self, *given: Any, **named: Any) -> ssl.SSLSocket:  # noqa: ANN401  as the base
        """Wrap and shake hands within the socket's timeout; paho's own is then a no-op."""
        named["suppress_ragged_eofs"] = False
        wrapped = self._wrapped = super().wrap_socket(*given, **named)
        try:
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped

    def abort(self) -> None:
        """End a handshake that another thread waits in; harmless when there is none."""
        if self._wrapped is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._wrapped, socket.SHUT_RDWR)


def _tls(files: TlsFiles | None) -> _Context | None:
    """Who we trust and who we are; raises OSError or ssl.SSLError for unusable files."""
    if files is None:
        return None
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files.ca)
    context.load_cert_chain(files.cert, files.key)
    return context


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho


def _connect_properties(session_expiry_s: int) -> Properties:
    properties = _properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = session_expiry_s
    properties.MaximumPacketSize = _MAX_PACKET
    return properties


def _will(will: Will | None) -> aiomqtt.Will | None:
    if will is None:
        return None
    properties = _properties(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = will.delay_s
    return aiomqtt.Will(will.topic, will.payload, 1, retain=True, properties=properties)


def _expiry(seconds: int | None) -> Properties | None:
    if seconds is None:
        return None
    properties = _properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = seconds
    return properties
