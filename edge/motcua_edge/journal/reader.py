"""Reading a journal, beside its writer, without ever being able to change it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.rows import TABLES
from motcua_edge.journal import entries, schema
from motcua_edge.journal.entries import Entry
from motcua_edge.journal.store import Incarnation

_SELECT: Final = f"SELECT {entries.COLUMNS} FROM event"  # noqa: S608
INCARNATIONS: Final = (
    "SELECT jid, parent_jid, parent_last_seq, hardware, version, boot, t_boot, t_wall, clock, how"
    " FROM incarnation ORDER BY id"
)
_STREAMS: Final = """
SELECT s.jid, i.parent_jid, coalesce(i.parent_last_seq, 0), s.acked, s.safe, s.purged,
  coalesce((SELECT max(e.seq) FROM event e WHERE e.jid = s.jid), s.purged),
  coalesce((SELECT min(e.seq) FROM event e WHERE e.jid = s.jid AND e.seq > s.acked), 0)
FROM stream s LEFT JOIN incarnation i ON i.jid = s.jid ORDER BY i.id
"""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """How far one incarnation's entries have come.

    `last` is the newest number there is; `first_unacked` the first entry above `acked` that is
    really there, 0 if none (a damaged journal may have lost the ones before it).
    """

    jid: str
    parent_jid: str | None = None
    parent_last_seq: int = 0
    acked: int = 0
    safe: int = 0
    purged: int = 0
    last: int = 0
    first_unacked: int = 0

    @property
    def first_available(self) -> int:
        """The first entry that was not purged."""
        return self.purged + 1


class Reader:
    """A `query_only` connection. Any thread may call; calls wait for each other.

    Methods block on the disk: from asyncio call them through `asyncio.to_thread`.
    """

    def __init__(self, path: Path) -> None:
        self._connection = schema.connect_reader(path)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; harmless when repeated."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see the journal as it was at the first of them."""
        self._all("BEGIN")
        try:
            yield
        finally:
            self._all("ROLLBACK")

    def _all(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def load_rows(self) -> dict[str, dict[str, bytes]]:
        """All state rows, by table and key."""
        return {
            name: {key: bytes(body) for key, body in self._all(f"SELECT * FROM state_{name}")}  # noqa: S608
            for name in TABLES
        }

    def incarnations(self) -> list[Incarnation]:
        """Every process start, oldest first."""
        return [incarnation_of(row) for row in self._all(INCARNATIONS)]

    def streams(self) -> list[Stream]:
        """Every incarnation's progress, oldest first."""
        return [
            Stream(
                jid=jid.hex(),
                parent_jid=parent.hex() if parent else None,
                parent_last_seq=parent_last,
                acked=acked,
                safe=safe,
                purged=purged,
                last=last,
                first_unacked=first,
            )
            for jid, parent, parent_last, acked, safe, purged, last, first in self._all(_STREAMS)
        ]

    def events_after(self, jid: str, seq: int, limit: int, max_bytes: int) -> list[Entry]:
        """At most `limit` entries after `seq`, at least one if there is one.

        They stop at a missing number and before their bodies exceed `max_bytes` in sum.
        """
        found: list[Entry] = []
        total = 0
        for entry in self._some(jid, seq, limit):
            total += len(entry.body)
            if found and (total > max_bytes or entry.seq != found[-1].seq + 1):
                break
            found.append(entry)
        return found

    def _some(self, jid: str, seq: int, limit: int) -> list[Entry]:
        rows = self._all(
            f"{_SELECT} WHERE jid = ? AND seq > ? ORDER BY seq LIMIT ?",
            bytes.fromhex(jid),
            seq,
            limit,
        )
        return [entries.from_row(row) for row in rows]

    def entry(self, jid: str, seq: int) -> Entry | None:
        """One entry, or None when it is not there."""
        rows = self._all(f"{_SELECT} WHERE jid = ? AND seq = ?", bytes.fromhex(jid), seq)
        return entries.from_row(rows[0]) if rows else None

    def day(self, business_day: str) -> list[Entry]:
        """All entries of a business day in the order they were written."""
        rows = self._all(f"{_SELECT} WHERE business_day = ? ORDER BY rowid", business_day)
        return [entries.from_row(row) for row in rows]

    def business_days(self) -> list[str]:
        """The business days of the entries that are here, oldest first."""
        rows = self._all(
            "SELECT DISTINCT business_day FROM event WHERE business_day != '' ORDER BY 1"
        )
        return [day for (day,) in rows]

    def first_of_day_or_later(self, jid: str, business_day: str) -> int | None:
        """The first entry of a stream that is of this business day or a later one."""
        rows = self._all(
            "SELECT min(seq) FROM event WHERE jid = ? AND business_day >= ?",
            bytes.fromhex(jid),
            business_day,
        )
        first: int | None = rows[0][0]
        return first

    def tail(self, limit: int) -> list[Entry]:
        """The newest entries of all incarnations, oldest of them first."""
        rows = self._all(f"{_SELECT} ORDER BY rowid DESC LIMIT ?", limit)
        return [entries.from_row(row) for row in reversed(rows)]

    def export(self, page: int = 500) -> Iterator[Entry]:
        """Every entry: incarnations oldest first, each in sequence; read page by page."""
        known = [incarnation.jid for incarnation in self.incarnations()]
        others = [row[0].hex() for row in self._all("SELECT DISTINCT jid FROM event ORDER BY jid")]
        for jid in known + [jid for jid in others if jid not in set(known)]:
            after = 0
            while found := self._some(jid, after, page):
                yield from found
                after = found[-1].seq


def incarnation_of(row: tuple[Any, ...]) -> Incarnation:
    """The incarnation in a row selected with `INCARNATIONS`."""
    jid, parent, parent_last, hardware, version, boot, t_boot, t_wall, clock, how = row
    return Incarnation(
        jid=jid.hex(),
        parent_jid=parent.hex() if parent else None,
        parent_last_seq=parent_last,
        hardware=hardware,
        version=version,
        boot=boot,
        t_boot=t_boot,
        t_wall=t_wall,
        clock=ClockState(clock),
        how=how,
    )
