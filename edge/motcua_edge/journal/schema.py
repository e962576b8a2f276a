"""The journal's tables and how connections to it are opened."""

import sqlite3
from pathlib import Path
from typing import Final

from motcua_edge.domain.rows import TABLES
from motcua_edge.journal.errors import JournalVersionError

VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE incarnation (
  id INTEGER PRIMARY KEY,
  jid BLOB NOT NULL UNIQUE CHECK (length(jid) = 16),
  parent_jid BLOB CHECK (parent_jid IS NULL OR length(parent_jid) = 16),
  parent_last_seq INTEGER NOT NULL,
  hardware TEXT NOT NULL,
  version TEXT NOT NULL,
  boot TEXT NOT NULL,
  t_boot INTEGER NOT NULL,
  t_wall INTEGER NOT NULL,
  clock TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('new', 'continued', 'recovered'))
) STRICT;
CREATE TABLE event (
  jid BLOB NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  eid BLOB NOT NULL CHECK (length(eid) = 16),
  type TEXT NOT NULL,
  boot TEXT NOT NULL,
  t_mono INTEGER NOT NULL,
  t_wall INTEGER NOT NULL,
  clock TEXT NOT NULL,
  business_day TEXT NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  UNIQUE (jid, seq)
) STRICT;
CREATE INDEX event_day ON event (business_day);
CREATE TABLE stream (
  jid BLOB PRIMARY KEY CHECK (length(jid) = 16),
  acked INTEGER NOT NULL DEFAULT 0 CHECK (acked >= 0),
  safe INTEGER NOT NULL DEFAULT 0 CHECK (safe >= 0),
  purged INTEGER NOT NULL DEFAULT 0 CHECK (purged >= 0)
) STRICT;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'journal events never change'); END;
CREATE TRIGGER event_leaves_by_purge_only BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM stream WHERE jid = OLD.jid AND purged >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'journal events leave by purging only'); END;
CREATE TRIGGER incarnation_never_changes BEFORE UPDATE ON incarnation
BEGIN SELECT RAISE(ABORT, 'incarnations never change'); END;
CREATE TRIGGER purged_only_rises BEFORE UPDATE OF purged ON stream
WHEN NEW.purged < OLD.purged
  OR (NEW.purged > OLD.purged AND (NEW.purged > NEW.acked OR NEW.purged > NEW.safe))
BEGIN SELECT RAISE(ABORT, 'purged only rises, never above acked or safe'); END;
"""


def _state_table(name: str) -> str:
    return f"CREATE TABLE state_{name} (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;\n"


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one writing connection of a journal; whoever opens it may use it from any one thread.

    FULL, because NORMAL loses committed tickets when the power is cut.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that can neither write nor checkpoint.

    Two connections that checkpoint one WAL can corrupt it in SQLite before 3.51.3.
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file; leave a file of this version alone.

    Raises:
        JournalVersionError: A newer version of the program wrote the file.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        msg = f"journal has version {version}, this program knows {VERSION}: install a newer one"
        raise JournalVersionError(msg)
    if version == VERSION:
        return
    states = "".join(_state_table(name) for name in TABLES)
    connection.executescript(
        f"BEGIN IMMEDIATE;{_TABLES}{states}PRAGMA user_version={VERSION};COMMIT;"
    )
