"""MQTT and PostgreSQL: real servers, killed and started again."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes import kinds
from motcua_probes.asking import NetworkAsker
from motcua_probes.results import Outcome, Result
from motcua_probes.trust import Secret
from support.broker import Broker, free_port
from support.probe_servers import Listening
from support.probing import HOST, serving, spec
from support.waiting import until

RIGHT = "right"
MQTT, SQL = ProbeKind.MQTT, ProbeKind.POSTGRESQL
SECRETS = {"right": Secret(password="đúng"), "wrong": Secret(password="sai")}


@pytest.fixture
async def asker() -> AsyncIterator[NetworkAsker]:
    made = NetworkAsker(SECRETS)
    yield made
    made.close()


class Mosquitto:
    """A plain broker on loopback with users and rights."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        users, rights, config = folder / "users", folder / "rights", folder / "conf"
        users.write_text("probe:đúng\n")
        subprocess.run(["mosquitto_passwd", "-U", users], check=True)
        rights.write_text("user probe\ntopic readwrite probe/#\ntopic write deaf\n")
        lines = [f"listener {self.port} {HOST}", "allow_anonymous false",
                 f"password_file {users}", f"acl_file {rights}", "user root"]  # fmt: skip
        config.write_text("\n".join(lines) + "\n")
        self._command = ["/usr/sbin/mosquitto", "-c", str(config)]
        self._log = (folder / "log").open("wb")
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log)
        until(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self) -> None:
        self._process.send_signal(signal.SIGCONT)
        self._process.kill()
        self._process.wait(10)

    def suspend(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        self.kill()
        self._log.close()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path)
    yield made
    made.close()


def as_probe(server: Mosquitto, secret: str = RIGHT, path: str = "probe/hub") -> ProbeSpec:
    return spec(MQTT, port=server.port, user="probe", secret=secret, path=path, timeout=2_000)


def told(result: Result) -> tuple[Outcome, str]:
    return result.outcome, result.cause


async def test_our_own_message_comes_back_from_a_real_broker(
    mosquitto: Mosquitto, asker: NetworkAsker
) -> None:
    assert told(await asker.ask(as_probe(mosquitto))) == (Outcome.OK, "")
    assert told(await asker.ask(as_probe(mosquitto, path=""))) == (Outcome.OK, "")
    assert told(await asker.ask(as_probe(mosquitto, "wrong"))) == (Outcome.FAIL, "login")
    nobody = spec(MQTT, port=mosquitto.port)
    assert told(await asker.ask(nobody)) == (Outcome.FAIL, "login")


async def test_where_publishing_is_not_allowed_a_ping_is_enough_and_warned_of(
    mosquitto: Mosquitto, asker: NetworkAsker
) -> None:
    result = await asker.ask(as_probe(mosquitto, path="province/forbidden"))
    assert (result.outcome, result.warning) == (Outcome.OK, "mqtt_not_allowed")
    deaf = await asker.ask(as_probe(mosquitto, path="deaf"))
    assert told(deaf) == (Outcome.FAIL, "no_answer")


async def test_a_broker_that_dies_hangs_and_comes_back_is_seen(
    mosquitto: Mosquitto, asker: NetworkAsker
) -> None:
    mosquitto.suspend()
    assert told(await asker.ask(as_probe(mosquitto))) == (Outcome.FAIL, "no_answer")
    mosquitto.kill()
    assert told(await asker.ask(as_probe(mosquitto))) == (Outcome.FAIL, "refused")
    mosquitto.start()
    assert told(await asker.ask(as_probe(mosquitto))) == (Outcome.OK, "")


async def test_the_provinces_own_broker_with_mutual_tls(broker: Broker) -> None:
    login = broker.hub()
    asker = NetworkAsker({"hub": Secret(cert=str(login.cert), key=str(login.key))})
    probe = {"port": broker.port, "tls": True, "ca": login.ca.read_text(), "timeout": 3_000}
    assert told(await asker.ask(spec(MQTT, **probe, secret="hub"))) == (Outcome.OK, "")
    stranger = await asker.ask(spec(MQTT, **probe))
    assert stranger.outcome is Outcome.FAIL
    asker.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x20\xff\xff\xff\xff\xff",
        b"\x20\x00",
        b"\x20\x02\x00",
    ],
)
async def test_what_is_no_broker_is_told_apart(answer: bytes, asker: NetworkAsker) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)

    async with serving(talk) as port:
        result = await asker.ask(spec(MQTT, port=port, timeout=500))
    assert result.outcome is Outcome.FAIL
    assert result.cause in {"protocol", "mqtt_lost", "no_answer"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Listening]:
    folder = Path(tempfile.mkdtemp(prefix="mcpp-"))
    folder.chmod(0o755)
    made = Listening(folder)
    yield made
    shutil.rmtree(folder)


async def test_a_database_that_is_stopped_and_started_is_seen(
    cluster: Listening, asker: NetworkAsker
) -> None:
    right = spec(SQL, port=cluster.port, user="probe", secret="right", timeout=5_000)
    assert told(await asker.ask(right)) == (Outcome.FAIL, "refused")
    cluster.begin()
    try:
        assert told(await asker.ask(right)) == (Outcome.OK, "")
        for wrong in ({"secret": "wrong"}, {"path": "no_such_database"}, {"user": "nobody"}):
            probe = {"port": cluster.port, "user": "probe", "secret": "right", **wrong}
            result = await asker.ask(spec(SQL, **probe, timeout=5_000))
            assert told(result) == (Outcome.FAIL, "login"), result
            assert "đúng" not in result.detail
        encrypted = spec(SQL, port=cluster.port, user="probe", secret="right", tls=True)
        assert told(await asker.ask(encrypted)) == (Outcome.FAIL, "tls_handshake")
    finally:
        cluster.stop()
    assert told(await asker.ask(right)) == (Outcome.FAIL, "refused")


async def test_what_cannot_be_asked_here_is_our_own_fault_and_blind(
    asker: NetworkAsker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked by `push`; and a machine may lack the database's library."""
    assert told(await asker.ask(spec(ProbeKind.PUSH))) == (Outcome.BLIND, "fault")
    monkeypatch.delitem(sys.modules, "motcua_probes.kinds.postgresql", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert told(await asker.ask(spec(SQL, port=1))) == (Outcome.BLIND, "fault")


async def test_loading_a_library_takes_nothing_of_a_probes_time(
    asker: NetworkAsker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first probe of a database in a program, on a machine that loads slowly."""
    load = kinds._database

    def slowly() -> kinds.Kind:
        time.sleep(0.4)  # a slow card
        return load()

    monkeypatch.setattr(kinds, "_database", slowly)
    monkeypatch.delitem(sys.modules, "motcua_probes.kinds.postgresql", raising=False)
    result = await asker.ask(spec(SQL, port=free_port(), timeout=300))
    assert told(result) == (Outcome.FAIL, "refused")
