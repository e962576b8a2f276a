"""The watchman's ear: takes signed signs of life, and says how things stand."""

import logging
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec

from motcua_hub.sending.channels.webhook.signing import SIGNATURE, TIMESTAMP, verify

log = logging.getLogger(__name__)
_MOST: Final = 4096


class Sign(msgspec.Struct, frozen=True):
    """The body of a sign of life; `at` is the hub's own time, UTC ms."""

    name: str
    at: int


Hear = Callable[[Sign], bool]
"""Takes a sign whose signature is good; False for one that is older than the last."""


class Listener(ThreadingHTTPServer):
    """`POST /ping` for hubs, `GET /healthz` for people.

    Args:
        address: Host and port.
        secrets: By the name of the hub.
        hear: What to do with a sign of life.
        stand: How things stand, for `/healthz`.
    """

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        secrets: dict[str, str],
        hear: Hear,
        stand: Callable[[], dict[str, Any]],
    ) -> None:
        super().__init__(address, _Handler)
        self.secrets = secrets
        self.hear = hear
        self.stand = stand


class _Handler(BaseHTTPRequestHandler):
    # a client that says nothing is left
    timeout = 10
    server: Listener

    def do_GET(self) -> None:
        if self.path != "/healthz":
            self._say(404)
            return
        self._say(200, msgspec.json.encode(self.server.stand()))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/ping" or not length.isdecimal() or int(length) > _MOST:
            self._say(404 if self.path != "/ping" else 413)
            return
        self._say(self._heard(self.rfile.read(int(length))))

    def _heard(self, body: bytes) -> int:
        try:
            sign = msgspec.json.decode(body, type=Sign)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return 400
        timestamp = self.headers.get(TIMESTAMP, "")
        signature = self.headers.get(SIGNATURE, "")
        secret = self.server.secrets.get(sign.name)
        if secret is None or not verify(secret, timestamp, body, signature, time.time()):
            return 403
        return 204 if self.server.hear(sign) else 409

    def _say(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass
