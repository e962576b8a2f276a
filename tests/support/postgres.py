"""A PostgreSQL cluster of our own in a temporary folder, and engines for tests on both databases.

PostgreSQL refuses to run as root, so a root run hands the cluster to the user `postgres`. fsync is
off: no test here pulls the plug on the database, and SQLite's durability is tested elsewhere.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from motcua_hub.store.engine import open_engine
from motcua_hub.store.migrate import upgrade
from support.waiting import until

BIN = Path("/usr/lib/postgresql/15/bin")
USER = "postgres"
_NUMBERS = count(1)


def _as_owner(*command: str) -> list[str]:
    return ["runuser", "-u", USER, "--", *command] if os.geteuid() == 0 else list(command)


class Cluster:
    """One server on a Unix socket; `database()` makes an empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        init = _as_owner(
            str(BIN / "initdb"), "-D", str(self.data), "-U", "hub", "-A", "trust",
            "-E", "UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        subprocess.run(init, check=True, capture_output=True, cwd=folder)
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off",
            "max_connections": "60", "shared_buffers": "32MB", "full_page_writes": "off",
        }  # fmt: skip
        arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self._log = (folder / "log").open("wb")
        command = _as_owner(str(BIN / "postgres"), "-D", str(self.data), *arguments)
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=self._log, cwd=folder, start_new_session=True
        )
        until(self._ready, within=30, every=0.05)

    def _ready(self) -> bool:
        assert self._process.poll() is None, (self.folder / "log").read_text()
        probe = [str(BIN / "pg_isready"), "-h", str(self.folder), "-U", "hub", "-q"]
        return subprocess.run(probe, check=False).returncode == 0

    def url(self, name: str) -> str:
        """How to reach one of its databases."""
        return f"postgresql://hub@/{name}?host={self.folder}"

    def database(self, template: str = "template0") -> str:
        """The URL of a new database: empty, or a copy of `template`."""
        name = f"t{next(_NUMBERS)}_{os.getpid()}"
        admin = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"),
            isolation_level="AUTOCOMMIT",
        )
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        admin.dispose()
        return self.url(name)

    def stop(self) -> None:
        """End the server; SIGINT is PostgreSQL's fast shutdown."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)
        self._process.wait(20)
        self._log.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The cluster of this run. Its path is short: a socket's may have 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="mcpg-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.database()


def _migrated(url: str) -> str:
    opened = open_engine(url)
    upgrade(opened)
    opened.dispose()
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without rows, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "hub.sqlite3"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: Cluster) -> str:
    """The name of a migrated PostgreSQL database without rows, to be copied."""
    return _migrated(postgres.database()).partition("@/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of each kind; copying one is quicker than migrating each."""
    if request.param == "sqlite":
        path = tmp_path / "hub.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.database(request.getfixturevalue("migrated_template"))


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on a migrated database of each kind, without rows."""
    opened = open_engine(migrated_url)
    yield opened
    opened.dispose()
