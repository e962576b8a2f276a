"""Servers to be probed that are programs of their own."""

import subprocess
from pathlib import Path

import psycopg

from support.broker import free_port
from support.postgres import BIN, Cluster, _as_owner
from support.probing import HOST
from support.waiting import until


class Listening(Cluster):
    """A cluster on a TCP port, with a user that has a password.

    Args:
        anybody: Whoever comes gets in without.
    """

    def __init__(self, folder: Path, *, anybody: bool = False) -> None:
        self.port = free_port()
        super().__init__(folder)
        hba = self.data / "pg_hba.conf"
        with psycopg.connect(f"host={folder} user=hub dbname=postgres", autocommit=True) as known:
            known.execute("create user probe password 'đúng'")
            known.execute("alter system set listen_addresses = '127.0.0.1'")
            known.execute(f"alter system set port = {self.port}")
        way = "trust" if anybody else "scram-sha-256"
        hba.write_text(f"local all all trust\nhost all all 127.0.0.1/32 {way}\n")
        self.stop()

    def begin(self) -> None:
        command = _as_owner(str(BIN / "postgres"), "-D", str(self.data), "-k", str(self.folder))
        self._log = (self.folder / "log2").open("ab")
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=self._log, cwd=self.folder, start_new_session=True
        )

        def listens() -> bool:
            probe = [str(BIN / "pg_isready"), "-h", HOST, "-p", str(self.port), "-q"]
            return subprocess.run(probe, check=False).returncode == 0

        until(listens)
