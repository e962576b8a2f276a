"""Opening the database, and the two kinds of transaction: reading and writing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

BUSY_MS = 15_000
CHECKPOINT_PAGES = 4_000
"""16 MiB: a page that many transactions touch is copied into the file once for all of them."""
_READ_ONLY = "motcua_read_only"


def _on_sqlite_connect(raw: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL with FULL: NORMAL loses what was acknowledged when the power goes."""
    # None: the driver leaves BEGIN to us
    raw.isolation_level = None
    cursor = raw.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        "cache_size=-65536",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    """A writer takes the lock at once: an upgrade half-way fails instead of waiting."""
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL (`postgresql://` means psycopg 3)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_size=16, max_overflow=16)
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_size=8,
        max_overflow=16,
        pool_pre_ping=True,
        connect_args={"options": "-c synchronous_commit=on"},
    )


def open_file(path: Path) -> Engine:
    """An engine that reads one SQLite file and can change nothing of it, nor beside it."""

    def connect() -> SqliteConnection:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction: one consistent view, never in the way of the writer."""
    with engine.connect() as connection:
        view = connection.execution_options(**{_READ_ONLY: True})
        if engine.dialect.name == "postgresql":
            view = view.execution_options(isolation_level="REPEATABLE READ")
        yield view


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction, durable when the block is left without an exception."""
    with engine.begin() as connection:
        yield connection
