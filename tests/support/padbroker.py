"""The pads' own broker: a real Mosquitto with the files that `motcua-edge pads broker` writes."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Self

from demo.processes import python
from motcua_edge.domain.pads import broker as files
from support.broker import HOST, MOSQUITTO
from support.waiting import until


class PadBroker:
    """One broker; its files are made from the office's configuration."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            # else it becomes the user mosquitto, who cannot read a test's folder
            conf = folder / "mosquitto.conf"
            conf.write_text("user root\n" + conf.read_text())

    @classmethod
    def made(cls, config: Path, folder: Path, port: int) -> Self:
        """A broker whose files the office's own program writes."""
        command = python("motcua_edge", "pads", "broker", "--config", str(config))
        subprocess.run([*command, "--out", str(folder), "--host", HOST], check=True, timeout=60)
        return cls(folder, port)

    @classmethod
    def of(cls, folder: Path, users: dict[str, str], port: int) -> Self:
        """A broker for these users and passwords; `edge` is the controller."""
        folder.mkdir(parents=True)
        salts = dict.fromkeys(users, b"0123456789ab")
        (folder / "passwords").write_text(files.passwords(users, salts))
        (folder / "access").write_text(files.access("edge"))
        conf = files.configuration(str(folder), HOST, port)
        (folder / "mosquitto.conf").write_text(conf)
        return cls(folder, port)

    @property
    def log(self) -> str:
        """Everything it said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it, again and again."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log
            )
        until(self._listens, within=10)

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
        self._process = None
