"""The pages that listen for changes. One task tells them all, and none of them waits for another.

A message is made once for a version and its bytes go to every page. The first change is told at
once; while changes follow each other closely, the newest is told every 50 ms. A page that has not
taken what it was sent gets nothing more before it has, and is sent away after a while.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from motcua_edge.services.sessions import AccessError

HEARTBEAT_S: Final = 5.0
PAUSE_S: Final = 0.05
RETRY_MS: Final = 1000
TAKE_WITHIN_S: Final = 15.0
UNTAKEN_MAX: Final = 8 * 1024
"""What the kernel keeps for one page; of a page that reads nothing it would keep megabytes."""
_TOLD_IN_ONE_GO: Final = 32
"""After so many pages, requests that came in between are answered first."""


class Changes(Protocol):
    """Where news comes from: the office, or whatever numbers its states."""

    @property
    def version(self) -> int:
        """The newest version."""
        ...

    async def newer(self, version: int) -> int:
        """Wait until there is a newer one; the newest."""
        ...


class Writer(Protocol):
    """The answer that is still being written."""

    async def write(self, data: bytes) -> None:
        """Send a piece."""
        ...


class Listener:
    """One page: where its words go, and the task that serves it until it leaves."""

    def __init__(
        self,
        writer: Writer,
        transport: asyncio.WriteTransport,
        task: asyncio.Task[object],
        count_cut_off: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._transport = transport
        self._task = task
        self._count_cut_off = count_cut_off
        self._full_since: float | None = None

    def keep_little(self) -> None:
        """Let the kernel hold little of what this page does not take."""
        place = self._transport.get_extra_info("socket")
        if place is not None:
            # refused for a page that has just left: it needs no buffer
            with contextlib.suppress(OSError):
                place.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNTAKEN_MAX)

    async def hear(self, message: bytes, now: float) -> None:
        """Tell it, unless it still has not taken what it was told; `now` in the loop's seconds."""
        if self._transport.is_closing():
            self.leave()
        elif self._transport.get_write_buffer_size():
            self._wait(now)
        else:
            self._full_since = None
            with contextlib.suppress(ConnectionError):
                # never waits: nothing is in the buffer, so there is room
                await self._writer.write(message)

    def _wait(self, now: float) -> None:
        if self._full_since is None:
            self._full_since = now
        elif now - self._full_since >= TAKE_WITHIN_S:
            self._count_cut_off()
            self._transport.abort()
            self.leave()

    def leave(self) -> None:
        """End the task that serves it."""
        self._task.cancel()


class Listeners:
    """All of them. Told by one task, from the first that joins until `close`."""

    def __init__(self, changes: Changes, most: int, most_per_address: int) -> None:
        self._changes = changes
        self._most = most
        self._most_per_address = most_per_address
        self._here: set[Listener] = set()
        self._at: Counter[str] = Counter()
        self._telling: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._here)

    @contextlib.contextmanager
    def room(self, address: str) -> Iterator[None]:
        """A place for one page; AccessError when there are too many, here or at this address."""
        if self._at.total() >= self._most or self._at[address] >= self._most_per_address:
            raise AccessError("too_many", "too many open streams from this address; close some")
        self._at[address] += 1
        try:
            yield
        finally:
            self._at.subtract([address])
            self._at += Counter()  # forgets the addresses where nobody is left

    def add(self, listener: Listener) -> None:
        """From now on it hears of everything."""
        self._here.add(listener)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_for_ever(), name="web-streams")

    def remove(self, listener: Listener) -> None:
        """It left; harmless when repeated."""
        self._here.discard(listener)

    async def close(self) -> None:
        """Send everybody away, or the server would wait for them at its end."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        for listener in list(self._here):
            listener.leave()

    async def _tell_for_ever(self) -> None:
        version = self._changes.version
        while True:
            event = "state"
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    version = await self._changes.newer(version)
            except TimeoutError:
                event = "beat"
            await self._tell(message(event, version))
            await asyncio.sleep(PAUSE_S)

    async def _tell(self, words: bytes) -> None:
        now = asyncio.get_running_loop().time()
        for number, listener in enumerate(list(self._here)):
            if number % _TOLD_IN_ONE_GO == _TOLD_IN_ONE_GO - 1:
                await asyncio.sleep(0)
            if listener in self._here:
                await listener.hear(words, now)


def message(event: str, version: int) -> bytes:
    """The bytes that tell of a version."""
    return f"event: {event}\nid: {version}\ndata: {version}\n\n".encode()


def greeting(version: int) -> bytes:
    """The first bytes of a stream: how soon to come back, and the version now."""
    return f"retry: {RETRY_MS}\n".encode() + message("state", version)
