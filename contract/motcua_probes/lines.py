"""A connection to a target, plain or TLS: the few calls that probes need, and cheap ones.

Sockets without transport and protocol: a probe of two thousand targets is mostly connecting, and
this halves its cost. TLS goes through memory: no buffers, watermarks or farewells.
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
    """TCP without anything. One at a time waits for bytes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._listening = False
        self._waiter: asyncio.Future[bytes] | None = None

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        await self._loop.sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        """Some bytes; none when the other side has closed."""
        if not self._listening:
            # it stays so: asking the kernel anew for each answer costs more than the answer
            self._loop.add_reader(self._sock.fileno(), self._readable)
            self._listening = True
        self._waiter = self._loop.create_future()
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def close(self) -> None:
        """Drop it at once."""
        self._deaf()
        self._sock.close()

    def _deaf(self) -> None:
        if self._listening:
            self._loop.remove_reader(self._sock.fileno())
            self._listening = False

    def _readable(self) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            # what nobody waits for stays in the kernel
            self._deaf()
            return
        try:
            waiter.set_result(self._sock.recv(_CHUNK))
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            waiter.set_exception(error)


class Secure:
    """TLS over a plain line."""

    def __init__(
        self, line: Plain, context: ssl.SSLContext, name: str, session: ssl.SSLSession | None = None
    ) -> None:
        self._line = line
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._received, self._to_send, server_hostname=name, session=session
        )

    @property
    def certificate(self) -> dict[str, object]:
        """The peer's certificate, as `SSLSocket.getpeercert` tells it."""
        return dict(self._tls.getpeercert() or {})

    @property
    def resumed(self) -> bool:
        """Whether the session that was offered was taken: the certificate was not shown again."""
        return bool(self._tls.session_reused)

    @property
    def session(self) -> ssl.SSLSession | None:
        """What a later connection may offer, also after `close`; None if the server gave nothing.

        TLS 1.3 gives it after the handshake: ask when something was received.
        """
        session = self._tls.session
        if session is None:
            return None
        by_number = bool(session.id) and self._tls.version() == "TLSv1.2"
        return session if session.has_ticket or by_number else None

    async def handshake(self) -> None:
        """Chain and name are good, or the session was taken. Raises OSError."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self.flush()
                await self._more("closed during the handshake")
            except ssl.SSLError:
                # the other side's log says why, if it still listens
                with contextlib.suppress(OSError):
                    await self.flush()
                raise
            else:
                return

    async def send(self, data: bytes) -> None:
        """Send all of it, and with it the last of the handshake."""
        self._tls.write(data)
        await self.flush()

    async def receive(self) -> bytes:
        """Some bytes; none when the other side has closed."""
        while True:
            try:
                data = self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                await self.flush()
                if not await self._more():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            else:
                return data

    async def flush(self) -> None:
        """Send what TLS itself has to say."""
        if self._to_send.pending:
            await self._line.send(self._to_send.read())

    async def _more(self, what: str = "") -> bool:
        """Something was received; with `what` ConnectionResetError otherwise."""
        data = await self._line.receive()
        if what and not data:
            raise ConnectionResetError(what)
        self._received.write(data)
        return bool(data)

    def close(self) -> None:
        """Drop it at once, without waiting for the other side's farewell."""
        self._line.close()


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


async def secured(
    sock: socket.socket,
    context: ssl.SSLContext,
    name: str,
    session: ssl.SSLSession | None = None,
) -> Secure:
    """TLS over a connected socket, which is closed on failure. Raises OSError."""
    plain = Plain(sock)
    try:
        line = Secure(plain, context, name, session)
        await line.handshake()
    except BaseException:
        plain.close()
        raise
    return line
