"""A person's hands on an office: the same endpoints as the pages use."""

import uuid
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp

Json = dict[str, Any]


class Seat(NamedTuple):
    """An officer at a counter: tokens of the paired device and the session, and its name."""

    device: str
    session: str
    machine: str


class RefusedError(Exception):
    """The office answered with an error. `status` and `code` are those of the answer."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status} {answer.get('code')}: {answer.get('detail')}")
        self.status = status
        self.code = str(answer.get("code", ""))
        self.answer = answer


class OfficeClient:
    """Talks to one office. `async with`; reusable after the office restarted."""

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        self.url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # no cookies: every person of the demo shows a token of their own
        jar = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=jar)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connection itself, for what is no question with an answer, such as a stream."""
        assert self._session is not None, "use `async with`"  # noqa: S101
        return self._session

    async def get(self, path: str, token: str = "") -> Json:
        """Read a snapshot or an answer."""
        return await self._call("GET", path, None, self._headers(token))

    async def post(
        self, path: str, body: Json | None = None, token: str = "", key: str = ""
    ) -> Json:
        """Ask for something; a fresh idempotency key unless one is given."""
        headers = self._headers(token) | {"Idempotency-Key": key or uuid.uuid4().hex}
        return await self._call("POST", path, body or {}, headers)

    @staticmethod
    def _headers(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def _call(
        self, method: str, path: str, body: Json | None, headers: dict[str, str]
    ) -> Json:
        async with self.session.request(
            method, self.url + path, json=body, headers=headers
        ) as answer:
            content: Json = await answer.json(content_type=None)
            if answer.status >= 400:  # noqa: PLR2004
                raise RefusedError(answer.status, content)
            return content

    async def take_ticket(self, service: str, priority: str = "none", key: str = "") -> Json:
        """A citizen at the kiosk; returns the ticket."""
        body = {"service": service, "priority": priority, "late_consent": True}
        answer = await self.post("/api/v1/tickets", body, key=key)
        return dict(answer["ticket"])

    async def technician(self, pin: str) -> str:
        """Log the technician in; returns the token."""
        answer = await self.post("/api/v1/technician/login", {"officer": "ky-thuat", "pin": pin})
        return str(answer["token"])

    async def sit_down(self, counter: int, officer: str, pin: str, technician: str) -> Seat:
        """Pair a device with a counter and log an officer in there."""
        paired = await self.post("/api/v1/technician/pair-here", {"counter": counter}, technician)
        device = str(paired["token"])
        session = await self.log_in(counter, officer, pin, device)
        return Seat(device, session, str(paired["device"]))

    async def machine_at(self, counter: int, technician: str) -> str:
        """The paired machine on which a counter is open; empty when it is closed."""
        view = await self.get("/api/v1/snapshot/technician", technician)
        used = (d["id"] for d in view["paired"] if d["counter"] == counter and d["in_use"])
        return str(next(used, ""))

    async def log_in(self, counter: int, officer: str, pin: str, device_token: str) -> str:
        """Log an officer in on a paired device; returns the session token."""
        body = {"officer": officer, "pin": pin}
        answer = await self.post(f"/api/v1/counters/{counter}/login", body, device_token)
        return str(answer["token"])

    async def call_next(self, counter: int, token: str, key: str = "") -> Json:
        """Call whoever is next; RefusedError `queue_empty` when nobody waits."""
        answer = await self.post(f"/api/v1/counters/{counter}/next", {}, token, key)
        return dict(answer["ticket"])

    async def step(
        self, counter: int, action: str, ticket: str, token: str, **more: object
    ) -> Json:
        """One button about one ticket, such as start, finish, miss, recall or requeue."""
        body = {"ticket": ticket, **more}
        return await self.post(f"/api/v1/counters/{counter}/{action}", body, token)

    async def rate(self, counter: int, level: int) -> bool:
        """Answer at the counter's rating screen, when it is open."""
        view = await self.get(f"/api/v1/snapshot/rating/{counter}")
        if view.get("face") != "open":
            return False
        body = {"ticket": view["ticket"], "nonce": view["nonce"], "level": level}
        await self.post("/api/v1/ratings", body)
        return True
