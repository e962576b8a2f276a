"""A program that calls the hub's API with a token of somebody's."""

from typing import Any

from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.security.tokens import READ, WRITE, create_api_token
from support.hub_seed import HubWeb


def account(hub: HubWeb, name: str, role: str = "admin") -> None:
    """Somebody who may log in; nothing when there is one of this name."""
    table = schema.account
    with reading(hub.engine) as connection:
        known = connection.scalar(select(table.c.id).where(table.c.name == name))
    if known is None:
        row = {"name": name, "password_hash": "!", "role": role, "created_at": hub.clock.now}
        with writing(hub.engine) as connection:
            connection.execute(insert(table).values(row))


class Caller:
    """Calls as one account, through one token."""

    def __init__(
        self, hub: HubWeb, name: str, *, token: str = "", role: str = "admin", write: bool = True
    ) -> None:
        account(hub, name, role)
        self._hub = hub
        secret = create_api_token(
            hub.engine,
            token or f"{name}-1",
            hub.clock.now,
            account=name,
            scope=WRITE if write else READ,
        )
        self._headers = {"Authorization": f"Bearer {secret}"}

    def call(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """One call below `/api/v1`; headers as `if_match` and `idempotency_key`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._hub.app.test_client().open(
            f"/api/v1{path}", method=method, headers=self._headers | more, json=body
        )

    def get(self, path: str) -> Any:
        """What is at a path; it must be there."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: object, **headers: str) -> Any:
        """Add, or do; it must be done."""
        return self._done(self.call("POST", path, body, **headers))

    def put(self, path: str, body: object, **headers: str) -> Any:
        """Set; it must be done."""
        return self._done(self.call("PUT", path, body, **headers))

    def delete(self, path: str, **headers: str) -> Any:
        """End; it must be done."""
        return self._done(self.call("DELETE", path, None, **headers))

    def _done(self, answer: TestResponse) -> Any:
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json

    def refusal(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Status and code of a call that must be refused, as a problem in JSON."""
        answer = self.call(method, path, body)
        assert answer.status_code >= 400, answer.text
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["detail"]
        return answer.status_code, answer.json["code"]
