"""GET /api/v1/stream: tells pages that the state changed; they re-read their snapshot.

A slow page gets only the newest version (coalescing); a heartbeat every 5 s lets a page know that
silence is not calm.
"""

import asyncio
from typing import Final

from aiohttp import web

from motcua_edge.services.sessions import AccessError
from motcua_edge.web.access import address_of
from motcua_edge.web.deps import Parts, parts

HEARTBEAT_S: Final = 5.0
RETRY_MS: Final = 1000
WRITE_WITHIN_S: Final = 15.0


class Streams:
    """Who listens now. At shutdown they are told to go, or the server would wait for them."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._tasks: dict[asyncio.Task[object], str] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: asyncio.Task[object], address: str) -> None:
        """Let one in; AccessError when there are too many."""
        same = sum(1 for where in self._tasks.values() if where == address)
        if len(self._tasks) >= self._most or same >= self._most_per_address:
            raise AccessError("too_many", "too many open streams from this address; close some")
        self._tasks[task] = address

    def remove(self, task: asyncio.Task[object]) -> None:
        """One left."""
        self._tasks.pop(task, None)

    def close(self) -> None:
        """Send everybody away."""
        for task in list(self._tasks):
            task.cancel()


STREAMS: web.AppKey[Streams] = web.AppKey("streams", Streams)


async def close_streams(app: web.Application) -> None:
    """Before the server waits for its requests to end."""
    app[STREAMS].close()


async def stream(request: web.Request) -> web.StreamResponse:
    """The event stream of one page."""
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a handler runs in a task")
    streams = request.app[STREAMS]
    streams.add(task, address_of(request))
    everything = parts(request)
    everything.metrics.streams.set(len(streams))
    try:
        return await _serve(request, everything)
    finally:
        streams.remove(task)
        everything.metrics.streams.set(len(streams))


async def _serve(request: web.Request, everything: Parts) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    response.headers["X-Accel-Buffering"] = "no"
    await response.prepare(request)
    office = everything.deps.office
    version = office.state.office.version
    await _write(response, f"retry: {RETRY_MS}\n" + _message("state", version))
    try:
        while True:
            event = "state"
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    version = (await office.wait_newer(version)).office.version
            except TimeoutError:
                event = "beat"
            await _write(response, _message(event, version))
    except (ConnectionError, TimeoutError):
        return response


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(WRITE_WITHIN_S):
        await response.write(text.encode())


def _message(event: str, version: int) -> str:
    return f"event: {event}\nid: {version}\ndata: {version}\n\n"
