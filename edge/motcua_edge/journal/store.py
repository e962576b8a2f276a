"""The single writing connection: gives out sequence numbers and runs transactions."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant
from motcua_edge.domain.rows import TABLES, RowChange
from motcua_edge.journal import entries
from motcua_edge.journal.entries import Draft, Entry, Origin

T = TypeVar("T")
_INSERT: Final = f"INSERT INTO event ({entries.COLUMNS}) VALUES ({','.join('?' * 11)})"  # noqa: S608
_WRITE: Final = {
    name: f"INSERT OR REPLACE INTO state_{name} (key, body) VALUES (?, ?)"  # noqa: S608
    for name in TABLES
}
_DELETE: Final = {name: f"DELETE FROM state_{name} WHERE key = ?" for name in TABLES}  # noqa: S608
_LAST: Final = """
SELECT i.jid,
  coalesce((SELECT max(e.seq) FROM event e WHERE e.jid = i.jid),
           (SELECT s.purged FROM stream s WHERE s.jid = i.jid), 0),
  (SELECT e.type FROM event e WHERE e.jid = i.jid ORDER BY e.seq DESC LIMIT 1)
FROM incarnation i ORDER BY i.id
"""


class Incarnation(msgspec.Struct, frozen=True, kw_only=True):
    """One process start. `how` is new, continued or recovered; times are ms."""

    jid: str
    parent_jid: str | None = None
    parent_last_seq: int = 0
    hardware: str = ""
    version: str = ""
    boot: str = ""
    t_boot: int = 0
    t_wall: int = 0
    clock: ClockState = ClockState.NONE
    how: str = "new"


def new_incarnation(
    jid: str, origin: Origin, now: Instant, parent: tuple[str, int] | None, how: str
) -> Incarnation:
    """The incarnation of a process that starts now, after `parent` (jid, last seq)."""
    return Incarnation(
        jid=jid,
        parent_jid=parent[0] if parent else None,
        parent_last_seq=parent[1] if parent else 0,
        hardware=origin.hardware,
        version=origin.version,
        boot=now.boot,
        t_boot=now.mono,
        t_wall=now.wall,
        clock=now.clock,
        how=how,
    )


class Store:
    """Writes to one journal file as one incarnation. Use it from one thread only.

    `last_seq` is the newest committed number of this incarnation.
    """

    def __init__(self, connection: sqlite3.Connection, jid: str) -> None:
        self.jid = jid
        self.last_seq = 0
        self._next = 1
        self._connection = connection

    def transact(self, work: Callable[["Store"], T]) -> T:
        """Run `work` in one durable transaction; whatever it raises, nothing of it stays."""
        self._next = self.last_seq + 1
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(self)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self.last_seq = self._next - 1
        return result

    def insert_incarnation(self, incarnation: Incarnation) -> None:
        """Record an incarnation and its stream, within `transact`."""
        parent = incarnation.parent_jid
        self._connection.execute(
            "INSERT INTO incarnation (jid, parent_jid, parent_last_seq, hardware, version, boot,"
            " t_boot, t_wall, clock, how) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                bytes.fromhex(incarnation.jid),
                bytes.fromhex(parent) if parent else None,
                incarnation.parent_last_seq,
                incarnation.hardware,
                incarnation.version,
                incarnation.boot,
                incarnation.t_boot,
                incarnation.t_wall,
                incarnation.clock.value,
                incarnation.how,
            ),
        )
        self._connection.execute(
            "INSERT INTO stream (jid) VALUES (?)", (bytes.fromhex(incarnation.jid),)
        )

    def put_stream(self, jid: str, acked: int, safe: int, purged: int) -> None:
        """Carry a stream over from another file, within `transact`."""
        self._connection.execute(
            "INSERT OR REPLACE INTO stream (jid, acked, safe, purged) VALUES (?, ?, ?, ?)",
            (bytes.fromhex(jid), acked, safe, purged),
        )

    def last_of_each(self) -> list[tuple[str, int, str]]:
        """(jid, last seq, type of the last entry) of each incarnation, oldest first."""
        found = self._connection.execute(_LAST).fetchall()
        return [(jid.hex(), seq, kind or "") for jid, seq, kind in found]

    def last_boot(self) -> str:
        """The boot id of the newest incarnation, empty when there is none."""
        found = self._connection.execute("SELECT boot FROM incarnation ORDER BY id DESC LIMIT 1")
        row = found.fetchone()
        return str(row[0]) if row else ""

    def load_rows(self) -> dict[str, dict[str, bytes]]:
        """All state rows, by table and key."""
        return {
            name: {
                key: bytes(body)
                for key, body in self._connection.execute(f"SELECT key, body FROM state_{name}")  # noqa: S608
            }
            for name in TABLES
        }

    def append(self, draft: Draft) -> list[Entry]:
        """Write a draft's facts and rows, within `transact`; returns the numbered entries."""
        written = []
        for fact in draft.facts:
            written.append(entries.make(self.jid, self._next, os.urandom(16).hex(), fact, draft))
            self._next += 1
        self._connection.executemany(_INSERT, [entries.to_row(entry) for entry in written])
        self.write_rows(draft.changes)
        return written

    def insert_entries(self, old: Sequence[Entry]) -> None:
        """Carry entries of earlier incarnations over, within `transact`."""
        self._connection.executemany(_INSERT, [entries.to_row(entry) for entry in old])

    def write_rows(self, changes: Sequence[RowChange]) -> None:
        """Write state rows, within `transact`."""
        for change in changes:
            if change.body is None:
                self._connection.execute(_DELETE[change.table], (change.key,))
            else:
                self._connection.execute(_WRITE[change.table], (change.key, change.body))

    def ack(self, jid: str, upto: int, safe: int) -> None:
        """The hub holds 1..upto durably, and 1..safe in a verified backup; both only rise."""
        self._connection.execute(
            "UPDATE stream SET acked = max(acked, ?), safe = max(safe, ?) WHERE jid = ?",
            (upto, safe, bytes.fromhex(jid)),
        )

    def rewind(self, jid: str, have: int, safe: int) -> None:
        """The hub holds only 1..have (and 1..safe in its backup); both only fall here."""
        self._connection.execute(
            "UPDATE stream SET acked = min(acked, ?), safe = min(safe, ?) WHERE jid = ?",
            (have, safe, bytes.fromhex(jid)),
        )

    def purge(self, jid: str, upto: int) -> int:
        """Delete entries 1..upto of a stream; the database refuses more than acked and safe."""
        raw = bytes.fromhex(jid)
        self._connection.execute("UPDATE stream SET purged = ? WHERE jid = ?", (upto, raw))
        return self._connection.execute(
            "DELETE FROM event WHERE jid = ? AND seq <= ?", (raw, upto)
        ).rowcount

    def close(self) -> None:
        """Close the connection; the last one to close checkpoints the log."""
        self._connection.close()
