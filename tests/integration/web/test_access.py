"""Who is let in, from where, and what every answer carries."""

import asyncio
import contextlib
import socket

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.commands import CallHelp
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.web import listeners
from motcua_edge.web.access import Auth
from motcua_edge.web.guards import HEADERS
from motcua_edge.web.metrics import NAMES
from motcua_edge.web.routes import ROUTES
from motcua_edge.web.server import TAKE_WITHIN_MS, build_app, build_runner, listen
from motcua_edge.web.silent import Runner
from support.waiting import until_async
from support.webapp import MONDAY_NINE, PIN, Office, demo_site

GUARDED = [r for r in ROUTES if r.auth not in (Auth.OPEN, Auth.LAN)]


FILLED = {
    r"{n:[1-9]\d{0,2}}": "1",
    "{id:[0-9]{8}-[A-Z0-9-]{1,16}}": "20261123-A001",
    "{camera:camera-[a-z0-9-]{1,24}}": "camera-hall",
    r"{file:[0-9-]{19}\.jpg}": "2026-11-23-09000000.jpg",
}


def path_of(route):
    """The route's path with something in every place; a new kind of place must be added above."""
    path = route.path
    for place, something in FILLED.items():
        path = path.replace(place, something)
    assert "{" not in path, path
    return path


@pytest.mark.parametrize("route", GUARDED, ids=lambda r: f"{r.method} {r.path}")
async def test_without_a_session_a_guarded_route_answers_401_and_changes_nothing(
    client, office, route
):
    answer = await client.request(route.method, path_of(route), json={})
    assert answer.status == 401
    assert (await answer.json())["code"] in {"not_logged_in", "not_paired"}
    assert office.journal.facts == []


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.auth is Auth.TECHNICIAN], ids=lambda r: r.path
)
async def test_a_supervisor_is_no_technician(client, office, route):
    token = await office.sessions.technician_log_in("hoa", PIN, "127.0.0.1")
    body = {"json": {}} if route.method == "POST" else {}
    answer = await client.request(
        route.method, path_of(route), headers={"Authorization": f"Bearer {token}"}, **body
    )
    assert (answer.status, (await answer.json())["code"]) == (403, "forbidden")


async def test_outside_the_lan_only_probes_answer(office):
    app = build_app(office.deps(lan=("192.168.0.0/16",)))
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/healthz")).status == 200
        for path in ("/kiosk", "/api/v1/snapshot/board", "/metrics", "/api/v1/stream"):
            answer = await client.get(path)
            assert (answer.status, (await answer.json())["code"]) == (403, "outside_lan")
        assert (await client.post("/api/v1/tickets", json={"service": "CT"})).status == 403
    assert office.journal.facts == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({}, 201),
    ],
)
async def test_what_another_sites_page_sends_is_refused(client, headers, status):
    answer = await client.post("/api/v1/tickets", json={"service": "CT"}, headers=headers)
    assert answer.status == status


async def test_its_own_origin_is_accepted(client):
    origin = f"http://{client.host}:{client.port}"
    answer = await client.post(
        "/api/v1/tickets", json={"service": "CT"}, headers={"Origin": origin}
    )
    assert answer.status == 201


@pytest.mark.parametrize(
    "path", ["/", "/kiosk", "/static/js/core.js", "/healthz", "/nowhere", "/api/v1/nowhere"]
)
async def test_every_answer_carries_the_security_headers(client, path):
    answer = await client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_an_unknown_page_is_typed_too(client):
    answer = await client.get("/nowhere")
    assert (answer.status, (await answer.json())["code"]) == (404, "not_found")


async def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(client, office):
    code = office.sessions.pairing_code(1, "tuan")
    answer = await client.post("/api/v1/pairing", json={"code": code})
    cookie = answer.cookies["motcua_device_1"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    body = {"officer": "lan", "pin": PIN}
    answer = await client.post("/api/v1/counters/1/login", json=body)
    assert answer.cookies["motcua_session_1"]["httponly"]
    assert (await client.get("/api/v1/snapshot/counter/1")).status == 200
    assert (await client.get("/api/v1/snapshot/counter/2")).status == 401


async def test_a_technician_ends_the_day_early_and_says_why(client, office):
    await client.post("/api/v1/technician/login", json={"officer": "tuan", "pin": PIN})
    taken = await client.post("/api/v1/tickets", json={"service": "CT"})
    ticket = (await taken.json())["ticket"]["id"]
    unknown = await client.post("/api/v1/technician/close-day", json={"reason": "tired"})
    assert unknown.status == 422
    ended = await client.post("/api/v1/technician/close-day", json={"reason": "outage"})
    assert ended.status == 200
    assert office.state.tickets[ticket].state == "expired"
    refused = await client.post("/api/v1/tickets", json={"service": "CT"})
    assert (refused.status, (await refused.json())["code"]) == (409, "issue_stopped")


async def test_a_technician_pairs_tests_trains_suspends_and_unpairs(client, office):
    body = {"officer": "tuan", "pin": PIN}
    assert (await client.post("/api/v1/technician/login", json=body)).status == 200

    async def do(name, **body):
        return await client.post(f"/api/v1/technician/{name}", json=body)

    assert (await do("test-print")).status == 202
    assert (await do("test-sound")).status == 202
    assert office.log.used == ["print", "sound"]
    assert (await do("training", on=True)).status == 200
    assert office.state.office.training
    assert (await do("service", service="CT", state="suspended", reason="x")).status == 200
    paired = await (await do("pair-here", counter=3)).json()
    assert (await client.get("/api/v1/whoami")).status == 200
    view = await (await client.get("/api/v1/snapshot/technician")).json()
    assert [p["counter"] for p in view["paired"]] == [3]
    assert (await do("unpair", device=paired["device"])).status == 200
    assert (await do("pairing-code", counter=99)).status == 404
    assert (await do("logout")).status == 200
    assert (await do("test-print")).status == 401


async def test_a_supervisor_may_end_somebody_elses_session(client, office, sit):
    desk = await sit(1, "lan")
    token = await office.sessions.technician_log_in("hoa", PIN, "127.0.0.1")
    headers = {"Authorization": f"Bearer {token}"}
    url = "/api/v1/technician/force-logout"
    assert (await client.post(url, json={"counter": 1}, headers=headers)).status == 200
    assert office.journal.facts[-1].forced_by == "hoa"
    assert (await desk.post("next")).status == 401
    assert (await client.post(url, json={"counter": 1}, headers=headers)).status == 409


async def test_the_day_is_confirmed_with_a_pin_only():

    office = Office(clock=FakeClock(wall=MONDAY_NINE, clock=ClockState.SAVED))
    async with TestClient(TestServer(build_app(office.deps()))) as client:
        answer = await client.post("/api/v1/tickets", json={"service": "CT"})
        assert (answer.status, (await answer.json())["code"]) == (409, "day_unconfirmed")
        url = "/api/v1/day/confirm"
        body = {"day": "2026-11-23", "officer": "hoa", "pin": "0000"}
        assert (await client.post(url, json=body)).status == 401
        assert (await client.post(url, json={**body, "pin": PIN})).status == 200
        assert (await client.post("/api/v1/tickets", json={"service": "CT"})).status == 201


async def test_ready_says_why_it_is_not(client, office):
    assert (await client.get("/readyz")).status == 200
    office.log.not_ready = ("journal: disk full",)
    answer = await client.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["journal: disk full"]


async def test_every_metric_of_ours_is_documented_and_says_what_it_should(client, issue):
    await issue()
    await client.get("/nowhere")
    text = await (await client.get("/metrics")).text()
    families = {f.name: f for f in text_string_to_metric_families(text)}
    ours = {n for n in families if n.startswith("motcua_") and not n.endswith("_created")}
    documented = {name.removesuffix("_total") for name in NAMES}
    assert ours == documented
    waiting = [
        s.value
        for s in families["motcua_tickets"].samples
        if s.labels == {"service": "CT", "state": "waiting"}
    ]
    assert waiting == [1]
    routes = {s.labels["route"] for s in families["motcua_http_requests"].samples}
    assert "/api/v1/tickets" in routes
    assert "/nowhere" not in routes


async def _read_events(answer, count):
    events = []
    while len(events) < count:
        line = (await asyncio.wait_for(answer.content.readline(), 10)).decode().strip()
        if line.startswith("data:"):
            events.append(int(line.removeprefix("data:")))
    return events


async def test_a_page_hears_of_every_change(client, issue):
    async with client.get("/api/v1/stream") as answer:
        assert answer.content_type == "text/event-stream"
        first = (await _read_events(answer, 1))[0]
        await issue()
        assert (await _read_events(answer, 1))[0] > first
    await issue()


async def test_streams_are_limited_for_each_address(office):
    app = build_app(office.deps(max_streams_per_address=2))
    async with TestClient(TestServer(app)) as client:
        first = await client.get("/api/v1/stream")
        second = await client.get("/api/v1/stream")
        third = await client.get("/api/v1/stream")
        assert (first.status, second.status, third.status) == (200, 200, 429)
        first.close()

        async def again():
            answer = await client.get("/api/v1/stream")
            answer.close()
            return answer.status

        deadline = asyncio.get_running_loop().time() + 10
        while await again() != 200:
            assert asyncio.get_running_loop().time() < deadline
        second.close()


async def test_open_streams_do_not_hold_up_the_end(office):
    client = TestClient(TestServer(build_app(office.deps())))
    await client.start_server()
    answer = await client.get("/api/v1/stream")
    assert answer.status == 200
    started = asyncio.get_running_loop().time()
    await client.server.close()
    assert asyncio.get_running_loop().time() - started < 3
    await client.close()


async def test_a_connection_that_never_asks_anything_is_closed(office):

    runner = Runner(build_app(office.deps()), within=0.3, keep_alive=5.0, stop_within=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        await writer.drain()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        await until_async(lambda: not runner.server.connections)
    finally:
        await runner.cleanup()


async def test_a_connection_that_asks_is_kept(office):

    runner = Runner(build_app(office.deps()), within=0.3, keep_alive=5.0, stop_within=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await asyncio.wait_for(reader.readuntil(b"}"), 5)).startswith(b"HTTP/1.1 200")
            runner.sweep(asyncio.get_running_loop().time() + 1000)
        writer.close()
    finally:
        await runner.cleanup()


async def _opened(port, count):
    """Connections of one address, each with one request made and answered."""
    found = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"}"), 5)
        found.append((reader, writer))
    return found


async def test_one_address_keeps_its_newest_connections_and_those_that_are_at_work(office):
    runner = Runner(build_app(office.deps()), most_per_address=5, keep_alive=60.0, stop_within=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        listening, writing = await asyncio.open_connection("127.0.0.1", port)
        writing.write(b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(listening.readuntil(b"data: "), 5)
        idle = await _opened(port, 8)
        for reader, _ in idle[:4]:
            assert await asyncio.wait_for(reader.read(), 10) == b""
        await until_async(lambda: len(runner.server.connections) == 5)
        assert not listening.at_eof()
        assert not any(reader.at_eof() for reader, _ in idle[4:])
        for writer in (writing, *(writer for _, writer in idle)):
            writer.close()
    finally:
        await runner.cleanup()


async def test_whoever_takes_nothing_of_what_it_is_sent_is_let_go_by_the_kernel(office):
    runner = build_runner(build_app(office.deps()))
    await runner.setup()
    await listen(runner, "127.0.0.1", 0)
    try:
        ((_, writer),) = await _opened(runner.addresses[0][1], 1)
        await until_async(lambda: len(runner.server.connections) == 1)
        connection = runner.server.connections[0].transport.get_extra_info("socket")
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == TAKE_WITHIN_MS
        writer.close()
    finally:
        await runner.cleanup()


async def test_a_stream_that_nobody_reads_is_ended(office, client, monkeypatch):
    monkeypatch.setattr(listeners, "PAUSE_S", 0.0)
    monkeypatch.setattr(listeners, "TAKE_WITHIN_S", 0.2)
    with contextlib.closing(socket.socket()) as deaf:
        deaf.setblocking(False)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        loop, counted = asyncio.get_running_loop(), {"reason": "untaken"}
        await loop.sock_connect(deaf, ("127.0.0.1", client.port))
        await loop.sock_sendall(deaf, b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        async with client.get("/api/v1/stream") as reading, asyncio.timeout(60):
            while not office.registry.get_sample_value("motcua_http_ended_total", counted):
                await office.do(CallHelp(device="kiosk"))
                await _read_events(reading, 1)


async def test_an_officers_photo_is_served_and_nothing_else_of_the_disk(tmp_path):

    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "lan.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.png").write_bytes(b"secret")
    site = demo_site()
    lan, minh, *rest = site.officers
    officers = (
        msgspec.structs.replace(lan, photo="lan.png"),
        msgspec.structs.replace(minh, photo="../secret.png"),
        *rest,
    )
    office = Office(site=demo_site(officers=officers))
    app = build_app(office.deps(photos=tmp_path / "photos"))
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/photos/lan")).status == 200
        assert (await client.get("/photos/minh")).status == 404
        assert (await client.get("/photos/hoa")).status == 404
