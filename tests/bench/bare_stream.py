"""The bare thing that a board is compared with: one POST puts a line into an event stream."""

import asyncio
import sys

from aiohttp import web

PAGE = """<!doctype html><title>bare</title><p id=invite>-</p><script>
new EventSource("/stream").onmessage = (e) => {
  document.getElementById("invite").textContent = e.data;
};
</script>"""


def make() -> web.Application:
    listeners: list[asyncio.Queue[str]] = []
    counted = iter(range(1, 1_000_000))

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def put(_request: web.Request) -> web.Response:
        text = str(next(counted))
        for queue in listeners:
            queue.put_nowait(text)
        return web.json_response({"put": text})

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[str] = asyncio.Queue()
        listeners.append(queue)
        while True:
            await response.write(f"data: {await queue.get()}\n\n".encode())

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_post("/put", put)
    app.router.add_get("/stream", stream)
    return app


if __name__ == "__main__":
    web.run_app(make(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
