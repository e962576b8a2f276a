"""Each kind of probe against real servers, and every way in which they fail."""

import asyncio
import socket
from pathlib import Path

import dns.rcode
import pytest
from aiohttp import web

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.addresses import Resolver
from motcua_probes.asking import NetworkAsker
from motcua_probes.results import Outcome, Result, Trouble
from support.broker import free_port
from support.probing import HOST, answering, name_server, serving, silent, spec

HTTP, TCP, DNS, ICMP = ProbeKind.HTTP, ProbeKind.TCP, ProbeKind.DNS, ProbeKind.ICMP
OK, FAIL, BLIND = Outcome.OK, Outcome.FAIL, Outcome.BLIND
HEAD = b"HTTP/1.1 200 OK\r\n"


async def ask(probe: ProbeSpec, asker: NetworkAsker | None = None) -> Result:
    asker = asker or NetworkAsker()
    try:
        return await asker.ask(probe)
    finally:
        asker.close()


async def found(probe: ProbeSpec, asker: NetworkAsker | None = None) -> tuple[Outcome, str]:
    result = await ask(probe, asker)
    return result.outcome, result.cause


async def test_a_real_web_server_answers() -> None:
    async def page(_request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(_request)
        for part in (b"<h1>M", b"\xe1\xbb\x99t c\xe1\xbb", b"\xada</h1>"):
            await answer.write(part)
        return answer

    app = web.Application()
    app.router.add_get("/trang", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    port = runner.addresses[0][1]
    path = {"port": port, "path": "/trang"}
    assert await found(spec(HTTP, **path, expect_body="Một cửa")) == (OK, "")
    assert await found(spec(HTTP, **path, expect_body="bảo trì")) == (FAIL, "http_body")
    assert await found(spec(HTTP, port=port, path="none")) == (FAIL, "http_status")
    assert await found(spec(HTTP, port=port, path="none", expect_status=(404,))) == (OK, "")
    assert await found(spec(HTTP, **path, expect_status=(204,))) == (FAIL, "http_status")
    await runner.cleanup()


@pytest.mark.parametrize(
    ("answer", "body", "expected"),
    [
        (HEAD + b"\r\n", "", (OK, "")),
        (b"HTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n", "", (OK, "")),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "", (FAIL, "http_5xx")),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "", (FAIL, "http_status")),
        (HEAD + b"Content-Length: 2\r\n\r\nok", "ok", (OK, "")),
        (HEAD + b"Content-Length: 2\r\n\r\nno", "ok", (FAIL, "http_body")),
        (HEAD + b"\r\nall is well", "well", (OK, "")),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nwe\r\n2\r\nll\r\n0\r\n\r\n",
            "well",
            (OK, ""),
        ),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nwell\r\n", "well", (FAIL, "http_body")),
        (b"SSH-2.0-OpenSSH_9\r\n", "", (FAIL, "protocol")),
        (b"HTTP/1.1 two hundred\r\n\r\n", "", (FAIL, "protocol")),
        (HEAD, "", (FAIL, "protocol")),
        (b"", "", (FAIL, "closed")),
        (HEAD + b"A: " + b"x" * 2_000_000, "", (FAIL, "protocol")),
    ],
    ids=range(14),
)
@pytest.mark.parametrize("pieces", [0, 7])
async def test_an_answer_is_what_it_says(
    answer: bytes, body: str, expected: tuple[Outcome, str], pieces: int
) -> None:
    if pieces and len(answer) > 1000:
        pieces = 50_000
    async with serving(answering(answer, pieces=pieces)) as port:
        assert await found(spec(HTTP, port=port, expect_body=body, timeout=5_000)) == expected


async def test_a_server_that_says_nothing_is_another_trouble_than_one_that_is_gone() -> None:
    async with serving(silent) as port:
        assert await found(spec(HTTP, port=port, timeout=200)) == (FAIL, "no_answer")
        assert await found(spec(TCP, port=port)) == (OK, "")
    assert await found(spec(HTTP, port=port)) == (FAIL, "refused")
    assert await found(spec(TCP, port=port)) == (FAIL, "refused")


async def test_what_no_packet_reaches_times_out() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        # a listener whose queue is full drops what else comes, as a black hole does
        full.bind((HOST, 0))
        full.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        port = full.getsockname()[1]
        for kind in (TCP, HTTP, ProbeKind.TLS, ProbeKind.MQTT, ProbeKind.POSTGRESQL):
            result = await ask(spec(kind, port=port, timeout=300))
            assert (result.outcome, result.cause) == (FAIL, "timeout"), kind
            assert 290 <= result.latency_ms < 3_000


async def test_a_path_with_a_line_break_is_no_second_request() -> None:
    async with serving(answering(HEAD + b"\r\n")) as port:
        bad = spec(HTTP, port=port, path="/ HTTP/1.1\r\nX: y")
        assert await found(bad) == (FAIL, "protocol")


async def test_a_name_server_answers_what_it_should() -> None:
    async with name_server() as server:
        server.records["dvc.example"] = "192.0.2.7"
        ask_for = {"port": server.port, "path": "dvc.example"}
        assert await found(spec(DNS, **ask_for)) == (OK, "")
        assert await found(spec(DNS, **ask_for, expect_body="192.0.2.7")) == (OK, "")
        assert await found(spec(DNS, **ask_for, expect_body="192.0.2.8")) == (FAIL, "dns_answer")
        assert await found(spec(DNS, **ask_for, record="TXT")) == (FAIL, "dns_answer")
        none = spec(DNS, port=server.port, path="none.example")
        for code, trouble in (
            (dns.rcode.NXDOMAIN, "dns_nxdomain"),
            (dns.rcode.SERVFAIL, "dns_servfail"),
            (dns.rcode.REFUSED, "dns_refused"),
            (dns.rcode.NOTIMP, "dns_answer"),
        ):
            server.code = code
            assert await found(none) == (FAIL, trouble)
        server.mute = True
        assert await found(spec(DNS, **ask_for, timeout=200)) == (FAIL, "timeout")
        assert await found(spec(DNS, **ask_for, record="NONSENSE")) == (FAIL, "protocol")


@pytest.mark.parametrize("host", [HOST, "::1"])
async def test_an_echo_comes_back(host: str) -> None:
    assert await found(spec(ICMP, host)) == (OK, "")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_hundred_pings_share_one_socket() -> None:
    asker = NetworkAsker()
    probes = [asker.ask(spec(ICMP, f"127.0.0.{n}")) for n in range(1, 101)]
    before = open_files()
    results = asyncio.gather(*probes)
    await asyncio.sleep(0)
    during = open_files()
    assert {each.outcome for each in await results} == {OK}
    assert during - before <= 1
    asker.close()


async def test_an_own_resolver_that_fails_is_blind_and_a_name_that_does_not_exist_is_not(
    tmp_path: Path,
) -> None:
    config, hosts = tmp_path / "resolv.conf", tmp_path / "hosts"
    hosts.write_text(f"# nobody\n{HOST}  may-chu cong.local # trailing\n")
    async with name_server() as server, serving(silent) as port:
        server.records["dvc.example"] = HOST

        def asker(nameserver: str = HOST) -> NetworkAsker:
            config.write_text(f"nameserver {nameserver}\noptions timeout:1 attempts:1\n")
            return NetworkAsker(resolver=Resolver(hosts, config, server.port))

        at = {"port": port, "timeout": 400}
        assert await found(spec(TCP, "dvc.example", **at), asker()) == (OK, "")
        assert await found(spec(TCP, "cong.local", **at), asker()) == (OK, "")
        assert await found(spec(TCP, "Cong.Local.", **at), asker()) == (OK, "")
        assert await found(spec(TCP, "none.example", **at), asker()) == (FAIL, "no_such_name")
        server.code = dns.rcode.SERVFAIL
        assert await found(spec(TCP, "none.example", **at), asker()) == (BLIND, "resolver")
        server.mute = True
        assert await found(spec(TCP, "dvc.example", **at), asker()) == (BLIND, "resolver")
        config.write_text("")
        without = NetworkAsker(resolver=Resolver(hosts, tmp_path / "none"))
        assert await found(spec(TCP, "dvc.example", **at), without) == (BLIND, "resolver")


async def test_an_answer_is_remembered_until_the_target_fails(tmp_path: Path) -> None:
    config = tmp_path / "resolv.conf"
    config.write_text(f"nameserver {HOST}\n")
    async with name_server() as server:
        server.records["dvc.example"] = HOST
        asker = NetworkAsker(resolver=Resolver(tmp_path / "hosts", config, server.port))
        async with serving(silent) as port:
            probe = spec(TCP, "dvc.example", port=port)
            results = await asyncio.gather(*(asker.ask(probe) for _ in range(20)))
            assert {each.outcome for each in results} == {OK}
            assert server.asked == 1
        assert (await asker.ask(probe)).cause == "refused"
        assert (await asker.ask(probe)).cause == "refused"
        assert server.asked == 2
        asker.close()


async def test_without_a_secret_a_probe_is_blind_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asker = NetworkAsker()
    for _ in range(3):
        result = await asker.ask(spec(ProbeKind.POSTGRESQL, port=free_port(), secret="db"))
        assert (result.outcome, result.cause) == (BLIND, Trouble.NO_SECRET)
    assert len([each for each in caplog.records if "'db'" in each.getMessage()]) == 1
    asker.close()
