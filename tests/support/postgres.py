"""A PostgreSQL cluster of our own in a temporary folder, and engines for tests on both databases.

PostgreSQL refuses to run as root, so a root run hands the cluster to the user `postgres`. fsync is
off: no test here pulls the plug on the database, and SQLite's durability is tested elsewhere. For
the same reason it lies in memory where there is room for it.
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
from support.migrated import lay
from support.waiting import until

BIN = Path("/usr/lib/postgresql/15/bin")
USER = "postgres"
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""Bytes; containers often have much less there."""
_NUMBERS = count(1)


def _as_owner(*command: str) -> list[str]:
    return ["runuser", "-u", USER, "--", *command] if os.geteuid() == 0 else list(command)


def name_in(url: str) -> str:
    """The database that a URL names."""
    return url.partition("@/")[2].partition("?")[0]


def _in_memory() -> str | None:
    """A folder in memory for what is thrown away; None where there is none, or too little room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return str(MEMORY) if roomy and shutil.disk_usage(MEMORY).free > ROOM else None


class Cluster:
    """One server on a Unix socket; `database()` makes an empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._admin: Engine | None = None
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
        # by files: the other way writes every page of the template to the log as well
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected to it."""
        self._do(f"DROP DATABASE {name_in(url)} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        if self._admin is None:
            url = self.url("postgres").replace("postgresql:", "postgresql+psycopg:")
            self._admin = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def stop(self) -> None:
        """End the server; SIGQUIT is PostgreSQL's immediate shutdown: nothing is kept."""
        if self._admin is not None:
            self._admin.dispose()
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        self._process.wait(20)
        self._log.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The cluster of this run. Its path is short: a socket's may have 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="mcpg-", dir=_in_memory()))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.sqlite3'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.database()
    yield url
    cluster.drop(url)


def _migrated(url: str) -> str:
    opened = open_engine(url)
    upgrade(opened)
    opened.dispose()
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without rows, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "hub.sqlite3"
    lay(path)
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: Cluster) -> str:
    """The name of a migrated PostgreSQL database without rows, to be copied."""
    return name_in(_migrated(postgres.database()))


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of each kind; copying one is quicker than migrating each."""
    if request.param == "sqlite":
        path = tmp_path / "hub.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.database(request.getfixturevalue("migrated_template"))
    yield url
    cluster.drop(url)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on a migrated database of each kind, without rows."""
    opened = open_engine(migrated_url)
    yield opened
    opened.dispose()
