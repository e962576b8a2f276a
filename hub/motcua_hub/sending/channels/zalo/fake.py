"""Zalo for tests and demonstrations: tokens and templates."""

from urllib.parse import parse_qs

import msgspec

from motcua_hub.sending.channels.fakes import FakeHttpServer, Request


class FakeZalo(FakeHttpServer):
    """Gives tokens and takes templates. It knows no quota, and approves of every template."""

    def __init__(self, refresh_token: str, secret_key: str) -> None:
        self.taken: dict[str, dict[str, object]] = {}
        self.tokens: list[str] = []
        self._refresh = refresh_token
        self._secret_key = secret_key
        super().__init__(
            self._take, (200, b'{"error": -118, "message": "Zalo account not existed"}')
        )

    def forget_tokens(self) -> None:
        """No access token holds any more."""
        self.tokens = [""] * len(self.tokens)

    def _take(self, request: Request) -> tuple[int, bytes]:
        if request.path == "/v4/oa/access_token":
            return self._token(request)
        if not self.tokens or request.headers.get("access_token") != self.tokens[-1]:
            return 200, b'{"error": -124, "message": "Access token invalid"}'
        said = msgspec.json.decode(request.body, type=dict[str, object])
        self.taken.setdefault(str(said["tracking_id"]), said)
        answer = {"error": 0, "message": "Success", "data": {"msg_id": f"z{len(self.taken)}"}}
        return 200, msgspec.json.encode(answer)

    def _token(self, request: Request) -> tuple[int, bytes]:
        form = parse_qs(request.body.decode())
        known = form.get("refresh_token") == [self._refresh]
        if not known or request.headers.get("secret_key") != self._secret_key:
            return 200, b'{"error": -14014, "error_name": "Invalid refresh token"}'
        self.tokens.append(f"access-{len(self.tokens) + 1}")
        self._refresh = f"refresh-{len(self.tokens) + 1}"
        granted = {
            "access_token": self.tokens[-1],
            "refresh_token": self._refresh,
            "expires_in": "90000",
        }
        return 200, msgspec.json.encode(granted)
