"""An SMS gateway for tests and demonstrations."""

import msgspec

from motcua_hub.sending.channels.fakes import FakeHttpServer, Request


class FakeGateway(FakeHttpServer):
    """Takes JSON and knows a message again by its `id`. It cannot send anything to a telephone."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, str]] = {}
        super().__init__(self._take, (200, b'{"status": "invalid_number"}'))

    def _take(self, request: Request) -> tuple[int, bytes]:
        said = msgspec.json.decode(request.body, type=dict[str, str])
        self.taken.setdefault(said["id"], said)
        answer = {"status": "ok", "data": {"id": f"sms-{len(self.taken)}"}}
        return 200, msgspec.json.encode(answer)
