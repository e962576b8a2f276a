"""Certificates: what is wrong with a chain is told, and one that ends soon is warned of (R84)."""

import asyncio
import os
import socket
import ssl
from pathlib import Path

import pytest

from motcua_contract.probes import ProbeKind
from motcua_probes.asking import NetworkAsker
from motcua_probes.results import Outcome, Result
from motcua_probes.trust import Secret
from support.certificates import Pair, authority, server
from support.probing import answering, serving, silent, spec

CA, OTHER = authority("Province"), authority("Stranger")
MIDDLE = authority("Middle", CA)
PAGE = answering(b"HTTP/1.1 200 OK\r\n\r\n")


async def ask(folder: Path, pair: Pair, *, whole: bool = True, **more: object) -> Result:
    asker = NetworkAsker()
    kind = more.pop("kind", ProbeKind.TLS)
    async with serving(PAGE, pair.context(folder, whole=whole)) as port:
        probe = spec(ProbeKind(str(kind)), port=port, **{"ca": CA.pem, "timeout": 5_000, **more})
        result = await asker.ask(probe)
    asker.close()
    return result


@pytest.mark.parametrize(
    ("pair", "cause"),
    [
        (server(CA), ""),
        (server(CA, days=(-30, -0.01)), "tls_expired"),
        (server(CA, days=(1, 30)), "tls_not_yet_valid"),
        (server(CA, host="dvc.example"), "tls_wrong_host"),
        (server(CA, host="127.0.0.2"), "tls_wrong_host"),
        (server(None), "tls_self_signed"),
        (server(OTHER), "tls_unknown_ca"),
        (server(MIDDLE), ""),
    ],
    ids=["good", "expired", "early", "name", "address", "self-signed", "stranger", "chain"],
)
async def test_each_fault_of_a_chain_has_its_own_name(
    pair: Pair, cause: str, tmp_path: Path
) -> None:
    for kind, tls in (("tls", False), ("http", True)):
        result = await ask(tmp_path, pair, kind=kind, tls=tls)
        assert (result.cause, result.outcome) == (
            cause,
            Outcome.FAIL if cause else Outcome.OK,
        ), result


async def test_a_chain_with_a_certificate_left_out_is_a_failure(tmp_path: Path) -> None:
    result = await ask(tmp_path, server(MIDDLE), whole=False)
    assert (result.outcome, result.cause) == (Outcome.FAIL, "tls_unknown_ca")


@pytest.mark.parametrize(
    ("days", "limit", "warning"),
    [(20, 21, "tls_ends_soon"), (22, 21, ""), (20, 14, ""), (0.5, 21, "tls_ends_soon"), (5, 0, "")],
)
async def test_twenty_days_are_a_warning_and_no_outage(
    days: float, limit: int, warning: str, tmp_path: Path
) -> None:
    pair = server(CA, days=(-1, days + 0.1))
    for kind, tls in (("tls", False), ("http", True)):
        result = await ask(tmp_path, pair, kind=kind, tls=tls, days_left=limit)
        assert (result.outcome, result.warning) == (Outcome.OK, warning), result
        assert f"{int(days + 0.1)} days left" in result.detail


async def test_what_is_no_tls_is_a_failed_handshake() -> None:
    asker = NetworkAsker()
    async with serving(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        plain = await asker.ask(spec(ProbeKind.TLS, port=port, ca=CA.pem, timeout=400))
    assert plain.outcome is Outcome.FAIL
    assert plain.cause in {"tls_handshake", "no_answer", "closed"}
    async with serving(silent) as port:
        mute = await asker.ask(spec(ProbeKind.TLS, port=port, ca=CA.pem, timeout=300))
    assert (mute.outcome, mute.cause) == (Outcome.FAIL, "no_answer")
    asker.close()


async def test_a_long_answer_over_tls_is_read_to_where_it_says_what_it_should(
    tmp_path: Path,
) -> None:
    asker = NetworkAsker()
    body = b"x" * 300_000 + b"the end"
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with serving(answering(head + body, pieces=40_000), server(CA).context(tmp_path)) as port:
        probe = {"port": port, "tls": True, "ca": CA.pem, "timeout": 5_000}
        found = await asker.ask(spec(ProbeKind.HTTP, **probe, expect_body="the end"))
        missed = await asker.ask(spec(ProbeKind.HTTP, **probe, expect_body="the beginning"))
    assert (found.outcome, missed.cause) == (Outcome.OK, "http_body")
    asker.close()


@pytest.mark.parametrize("farewell", [True, False])
async def test_a_server_that_ends_in_the_middle_is_a_failure(
    farewell: bool, tmp_path: Path
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-")
        await writer.drain()
        if not farewell:
            # the socket goes, and TLS never said that this was all
            fileno = writer.get_extra_info("socket").fileno()
            with socket.socket(fileno=os.dup(fileno)) as sock:
                sock.shutdown(socket.SHUT_WR)

    asker = NetworkAsker()
    async with serving(talk, server(CA).context(tmp_path)) as port:
        result = await asker.ask(
            spec(ProbeKind.HTTP, port=port, tls=True, ca=CA.pem, timeout=3_000)
        )
    assert (result.outcome, result.cause) == (Outcome.FAIL, "protocol")
    asker.close()


async def test_a_client_certificate_is_shown(tmp_path: Path) -> None:
    context = server(CA).context(tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=CA.pem)
    mine = server(CA, host="prober")
    mine.context(tmp_path)
    file = str(tmp_path / f"{mine.certificate.serial_number:x}.pem")
    asker = NetworkAsker({"me": Secret(cert=file, key=file)})
    async with serving(PAGE, context) as port:
        probe = {"port": port, "tls": True, "ca": CA.pem, "timeout": 3_000}
        shown = await asker.ask(spec(ProbeKind.HTTP, **probe, secret="me"))
        hidden = await asker.ask(spec(ProbeKind.HTTP, **probe))
    assert (shown.outcome, hidden.outcome) == (Outcome.OK, Outcome.FAIL)
    asker.close()


async def test_a_broken_authority_is_our_own_fault_and_blind() -> None:
    asker = NetworkAsker()
    result = await asker.ask(spec(ProbeKind.TLS, port=1, ca="no pem"))
    assert result.outcome is Outcome.BLIND
    asker.close()
    await asyncio.sleep(0)


def test_a_secret_never_shows_its_password() -> None:
    assert "geheim" not in repr(Secret(password="geheim"))
