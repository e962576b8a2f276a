"""Small answers."""

import msgspec
from aiohttp import web


def json_reply(content: object, status: int = 200) -> web.Response:
    """Anything msgspec can encode, as JSON."""
    body = msgspec.json.encode(content)
    return web.Response(status=status, body=body, content_type="application/json")
