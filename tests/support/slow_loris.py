"""Hundreds of sockets that hold a server's places and give it nothing to do; and who suffers."""

import asyncio
import contextlib
import resource
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import aiohttp
import msgspec

from support.waiting import until

_TRICKLE_S: Final = 2.0
_ADDRESSES: Final = 60
"""The sockets come from as many loopback addresses: no limit per address can stop them all."""


class Way(StrEnum):
    """How a socket wastes a place."""

    HEADERS = "headers that never end"
    BODY = "a body that never ends"
    IDLE = "a connection that says nothing"
    STREAM = "a stream that nobody reads"
    ASLEEP = "one request, then silence"


_OPENING: Final = {
    Way.HEADERS: "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    Way.BODY: (
        "POST {post} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 9000\r\n\r\n"
    ),
    Way.IDLE: "",
    Way.STREAM: "GET {stream} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    Way.ASLEEP: "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
}
_TRICKLES: Final = frozenset({Way.HEADERS, Way.BODY})


class Target(msgspec.Struct, frozen=True):
    """The server under attack: a path that takes a body, and one that streams."""

    port: int
    post: str
    stream: str


class Attack:
    """`count` sockets that come back at once whenever the server closes them."""

    def __init__(self, target: Target, ways: Sequence[Way], count: int) -> None:
        self.open = 0
        self.closed: Counter[str] = Counter()
        self._target = target
        self._plan = [(ways[n % len(ways)], n) for n in range(count)]

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for way, number in self._plan:
                group.create_task(self._for_ever(way, number))

    async def _for_ever(self, way: Way, number: int) -> None:
        await asyncio.sleep(number * 0.003)
        while True:
            with contextlib.suppress(OSError, TimeoutError):
                await self._once(way, number)
            self.closed[way] += 1
            await asyncio.sleep(0.2)

    async def _once(self, way: Way, number: int) -> None:
        local = (f"127.0.1.{1 + number % _ADDRESSES}", 0)
        opening = asyncio.open_connection(
            "127.0.0.1", self._target.port, local_addr=local, limit=1024
        )
        reader, writer = await asyncio.wait_for(opening, 20)
        self.open += 1
        try:
            words = _OPENING[way].format(
                host=f"127.0.0.1:{self._target.port}",
                post=self._target.post,
                stream=self._target.stream,
            )
            writer.write(words.encode())
            await self._hold(way, reader, writer)
        finally:
            self.open -= 1
            writer.transport.abort()

    @staticmethod
    async def _hold(way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof() and not writer.is_closing():
            if way in _TRICKLES:
                writer.write(b"a")
            # a small `limit` and no reading: the server's words fill the window and stay there
            await asyncio.sleep(_TRICKLE_S)


@contextlib.contextmanager
def under_attack(attack: Attack, count: int) -> Iterator[None]:
    """The attack on a loop of its own, in force before the block begins."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(attack.run())
    thread = threading.Thread(target=_run, args=(loop, task), name="slow loris", daemon=True)
    thread.start()
    try:
        until(lambda: attack.open >= 0.9 * count, within=30)
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


class Probe(msgspec.Struct, frozen=True):
    """What an honest client asks, each time on a connection of its own."""

    method: str
    url: str
    body: dict[str, object] | None = None


async def latencies(probes: Sequence[Probe], lasts_s: float, a_second: float) -> list[float]:
    """Seconds of each answer at a steady rate; a failure counts as infinitely slow."""
    begun, tasks = time.monotonic(), []
    for number in range(int(lasts_s * a_second)):
        await asyncio.sleep(max(0.0, begun + number / a_second - time.monotonic()))
        tasks.append(asyncio.create_task(_timed(probes[number % len(probes)])))
    return await asyncio.gather(*tasks)


async def _timed(probe: Probe) -> float:
    begun = time.monotonic()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session,
            session.request(probe.method, probe.url, json=probe.body) as answer,
        ):
            await answer.read()
            return time.monotonic() - begun if answer.status < 400 else float("inf")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return float("inf")


@contextlib.contextmanager
def few_descriptors(most: int = 1024) -> Iterator[None]:
    """Programs started in the block may open as few files as a service does by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
