"""A client of an office's real pages, and a paired counter with an officer."""

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from motcua_edge.web.server import build_app
from support.webapp import PIN, Office


@pytest.fixture
def office():
    return Office()


@pytest.fixture
async def client(office):
    async with TestClient(TestServer(build_app(office.deps()))) as client:
        yield client


class Desk:
    """An officer at a counter, over HTTP with a bearer token."""

    def __init__(self, client, number, token):
        self._client = client
        self.number = number
        self.token = token

    async def post(
        self, step: str, body: dict | None = None, key: str | None = None
    ) -> ClientResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = key
        path = f"/api/v1/counters/{self.number}/{step}"
        return await self._client.post(path, json=body or {}, headers=headers)

    async def ok(self, step: str, body: dict | None = None) -> dict:
        answer = await self.post(step, body)
        content = await answer.json()
        assert answer.status == 200, content
        return content


@pytest.fixture
def sit(client, office):
    """Pair a counter and log an officer in, through the API alone."""

    async def sit(number: int = 1, officer: str = "lan") -> Desk:
        code = office.sessions.pairing_code(number, "tuan")
        paired = await (await client.post("/api/v1/pairing", json={"code": code})).json()
        headers = {"Authorization": f"Bearer {paired['token']}"}
        answer = await client.post(
            f"/api/v1/counters/{number}/login",
            json={"officer": officer, "pin": PIN},
            headers=headers,
        )
        content = await answer.json()
        assert answer.status == 200, content
        client.session.cookie_jar.clear()
        return Desk(client, number, content["token"])

    return sit


@pytest.fixture
def issue(client):
    """Take a number at the kiosk."""

    async def issue(service: str = "CT", **more: object) -> dict:
        answer = await client.post("/api/v1/tickets", json={"service": service, **more})
        content = await answer.json()
        assert answer.status == 201, content
        return content["ticket"]

    return issue
