"""Whether a journal file can be trusted, looked at without changing it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from motcua_edge.domain import rows
from motcua_edge.domain.rows import TABLES
from motcua_edge.journal import entries
from motcua_edge.journal.errors import JournalBrokenError, JournalVersionError
from motcua_edge.journal.schema import VERSION

_UNSAFE: Final = f"""
SELECT {entries.COLUMNS} FROM event
WHERE seq > coalesce((SELECT min(s.acked, s.safe) FROM stream s WHERE s.jid = event.jid), 0)
"""  # noqa: S608
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SHORT: Final = sqlite3.SQLITE_IOERR_SHORT_READ


def connect_untouched(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, not even by folding the log into the file."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout=5000")
    return connection


def version(path: Path) -> int:
    """The version of the journal in the file; 0 when it is absent, empty or not yet made.

    What cannot be told counts as of this version: a damaged journal is one, too.
    """
    if not path.exists() or path.stat().st_size == 0:
        return 0
    try:
        connection = connect_untouched(path)
        try:
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return VERSION
    return found


def problems(path: Path) -> list[str]:
    """What is wrong with the file; empty when it is sound, empty or absent.

    Checked: SQLite's own structure, the digest of every entry that the hub's backup lacks, and
    that the state rows can be read.

    Raises:
        JournalBrokenError: The disk cannot be read: no file on it can be judged now.
        JournalVersionError: A newer version of the program wrote the file.
    """
    if not path.exists() or path.stat().st_size == 0:
        return []
    try:
        connection = connect_untouched(path)
        try:
            return list(_faults(connection))
        finally:
            connection.close()
    except sqlite3.Error as error:
        if not _is_damage(error):
            msg = f"{path}: cannot be read: {error}"
            raise JournalBrokenError(msg) from error
        return [str(error)]
    except (ValueError, TypeError, AttributeError) as error:
        return [f"unreadable row: {error}"]


def _is_damage(error: sqlite3.Error) -> bool:
    """Damage of this file, as opposed to a disk that does not answer."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None or code == _SHORT:
        return True
    missing_table = code == sqlite3.SQLITE_ERROR
    return missing_table or code & 0xFF in _DAMAGE


def _faults(connection: sqlite3.Connection) -> Iterator[str]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        msg = f"journal has version {version}, this program knows {VERSION}: install a newer one"
        raise JournalVersionError(msg)
    found = [text for (text,) in connection.execute("PRAGMA quick_check(5)")]
    if found != ["ok"]:
        yield from found
        return
    if version == 0:
        return
    yield from _bad_digests(connection)
    yield from _bad_rows(connection)


def _bad_digests(connection: sqlite3.Connection) -> Iterator[str]:
    for row in connection.execute(_UNSAFE):
        entry = entries.from_row(row)
        if entry.true_digest() != entry.digest:
            yield f"entry {entry.seq} of {entry.jid} does not match its digest"


def _bad_rows(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        rows.load(read_rows(connection))
    except msgspec.MsgspecError as error:
        yield f"state rows do not fit: {error}"


def read_rows(connection: sqlite3.Connection) -> dict[str, dict[str, bytes]]:
    """All state rows, by table and key."""
    return {name: dict(_state(connection, name)) for name in TABLES}


def _state(connection: sqlite3.Connection, name: str) -> Iterator[tuple[str, bytes]]:
    cursor: Iterator[Any] = connection.execute(f"SELECT key, body FROM state_{name}")  # noqa: S608
    for key, body in cursor:
        yield key, bytes(body)
