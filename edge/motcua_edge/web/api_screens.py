"""Heartbeats of displays and kiosks: a page that hangs or is dark cannot send them."""

from aiohttp import web

from motcua_edge.web.bodies import PresenceBody, read_body
from motcua_edge.web.deps import parts
from motcua_edge.web.replies import json_reply


async def present(request: web.Request) -> web.Response:
    """POST /api/v1/presence: a screen is there, and how fresh what it shows is."""
    body = await read_body(request, PresenceBody)
    parts(request).deps.controls.present(body.screen, body.painted_ms, body.touched_ms)
    return json_reply({"screen": body.screen})
