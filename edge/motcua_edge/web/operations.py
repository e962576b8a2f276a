"""What operators' tools ask: /healthz, /readyz, /metrics."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from motcua_edge.web.deps import parts
from motcua_edge.web.replies import json_reply


async def healthz(request: web.Request) -> web.Response:
    """200 while the process answers."""
    return json_reply({"status": "ok", "version": parts(request).deps.software})


async def readyz(request: web.Request) -> web.Response:
    """200 when the office can serve, 503 with the reasons otherwise."""
    reasons = parts(request).deps.controls.not_ready()
    state = "ready" if not reasons else "not_ready"
    return json_reply({"status": state, "reasons": reasons}, status=503 if reasons else 200)


async def metrics(request: web.Request) -> web.Response:
    """Everything in the registry, in Prometheus' text format."""
    body = generate_latest(parts(request).deps.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
