"""NUT's upsd with its driver dummy-ups on loopback: a real server, a UPS that says what it is told.

For the demo and for tests.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from demo.processes import ProcessError, free_port

UPSD, DRIVER = "/lib/nut/upsd", "/lib/nut/dummy-ups"
NAME, USER, PASSWORD = "ups1", "motcua", "upsd-secret"
STALE_AFTER_S = 5


def present() -> bool:
    """Whether NUT is installed."""
    return Path(UPSD).exists() and Path(DRIVER).exists()


class Nut:
    """Both programs, run by `account`; `say` changes what the UPS says, within a second.

    Their folder is one of their own: the temporary ones of tests are closed to other accounts.
    """

    def __init__(self, account: str = "") -> None:
        self.account = account or pwd.getpwuid(os.geteuid()).pw_name
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-nut-"))
        self.folder.chmod(0o700)
        self.port = free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.say()
        self._write("ups.conf", f"pollinterval = 1\n[{NAME}]\n{self._section()}")
        self._write("upsd.conf", f"LISTEN 127.0.0.1 {self.port}\nMAXAGE {STALE_AFTER_S}\n")
        rights = "  instcmds = ALL\n  actions = FSD\n  upsmon primary\n"
        self._write("upsd.users", f"[{USER}]\n  password = {PASSWORD}\n{rights}")
        if os.geteuid() == 0:
            owner = pwd.getpwnam(self.account)
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, owner.pw_uid, owner.pw_gid)

    def _section(self) -> str:
        port = self.folder / f"{NAME}.dev"
        return f"  driver = dummy-ups\n  port = {port}\n  mode = dummy-once\n"

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        new = path.with_name(f"{name}.new")
        new.write_text(text, encoding="utf-8")
        new.chmod(0o640)
        if path.exists():
            owner = path.stat()
            if os.geteuid() == 0:
                os.chown(new, owner.st_uid, owner.st_gid)
        new.replace(path)

    def say(self, status: str = "OL", **more: str) -> None:
        """What the UPS says from now on; `battery_charge` is `battery.charge`."""
        full = {"battery_charge": "100", "battery_runtime": "1800", "ups_load": "12"}
        named = {name.replace("_", "."): text for name, text in (full | more).items()}
        said = {"ups.status": status} | named
        lines = [f"{name}: {_escaped(text)}" for name, text in said.items()]
        self._write(f"{NAME}.dev", "\n".join([*lines, ""]))

    # ---- programs ----

    def start(self) -> "Nut":
        """Driver, then upsd; both answer when this returns."""
        self.start_driver()
        self.start_upsd()
        return self

    def start_driver(self) -> None:
        """The driver; its socket is there when this returns."""
        self._start("driver", [DRIVER, "-a", NAME, "-u", self.account, "-D"])
        _wait_until(
            (self.folder / f"dummy-ups-{NAME}").exists, "the driver's socket did not appear"
        )

    def start_upsd(self) -> None:
        """The server; it listens when this returns."""
        self._start("upsd", [UPSD, "-u", self.account, "-D"])
        _wait_until(self._listens, "upsd does not listen")

    def _start(self, name: str, command: list[str]) -> None:
        here = str(self.folder)
        own = {"NUT_CONFPATH": here, "NUT_STATEPATH": here, "NUT_ALTPIDPATH": here}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                env={**os.environ, **own},
                stdout=log,
                stderr=log,
                user=self.account if os.geteuid() == 0 else None,
                cwd=here,
            )

    def _listens(self) -> bool:
        if self._running["upsd"].poll() is not None:
            raise ProcessError((self.folder / "upsd.log").read_text(errors="replace")[-2000:])
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def freeze_driver(self) -> None:
        """SIGSTOP: upsd finds its data stale after some seconds."""
        self._running["driver"].send_signal(signal.SIGSTOP)

    def thaw_driver(self) -> None:
        """SIGCONT."""
        self._running["driver"].send_signal(signal.SIGCONT)

    def kill_driver(self) -> None:
        """SIGKILL."""
        self._end("driver")

    def kill_upsd(self) -> None:
        """SIGKILL."""
        self._end("upsd")

    def _end(self, name: str) -> None:
        process = self._running.pop(name, None)
        if process is not None:
            process.kill()
            process.wait(10)

    def close(self) -> None:
        """End both and remove every trace."""
        for name in list(self._running):
            self._end(name)
        shutil.rmtree(self.folder, ignore_errors=True)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _wait_until(true: Callable[[], bool], complaint: str, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise ProcessError(complaint)
        time.sleep(0.02)
