"""Somebody's program that receives webhooks, for tests and demonstrations."""

from collections.abc import Callable

import msgspec

from motcua_hub.sending.channels.fakes import FakeHttpServer, Request
from motcua_hub.sending.channels.webhook.signing import KEY, SIGNATURE, TIMESTAMP, verify


class FakeReceiver(FakeHttpServer):
    """Checks signatures as receivers should. It cannot do anything with what it was told."""

    def __init__(self, secret: str, now_s: Callable[[], float]) -> None:
        self.taken: dict[str, dict[str, object]] = {}
        self._secret = secret
        self._now_s = now_s
        super().__init__(self._take, (404, b""))

    def _take(self, request: Request) -> tuple[int, bytes]:
        timestamp = request.headers.get(TIMESTAMP.lower(), "")
        signature = request.headers.get(SIGNATURE.lower(), "")
        if not verify(self._secret, timestamp, request.body, signature, self._now_s()):
            return 403, b""
        said = msgspec.json.decode(request.body, type=dict[str, object])
        self.taken.setdefault(request.headers[KEY.lower()], said)
        return 204, b""
