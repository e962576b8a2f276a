"""Builds the web application of an office: pages, API, streams, probes."""

import socket
from importlib.resources import as_file, files
from typing import Final

from aiohttp import web

from motcua_edge.web import guards
from motcua_edge.web.deps import PARTS, Controls, Deps, Parts
from motcua_edge.web.listeners import Listeners
from motcua_edge.web.metrics import WebMetrics
from motcua_edge.web.pace import SPEAK_MOST, SPEAK_WITHIN_MS, Pace
from motcua_edge.web.pages import TEMPLATES, make_templates
from motcua_edge.web.routes import add_routes
from motcua_edge.web.silent import SPOKEN, Runner, Spoken
from motcua_edge.web.snapshots import SnapshotCache
from motcua_edge.web.stream import LISTENERS, OfficeChanges, close_streams
from motcua_edge.web.texts import Texts

__all__ = ["Controls", "Deps", "build_app", "build_runner", "listen"]
MAX_BODY: Final = 16 * 1024
KEEP_ALIVE_S: Final = 75.0
STOP_WITHIN_S: Final = 3.0
TAKE_WITHIN_MS: Final = 30_000


def build_app(deps: Deps) -> web.Application:
    """The application, ready for `build_runner`. Nothing runs yet."""
    app = web.Application(
        middlewares=[guards.counting, guards.errors_as_json, guards.same_origin],
        client_max_size=MAX_BODY,
    )
    texts = Texts()
    app[PARTS] = Parts(
        deps=deps,
        texts=texts,
        metrics=WebMetrics(deps.registry, deps.office),
        snapshots=SnapshotCache(deps.office),
        speaking=Pace(SPEAK_MOST, SPEAK_WITHIN_MS),
    )
    app[SPOKEN] = Spoken()
    app[TEMPLATES] = make_templates()
    app[LISTENERS] = Listeners(
        OfficeChanges(deps.office), deps.max_streams, deps.max_streams_per_address
    )
    add_routes(app)
    with as_file(files("motcua_edge.web") / "static") as place:
        app.router.add_static("/static/", place)
    app.on_response_prepare.append(guards.add_headers)
    app.on_shutdown.append(close_streams)
    return app


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Open the port; whoever takes nothing of what it is sent is let go by the kernel.

    Without that, an answer that nobody reads keeps its place and its bytes for ever.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    place = socket.create_server((host, port), family=family)
    place.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKE_WITHIN_MS)
    await web.SockSite(runner, place).start()


def build_runner(app: web.Application) -> web.AppRunner:
    """A runner with time limits that neither a slow sender nor an open page can stretch."""
    return Runner(app, keep_alive=KEEP_ALIVE_S, stop_within=STOP_WITHIN_S)
