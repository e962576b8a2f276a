"""GET /api/v1/stream: tells pages that the state changed; they re-read their snapshot.

A slow page gets only the newest version (coalescing); a heartbeat every 5 s lets a page know that
silence is not calm.
"""

import asyncio

import msgspec
from aiohttp import web

from motcua_edge.services.office import OfficeService
from motcua_edge.web.access import address_of
from motcua_edge.web.deps import parts
from motcua_edge.web.listeners import Listener, Listeners, greeting

LISTENERS: web.AppKey[Listeners] = web.AppKey("listeners", Listeners)


class OfficeChanges(msgspec.Struct, frozen=True):
    """The office's versions."""

    office: OfficeService

    @property
    def version(self) -> int:
        """The newest."""
        return self.office.state.office.version

    async def newer(self, version: int) -> int:
        """Wait for a newer one."""
        return (await self.office.wait_newer(version)).office.version


async def close_streams(app: web.Application) -> None:
    """Before the server waits for its requests to end."""
    await app[LISTENERS].close()


async def stream(request: web.Request) -> web.StreamResponse:
    """The event stream of one page, until it leaves, is sent away or the server ends."""
    with request.app[LISTENERS].room(address_of(request)):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.headers["X-Accel-Buffering"] = "no"
        await response.prepare(request)
        await response.write(greeting(parts(request).deps.office.state.office.version))
        return await _listen(request, response)


async def _listen(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    task, transport = asyncio.current_task(), request.transport
    if task is None or transport is None:
        return response
    listeners, metrics = request.app[LISTENERS], parts(request).metrics
    listener = Listener(response, transport, task, metrics.ended.labels("untaken").inc)
    listener.keep_little()
    listeners.add(listener)
    metrics.streams.set(len(listeners))
    try:
        return await _until_cancelled()
    finally:
        listeners.remove(listener)
        metrics.streams.set(len(listeners))


async def _until_cancelled() -> web.StreamResponse:
    never: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
    return await never
