"""Hundreds of sockets that hold a server's places and give it nothing to do; and who suffers.

A server may throw such a socket out, and should. Its owner is back a moment later: what is kept up
is not a number of open sockets but a number of attackers, each of them holding a place, being
thrown out of it or knocking again.
"""

import asyncio
import contextlib
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import aiohttp
import msgspec

from support.waiting import until

_LOOKS_S: Final = 0.5
_TRICKLE_EVERY: Final = 4
_BACK_AFTER_S: Final = 0.2
_ADDRESSES: Final = 60
"""The sockets come from as many loopback addresses: no limit per address can stop them all."""
_ENDED: Final = select.POLLRDHUP | select.POLLHUP | select.POLLERR


class Way(StrEnum):
    """How a socket wastes a place."""

    HEADERS = "headers that never end"
    BODY = "a body that never ends"
    IDLE = "a connection that says nothing"
    STREAM = "a stream that nobody reads"
    ANSWER = "an answer that nobody reads"
    ASLEEP = "one request, then silence"


_OPENING: Final = {
    Way.HEADERS: "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    Way.BODY: (
        "POST {post} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 9000\r\n\r\n"
    ),
    Way.IDLE: "",
    Way.STREAM: "GET {stream} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    Way.ANSWER: "GET {file} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    Way.ASLEEP: "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
}
_TRICKLES: Final = frozenset({Way.HEADERS, Way.BODY})
_UNREAD: Final = frozenset({Way.STREAM, Way.ANSWER})


class Target(msgspec.Struct, frozen=True):
    """The server under attack: a path that takes a body, one that streams, and a large file."""

    port: int
    post: str
    stream: str
    file: str

    def opening(self, way: Way) -> bytes:
        """What an attacker says first."""
        host = f"127.0.0.1:{self.port}"
        words = _OPENING[way].format(host=host, post=self.post, stream=self.stream, file=self.file)
        return words.encode()


class Attack:
    """`count` attackers with a socket each, who come back whenever the server ends it.

    Attributes:
        at_work: Who has held a socket, or was refused one, at least once.
        held: How many sockets are open now.
        thrown_out: How many sockets the server ended.
        refused: How many could not be opened.
    """

    def __init__(self, target: Target, ways: Sequence[Way], count: int) -> None:
        self.count = count
        self.at_work: set[int] = set()
        self.held = 0
        self.thrown_out = 0
        self.refused = 0
        self._target = target
        self._plan = [(ways[n % len(ways)], n) for n in range(count)]

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for way, number in self._plan:
                group.create_task(self._for_ever(way, number))

    async def _for_ever(self, way: Way, number: int) -> None:
        await asyncio.sleep(number * 0.003)  # 300 in one second, not in one moment
        while True:
            with contextlib.closing(_socket(way, number)) as place:
                await self._once(place, way, number)
            await asyncio.sleep(_BACK_AFTER_S)  # the pace of the attack

    async def _once(self, place: socket.socket, way: Way, number: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(20):
                await loop.sock_connect(place, ("127.0.0.1", self._target.port))
                await loop.sock_sendall(place, self._target.opening(way))
        except (OSError, TimeoutError):
            self.refused += 1
            self.at_work.add(number)
            return
        self.held += 1
        self.at_work.add(number)
        try:
            await _hold(place, way)
            self.thrown_out += 1
        finally:
            self.held -= 1


def _socket(way: Way, number: int) -> socket.socket:
    place = socket.socket()
    place.setblocking(False)
    if way in _UNREAD:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
    place.bind((f"127.0.1.{1 + number % _ADDRESSES}", 0))
    return place


async def _hold(place: socket.socket, way: Way) -> None:
    """Keep the socket, reading nothing, until the server ends it."""
    looking, looks = select.poll(), 0
    looking.register(place, _ENDED)
    while not looking.poll(0):
        looks += 1
        if way in _TRICKLES and looks % _TRICKLE_EVERY == 0:
            with contextlib.suppress(OSError):
                place.send(b"a")
        await asyncio.sleep(_LOOKS_S)  # holding it is the attack


@contextlib.contextmanager
def under_attack(attack: Attack) -> Iterator[None]:
    """The attack on a loop of its own: every attacker at work before the block, and to its end."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(attack.run())
    thread = threading.Thread(target=_run, args=(loop, task), name="slow loris", daemon=True)
    thread.start()
    try:
        until(lambda: len(attack.at_work) == attack.count, within=60)
        yield
        assert thread.is_alive(), "the attack ended before its time"
    finally:
        with contextlib.suppress(RuntimeError):
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
        # the pace of the questions
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
