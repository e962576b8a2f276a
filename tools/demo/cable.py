"""A network cable that can be pulled: a TCP relay on loopback, in a thread of its own."""

import asyncio
import contextlib
import socket
import threading
from typing import Final

_SHORT_BUFFER: Final = 16 * 1024
"""A slow line must not be hidden behind what buffers hold."""
_TICK_S: Final = 0.05


class Cable:
    """Relays `port` to `target`. `pull()` cuts every connection and refuses new ones.

    A new `target` counts for connections made from then on.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._plugged = True
        self._bytes_per_s = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="cable")

    def start(self) -> None:
        """Lay the cable; `port` is known afterwards."""
        self._thread.start()
        self._ready.wait(5)

    def stop(self) -> None:
        """Take it away."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def pull(self) -> None:
        """Cut it."""
        self._plugged = False
        self._loop.call_soon_threadsafe(self._drop)

    def plug(self) -> None:
        """Put it back; whoever connects from now on gets through."""
        self._plugged = True

    def thin(self, bytes_per_s: int) -> None:
        """Connections made from now on are that slow; 0 ends it."""
        self._bytes_per_s = bytes_per_s

    def _drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_SHORT_BUFFER)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._drop()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        rate = self._bytes_per_s
        if rate:
            _shorten(writer), _shorten(far_writer)
        await asyncio.gather(_pump(reader, far_writer, rate), _pump(far_reader, writer, rate))
        self._writers -= {writer, far_writer}


def _shorten(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SHORT_BUFFER)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SHORT_BUFFER)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: int) -> None:
    most = max(1, int(rate * _TICK_S)) if rate else 65536
    with contextlib.suppress(OSError):
        while data := await reader.read(most):
            writer.write(data)
            await writer.drain()
            if rate:
                await asyncio.sleep(len(data) / rate)
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
