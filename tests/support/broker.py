"""A real Mosquitto on loopback with mutual TLS, and credentials of devices and hubs for it.

Fixtures: `pki` (session), `broker` (started, fresh for each test), `make_broker` (a factory, for
tests that start it late or need two).
"""

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo.processes import free_port
from motcua_provisioning.authority import Authority, Files
from motcua_provisioning.broker import BrokerFolder, Listen, reload
from support.waiting import until

MOSQUITTO = "/usr/sbin/mosquitto"
HOST = "127.0.0.1"
SITE, DEVICE = "q1-ben-nghe", "d-7f3k"
OTHER_SITE, OTHER_DEVICE = "q3-vo-thi-sau", "d-9k2m"


@dataclass(frozen=True)
class Login:
    """What a client needs: `name` is the CN, hence its user name and client id."""

    name: str
    site: str
    host: str
    port: int
    ca: Path
    cert: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """A TLS context that trusts our CA and shows our certificate."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.load_cert_chain(self.cert, self.key)
        return context

    def toml(self) -> str:
        """The `[mqtt]` section of an agent's or hub's configuration."""
        pairs = {"ca": self.ca, "cert": self.cert, "key": self.key}
        lines = [f'{key} = "{path}"' for key, path in pairs.items()]
        return "\n".join(["[mqtt]", f'host = "{self.host}"', f"port = {self.port}", *lines, ""])


@dataclass
class Pki:
    """An authority, with the credentials of each name made once."""

    folder: Path
    authority: Authority
    _files: dict[str, Files] = field(default_factory=dict)

    def device(self, name: str) -> Files:
        """CA, certificate and key of a device."""
        if name not in self._files:
            self._files[name] = self.authority.issue_device(name).write(self.folder / "devices")
        return self._files[name]

    def hub(self, name: str = "hub") -> Files:
        """CA, certificate and key of a hub process."""
        if name not in self._files:
            self._files[name] = self.authority.issue_hub(name).write(self.folder / "hubs")
        return self._files[name]

    def revoke(self, name: str) -> None:
        """Revoke all certificates of a device or hub."""
        self.authority.revoke(name)
        self._files.pop(name, None)


class Broker:
    """One Mosquitto process; its port and its files survive restarts.

    Args:
        folder: Where its configuration, state and log live.
        pki: Whose certificates it trusts.
        devices: Device → site, as in the registry; `enroll` adds more.
        hubs: Names of hub processes.
    """

    def __init__(
        self, folder: Path, pki: Pki, devices: dict[str, str], hubs: tuple[str, ...] = ("hub",)
    ) -> None:
        self.folder, self.pki, self.devices, self.hubs = folder, pki, dict(devices), hubs
        self.port = free_port()
        self._files = BrokerFolder(folder)
        self._process: subprocess.Popen[bytes] | None = None
        listen = Listen(host=HOST, port=self.port)
        self._files.write(
            pki.authority, self.devices, hosts=("localhost", HOST), listen=listen, hubs=hubs
        )

    @property
    def pid(self) -> int:
        """The process id of the running broker."""
        assert self._process is not None, "the broker is not running"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def config(self) -> Path:
        """The path of mosquitto.conf."""
        return self._files.config

    @property
    def log(self) -> str:
        """Everything it said so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> "Broker":
        """Start it and wait until it listens."""
        assert not self.running, "the broker is running already"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", str(self.config)], stdout=log, stderr=log
            )
        until(self._listening, within=30)
        return self

    def _listening(self) -> bool:
        assert self.running, f"the broker ended at its start:\n{self.log}"
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def stop(self) -> None:
        """SIGTERM: it stores what is persistent and ends."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: what it had not stored is gone."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.send_signal(signal.SIGCONT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None

    def restart(self, *, kill: bool = False, forget: bool = False) -> None:
        """End it (`kill`: with SIGKILL), lose its memory if `forget`, and start it again."""
        self._end(signal.SIGKILL if kill else signal.SIGTERM)
        if forget:
            self.forget()
        self.start()

    def forget(self) -> None:
        """Delete what a stopped broker had stored: sessions, queues, retained messages."""
        (self.folder / "mosquitto.db").unlink(missing_ok=True)

    def suspend(self) -> None:
        """SIGSTOP: connections stay open and nothing moves, like a stalled link."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def enroll(self, device: str, site: str) -> "Login":
        """Let one more device speak for `site`, at once."""
        self.devices[device] = site
        self.reload()
        return self.device(device)

    def revoke(self, device: str) -> None:
        """Take a device's rights away and tell the running broker.

        A `Login` taken before is the revoked one; later ones get a new certificate.
        """
        self.devices.pop(device, None)
        self.pki.revoke(device)
        self.reload()

    def reload(self) -> None:
        """Write access rules and CRL anew and wait until a running broker has read them."""
        self._files.refresh(self.pki.authority, self.devices, hubs=self.hubs)
        if not self.running:
            return
        told = self.log.count("Reloading config")
        reload(self.pid)
        until(lambda: self.log.count("Reloading config") > told, within=30)

    def device(self, name: str = DEVICE) -> Login:
        """How an enrolled device connects."""
        return self._login(name, self.devices.get(name, ""), self.pki.device(name))

    def hub(self, name: str = "hub") -> Login:
        """How the hub connects."""
        return self._login(name, "", self.pki.hub(name))

    def _login(self, name: str, site: str, files: Files) -> Login:
        return Login(name, site, HOST, self.port, files.ca, files.cert, files.key)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """A certificate authority for the whole run."""
    folder = tmp_path_factory.mktemp("pki")
    return Pki(folder, Authority.create(folder / "ca"))


MakeBroker = Callable[..., Broker]


@pytest.fixture
def make_broker(tmp_path: Path, pki: Pki) -> Iterator[MakeBroker]:
    """A factory of brokers (not started) that know two devices of two sites and one hub.

    `make_broker(devices={"d-x": "site-x"}, hubs=("hub",), name="broker")`.
    """
    assert shutil.which("mosquitto", path="/usr/sbin:/usr/bin"), "run make setup: no mosquitto"
    made: list[Broker] = []

    def make(
        *,
        devices: dict[str, str] | None = None,
        hubs: tuple[str, ...] = ("hub",),
        name: str = "broker",
    ) -> Broker:
        known = devices or {DEVICE: SITE, OTHER_DEVICE: OTHER_SITE}
        made.append(Broker(tmp_path / name, pki, known, hubs))
        return made[-1]

    yield make
    for each in made:
        each.kill()


@pytest.fixture
def broker(make_broker: MakeBroker) -> Broker:
    """A running broker that knows `DEVICE` of `SITE`, `OTHER_DEVICE` of `OTHER_SITE`, one hub."""
    return make_broker().start()
