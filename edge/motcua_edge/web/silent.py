"""Ends connections that only hold a place: silent, very slow, or too many of one address."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from motcua_edge.web.deps import PARTS

FIRST_REQUEST_WITHIN_S: Final = 15.0
MOST_PER_ADDRESS: Final = 200
"""A whole hall may sit behind one address: thirty browsers with six connections each."""
_TURN_S: Final = 1.0


class Spoken:
    """Which connections have ever made a whole request, and which have one under way."""

    def __init__(self) -> None:
        self.connections: set[RequestHandler] = set()
        self.busy: set[RequestHandler] = set()

    @contextlib.contextmanager
    def asking(self, connection: RequestHandler) -> Iterator[None]:
        """While a request is being answered."""
        self.connections.add(connection)
        self.busy.add(connection)
        try:
            yield
        finally:
            self.busy.discard(connection)


SPOKEN: web.AppKey[Spoken] = web.AppKey("spoken", Spoken)


class Runner(web.AppRunner):
    """An AppRunner that gives a new connection `within` seconds for its first request.

    aiohttp limits the silence between requests, but not the silence before the first one, and
    lets one client open as many connections as it likes.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        within: float = FIRST_REQUEST_WITHIN_S,
        most_per_address: int = MOST_PER_ADDRESS,
        keep_alive: float,
        stop_within: float,
    ) -> None:
        super().__init__(
            app,
            access_log=None,
            keepalive_timeout=keep_alive,
            lingering_time=2.0,
            shutdown_timeout=stop_within,
            handler_cancellation=True,
        )
        self._within = within
        self._most = most_per_address
        self._spoken = app[SPOKEN]
        self._ended = app[PARTS].metrics.ended
        self._since: dict[RequestHandler, float] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def setup(self) -> None:
        """Start, and watch new connections."""
        await super().setup()
        self._sweeper = asyncio.create_task(self._sweep_for_ever(), name="web-silent-connections")

    async def cleanup(self) -> None:
        """Stop watching, then stop."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
            self._sweeper = None
        await super().cleanup()

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(min(_TURN_S, self._within / 3))
            self.sweep(asyncio.get_running_loop().time())

    def sweep(self, now: float) -> None:
        """End whoever is silent for too long, or too many; forget whoever is gone."""
        here = list(self.server.connections) if self.server else []
        self._spoken.connections.intersection_update(here)
        self._since = {
            c: self._since.get(c, now) for c in here if c not in self._spoken.connections
        }
        late = [c for c, since in self._since.items() if now - since >= self._within]
        self._end("silent", late)
        self._end("too_many", self._surplus(here))

    def _surplus(self, here: Sequence[RequestHandler]) -> Iterator[RequestHandler]:
        """Of each address the oldest beyond the limit, those with a request under way last."""
        at: defaultdict[str, list[RequestHandler]] = defaultdict(list)
        for connection in here:
            if isinstance(connection.peername, tuple) and connection.transport is not None:
                at[connection.peername[0]].append(connection)
        for connections in at.values():
            connections.sort(key=lambda c: c in self._spoken.busy)
            yield from connections[: max(0, len(connections) - self._most)]

    def _end(self, reason: str, connections: Iterable[RequestHandler]) -> None:
        for connection in connections:
            self._ended.labels(reason).inc()
            connection.force_close()
