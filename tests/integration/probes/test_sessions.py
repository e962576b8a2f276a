"""TLS sessions are resumed really, and never hide for long what a new visitor would meet.

Each server tells of its handshakes whether they were resumed: not what our side believes of them.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.addresses import Resolver
from motcua_probes.asking import NetworkAsker
from motcua_probes.results import Outcome, Result
from motcua_probes.sessions import FULL_MS, Sessions
from motcua_probes.trust import Secret
from support.certificates import Pair, authority, server
from support.probing import HOST, Hands, name_server, serving, spec
from support.waiting import until_async

CA = authority("Province")
GOOD = server(CA)
DAY = 86_400_000
FULL, RESUMED = False, True


class Shop:
    """A web server over TLS, and what it saw: `shown` tells of each handshake if it was resumed."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.shown: list[bool] = []
        self.status = 200
        self.port = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tls = writer.get_extra_info("ssl_object")
        self.shown.append(tls.session_reused)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {self.status} so\r\nContent-Length: 2\r\n\r\nok".encode())
        await writer.drain()

    @contextlib.asynccontextmanager
    async def open(self, host: str = HOST) -> AsyncIterator[None]:
        async with serving(self._answer, self.context, host, self.port) as self.port:
            yield


class Vantage:
    """An asker whose clock a test moves."""

    def __init__(self, *, resolver: Resolver | None = None, **secrets: Secret) -> None:
        self.clock = Hands(time.time_ns() // 1_000_000)
        self.sessions = Sessions(self.clock)
        self._asker = NetworkAsker(secrets, resolver, self.clock, sessions=self.sessions)

    async def ask(self, probe: ProbeSpec) -> Result:
        return await self._asker.ask(probe)

    async def fine(self, probe: ProbeSpec, times: int = 1) -> None:
        for _ in range(times):
            result = await self.ask(probe)
            assert result.outcome is Outcome.OK, result

    def far_from_its_turn(self, probe: ProbeSpec) -> None:
        """Move the clock just past the probe's turn of a full handshake: the next is far."""
        turn = self.sessions._until(probe)
        self.clock.passed(turn - self.clock.m)

    def close(self) -> None:
        self._asker.close()


@pytest.fixture
async def vantage() -> AsyncIterator[Vantage]:
    made = Vantage()
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(GOOD.context(tmp_path))


def web(shop: Shop, **more: object) -> ProbeSpec:
    settings = {"port": shop.port, "tls": True, "ca": CA.pem, "timeout": 5_000, **more}
    return spec(ProbeKind.HTTP, **settings)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_web_probe_resumes_its_session(
    version: ssl.TLSVersion, shop: Shop, vantage: Vantage
) -> None:
    shop.context.maximum_version = version
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 4)
    assert shop.shown == [FULL, RESUMED, RESUMED, RESUMED]


async def test_a_resumed_probe_still_says_how_long_the_certificate_lasts(
    tmp_path: Path, vantage: Vantage
) -> None:
    shop = Shop(server(CA, days=(-1, 20.1)).context(tmp_path))
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        told = [await vantage.ask(web(shop)) for _ in range(2)]
        assert {each.warning for each in told} == {"tls_ends_soon"}
        assert {each.detail for each in told} == {"certificate: 20 days left"}
    assert shop.shown == [FULL, RESUMED]


async def test_the_certificate_itself_is_asked_for_each_time(shop: Shop, vantage: Vantage) -> None:
    seen: list[bool] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("ssl_object").session_reused)
        await reader.read()

    async with serving(note, shop.context) as port:
        probe = spec(ProbeKind.TLS, port=port, ca=CA.pem, timeout=5_000)
        await vantage.fine(probe, 3)
        await until_async(lambda: len(seen) == 3)
    assert seen == [FULL] * 3
    assert len(vantage.sessions) == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_gives_no_tickets_is_not_asked_to_resume_them(
    version: ssl.TLSVersion, shop: Shop, vantage: Vantage
) -> None:
    shop.context.maximum_version = version
    shop.context.num_tickets = 0
    shop.context.options |= ssl.OP_NO_TICKET
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 3)
    # by number, TLS 1.2 resumes what it gave no ticket for; the server's cache knows it
    by_number = version is ssl.TLSVersion.TLSv1_2
    assert shop.shown == [FULL, by_number, by_number]


async def test_a_server_with_new_ticket_keys_is_verified_in_the_very_probe(
    shop: Shop, vantage: Vantage, tmp_path: Path
) -> None:
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 2)
    shop.context = GOOD.context(tmp_path)
    async with shop.open():
        await vantage.fine(web(shop), 2)
        vantage.clock.passed(FULL_MS)
        await vantage.fine(web(shop), 2)
    # what it refused once is not offered again until the certificate's next turn
    assert shop.shown == [FULL, RESUMED, FULL, FULL, FULL, RESUMED]


@pytest.mark.parametrize(
    ("pair", "cause"),
    [
        (server(CA, days=(-30, -0.01)), "tls_expired"),
        (server(CA, host="dvc.example"), "tls_wrong_host"),
        (server(authority("Stranger")), "tls_unknown_ca"),
        (server(None), "tls_self_signed"),
    ],
    ids=["expired", "name", "stranger", "self-signed"],
)
async def test_a_certificate_replaced_at_a_restart_is_noticed_at_once(
    pair: Pair, cause: str, shop: Shop, vantage: Vantage, tmp_path: Path
) -> None:
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 2)
    shop.context = pair.context(tmp_path)
    async with shop.open():
        assert (await vantage.ask(web(shop))).cause == cause


async def test_a_certificate_replaced_behind_kept_ticket_keys_is_noticed_in_the_stated_time(
    shop: Shop, vantage: Vantage, tmp_path: Path
) -> None:
    """The worst there is: the server goes on taking sessions that it would give nobody new."""
    async with shop.open():
        probe = web(shop)
        vantage.far_from_its_turn(probe)
        await vantage.fine(probe, 2)
        server(CA, host="dvc.example").context(tmp_path)
        shop.context.load_cert_chain(_file(tmp_path, host="dvc.example"))
        vantage.clock.passed(FULL_MS - 1)
        await vantage.fine(probe)
        vantage.clock.passed(1)
        # and from then on each time: a failure leaves nothing to be resumed
        assert [(await vantage.ask(probe)).cause for _ in range(3)] == ["tls_wrong_host"] * 3
    assert shop.shown == [FULL, RESUMED, RESUMED]


def _file(folder: Path, host: str) -> Path:
    pair = server(CA, host=host)
    pair.context(folder)
    return folder / f"{pair.certificate.serial_number:x}.pem"


async def test_a_certificate_that_has_ended_is_asked_for_at_once(
    tmp_path: Path, vantage: Vantage
) -> None:
    """However far its turn: its end is known from the last full handshake."""
    shop = Shop(server(CA, days=(-1, 1)).context(tmp_path))
    async with shop.open():
        vantage.clock.passed(0, wall=DAY - 60_000)
        vantage.far_from_its_turn(web(shop))
        vantage.clock.w = time.time_ns() // 1_000_000 + DAY - 60_000
        await vantage.fine(web(shop), 2)
        vantage.clock.passed(61_000)
        await vantage.ask(web(shop))
    assert shop.shown == [FULL, RESUMED, FULL]


async def test_after_any_failure_the_next_handshake_is_a_full_one(
    shop: Shop, vantage: Vantage
) -> None:
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 2)
        shop.status = 500
        assert (await vantage.ask(web(shop))).cause == "http_5xx"
        assert (await vantage.ask(web(shop))).cause == "http_5xx"
        shop.status = 200
        await vantage.fine(web(shop), 2)
    assert shop.shown == [FULL, RESUMED, RESUMED, FULL, FULL, RESUMED]


async def test_a_changed_probe_begins_with_a_full_handshake(shop: Shop, vantage: Vantage) -> None:
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop), 2)
        await vantage.fine(web(shop, expect_body="ok"), 2)
        await vantage.fine(web(shop))
    assert shop.shown == [FULL, RESUMED, FULL, RESUMED, RESUMED]


async def test_two_targets_on_one_server_share_nothing(shop: Shop, vantage: Vantage) -> None:
    async with shop.open():
        vantage.far_from_its_turn(web(shop))
        await vantage.fine(web(shop))
        other = ProbeSpec(
            target="other", kind=ProbeKind.HTTP, host=HOST, port=shop.port, tls=True, ca=CA.pem
        )
        await vantage.fine(other)
    assert shop.shown == [FULL, FULL]


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
async def test_a_name_that_moves_to_a_wrong_host_is_noticed_at_once(
    shop: Shop, tmp_path: Path
) -> None:
    """Even if the other server takes the session: it shares the ticket keys of the first."""
    there = "127.0.0.2"
    shop.context.load_cert_chain(_file(tmp_path, "dvc.example"))
    config = tmp_path / "resolv.conf"
    config.write_text(f"nameserver {HOST}\n")
    async with name_server() as names, shop.open("0.0.0.0"):
        names.records["dvc.example"] = HOST
        resolver = Resolver(tmp_path / "hosts", config, names.port)
        vantage = Vantage(resolver=resolver)
        probe = web(shop, host="dvc.example")
        vantage.far_from_its_turn(probe)
        await vantage.fine(probe, 2)
        shop.context.load_cert_chain(_file(tmp_path, "other.example"))
        await vantage.fine(probe)  # at the old address the session still speaks
        names.records["dvc.example"] = there
        resolver.forget("dvc.example")  # its answer is a minute old
        assert (await vantage.ask(probe)).cause == "tls_wrong_host"
        vantage.close()
    assert shop.shown == [FULL, RESUMED, RESUMED]


async def test_a_client_certificate_is_shown_each_time(shop: Shop, tmp_path: Path) -> None:
    shop.context.verify_mode = ssl.CERT_REQUIRED
    shop.context.load_verify_locations(cadata=CA.pem)
    file = str(_file(tmp_path, "prober"))
    vantage = Vantage(me=Secret(cert=file, key=file))
    async with shop.open():
        await vantage.fine(web(shop, secret="me"), 3)
    vantage.close()
    assert shop.shown == [FULL] * 3


async def test_a_handshake_that_fails_only_with_a_session_is_no_failure(
    shop: Shop, vantage: Vantage
) -> None:
    """As behind a balancer that breaks off what it does not know."""
    hellos: list[bool] = []
    psk = bytes.fromhex("0029")

    async def balance(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await reader.read(4_096)
        hellos.append(psk in hello[-400:])
        if hellos[-1]:
            return
        back, forth = await asyncio.open_connection(HOST, shop.port)
        forth.write(hello)
        await asyncio.gather(_copy(reader, forth), _copy(back, writer))

    async with shop.open(), serving(balance) as port:
        probe = spec(ProbeKind.HTTP, port=port, tls=True, ca=CA.pem, timeout=5_000)
        vantage.far_from_its_turn(probe)
        await vantage.fine(probe, 3)
    assert hellos == [False, True, False, False]
    assert shop.shown == [FULL] * 3


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(OSError):
            while data := await reader.read(4_096):
                writer.write(data)
    finally:
        writer.close()
