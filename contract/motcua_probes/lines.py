"""A connection to a target, plain or TLS: the few calls that probes need, and cheap ones.

Plain connections use the loop's socket calls without transport and protocol: a probe of two
thousand targets is mostly connecting, and this halves its cost.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import Protocol

_CHUNK = 16_384


class Line(Protocol):
    """An open connection."""

    async def send(self, data: bytes) -> None:
        """Send all of it."""

    async def receive(self) -> bytes:
        """Some bytes; none when the other side has closed."""

    def close(self) -> None:
        """Drop it at once."""


class Plain:
    """TCP without anything."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        await self._loop.sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        """Some bytes; none when the other side has closed."""
        return await self._loop.sock_recv(self._sock, _CHUNK)

    def close(self) -> None:
        """Drop it at once."""
        self._sock.close()


class Secure:
    """TLS over TCP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @property
    def certificate(self) -> dict[str, object]:
        """The peer's certificate, as `SSLSocket.getpeercert` tells it."""
        told = self._writer.get_extra_info("peercert")
        return dict(told) if told else {}

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        """Some bytes; none when the other side has closed."""
        return await self._reader.read(_CHUNK)

    def close(self) -> None:
        """Drop it at once, without waiting for the other side's farewell."""
        self._writer.transport.abort()


async def connected(address: str, port: int) -> socket.socket:
    """A connected TCP socket; the caller closes it. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


async def secured(sock: socket.socket, context: ssl.SSLContext, name: str) -> Secure:
    """TLS over a connected socket, which is closed on failure. Raises OSError."""
    try:
        reader, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=name)
    except BaseException:
        with contextlib.suppress(OSError):
            sock.close()
        raise
    return Secure(reader, writer)
