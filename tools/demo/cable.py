"""A network cable that can be pulled: a TCP relay on loopback, in a thread of its own."""

import asyncio
import contextlib
import threading


class Cable:
    """Relays `port` to `target`. `pull()` cuts every connection and refuses new ones.

    A new `target` counts for connections made from then on.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._plugged = True
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

    def _drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
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
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._writers -= {writer, far_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
