"""Telegram's bot API for tests and demonstrations."""

import msgspec

from motcua_hub.sending.channels.fakes import FakeHttpServer, Request


class FakeBotApi(FakeHttpServer):
    """Knows `sendMessage` of one bot only, and no messages that it has seen before."""

    def __init__(self, token: str) -> None:
        self.taken: list[dict[str, object]] = []
        self._path = f"/bot{token}/sendMessage"
        refusal = b'{"ok": false, "error_code": 400, "description": "Bad Request: chat not found"}'
        super().__init__(self._take, (400, refusal))

    def _take(self, request: Request) -> tuple[int, bytes]:
        if request.path != self._path:
            return 401, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
        self.taken.append(msgspec.json.decode(request.body, type=dict[str, object]))
        answer = {"ok": True, "result": {"message_id": len(self.taken)}}
        return 200, msgspec.json.encode(answer)
