"""Closes connections that send nothing: a silent or very slow client must not hold a place."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

FIRST_REQUEST_WITHIN_S: Final = 15.0


class Spoken:
    """Which connections have ever made a whole request."""

    def __init__(self) -> None:
        self.connections: set[RequestHandler] = set()


SPOKEN: web.AppKey[Spoken] = web.AppKey("spoken", Spoken)


class Runner(web.AppRunner):
    """An AppRunner that gives a new connection `within` seconds for its first request.

    aiohttp limits the silence between requests, but not the silence before the first one.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        within: float = FIRST_REQUEST_WITHIN_S,
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
        self._spoken = app[SPOKEN]
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
            await asyncio.sleep(self._within / 3)
            self.sweep(asyncio.get_running_loop().time())

    def sweep(self, now: float) -> None:
        """Close whoever is silent for too long; forget whoever is gone."""
        here = list(self.server.connections) if self.server else []
        self._spoken.connections.intersection_update(here)
        self._since = {
            c: self._since.get(c, now) for c in here if c not in self._spoken.connections
        }
        for connection, since in self._since.items():
            if now - since >= self._within:
                connection.force_close()
