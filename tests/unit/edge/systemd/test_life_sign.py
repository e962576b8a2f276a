"""systemd is told that the office is ready and alive; a hung or broken one gives no sign."""

import asyncio
import configparser
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua_edge.drivers.systemd import FakeManager, Notifier
from motcua_edge.services.life_sign import LifeSign
from support.tree import ROOT
from support.waiting import until_async

UNIT = ROOT / "edge" / "systemd" / "motcua-edge.service"


class Manager:
    """A service manager's socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.setblocking(False)
        self.told: list[str] = []

    def read(self) -> list[str]:
        while True:
            try:
                self.told.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self.told

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path)
    yield manager
    manager.close()


async def test_ready_then_signs_then_stopping(manager: Manager):
    notifier = Notifier({"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "30000"})
    task = asyncio.create_task(LifeSign(notifier, lambda: "").run())
    await until_async(lambda: len(manager.read()) >= 4)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    told = manager.read()
    assert told[0] == "READY=1"
    assert told[1].startswith("WATCHDOG=1\n")
    assert told[-1] == "STOPPING=1"


async def test_a_pretended_manager_is_told_the_same(manager: Manager):
    real = Notifier({"NOTIFY_SOCKET": str(manager.path)})
    fake = FakeManager()
    for each in (real, fake):
        LifeSign(each, lambda: "").step()
    assert fake.told == manager.read()


async def test_an_office_that_cannot_work_gives_no_sign_and_says_why_once(
    manager: Manager, caplog: pytest.LogCaptureFixture
):
    notifier = Notifier({"NOTIFY_SOCKET": str(manager.path)})
    why = ["the journal has not answered for 20 s"]
    sign = LifeSign(notifier, lambda: why[0])
    for _ in range(3):
        sign.step()
    assert manager.read() == []
    assert caplog.text.count("the journal has not answered") == 1
    why[0] = ""
    sign.step()
    assert manager.read() != []


def test_without_a_manager_nothing_is_sent_and_nothing_fails(tmp_path: Path):
    assert not Notifier({}).tell("READY=1")
    assert not Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")
    assert Notifier({"WATCHDOG_USEC": "nonsense"}).watchdog_s == 0
    assert Notifier({"WATCHDOG_USEC": "30000000"}).watchdog_s == 30


def test_an_abstract_socket_is_reached():
    name = "motcua-test-notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name)
        assert Notifier({"NOTIFY_SOCKET": "@" + name}).tell("READY=1")
        assert heard.recv(100) == b"READY=1"


def test_the_unit_restarts_always_and_is_watched():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert (service["Type"], service["Restart"]) == ("notify", "always")
    assert int(service["WatchdogSec"]) >= 10
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path):
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/motcua/bin/motcua-edge", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout + done.stderr == ""
