"""The journal of an office: what happened, what state that led to, and what the hub has of it."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from motcua_contract.facts import Fact
from motcua_contract.facts.office import JournalStarted
from motcua_edge.domain.model import Instant
from motcua_edge.domain.rows import RowChange
from motcua_edge.journal import disk, schema
from motcua_edge.journal.entries import Entry, Origin, draft
from motcua_edge.journal.reader import Reader
from motcua_edge.journal.store import Store, new_incarnation
from motcua_edge.journal.writer import Writer


def new_jid(origin: Origin, now: Instant) -> str:
    """A name nobody had before: clones, restores and re-provisioning cannot meet in it."""
    parts = (os.urandom(32), origin.hardware.encode(), now.boot.encode(), str(now.mono).encode())
    return hashlib.sha256(b"\0".join(parts)).digest()[:16].hex()


class Journal:
    """Open it with `Journal.open`; append from asyncio; read through `reader`."""

    def __init__(self, path: Path, store: Store, writer: Writer, lock: disk.Lock) -> None:
        self.path = path
        self.jid = store.jid
        self.reader = Reader(path)
        self._store = store
        self._writer = writer
        self._lock = lock
        self._watchers: list[Callable[[int], None]] = []

    @classmethod
    def open(
        cls,
        path: Path,
        origin: Origin,
        now: Instant,
        *,
        on_fatal: Callable[[BaseException], None] | None = None,
    ) -> Self:
        """Open a new incarnation in the file, made if absent."""
        lock = disk.Lock(path.with_name(path.name + ".lock"))
        connection = schema.connect_writer(path)
        schema.create(connection)
        store = Store(connection, new_jid(origin, now))
        with Reader(path) as reader:
            known = reader.streams()
        parent = (known[-1].jid, known[-1].last) if known else None
        how = "continued" if known else "new"
        started = JournalStarted(
            parent_jid=parent[0] if parent else None,
            parent_last_seq=parent[1] if parent else 0,
            hardware=origin.hardware,
            version=origin.version,
            boot=now.boot,
            boot_ms=now.mono,
            clock=now.clock,
        )

        def begin(store: Store) -> None:
            store.insert_incarnation(new_incarnation(store.jid, origin, now, parent, how))
            store.append(draft([started], [], "", now))

        store.transact(begin)
        writer = Writer(store, on_fatal=on_fatal)
        writer.start()
        return cls(path, store, writer, lock)

    @property
    def last_seq(self) -> int:
        """The newest committed number of this incarnation."""
        return self._store.last_seq

    def load_rows(self) -> dict[str, dict[str, bytes]]:
        """The state rows, for `rows.load`."""
        return self.reader.load_rows()

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> list[Entry]:
        """Commit facts and rows durably and together; JournalBrokenError if that failed."""
        waiting = draft(facts, changes, business_day, now)
        written = await self._writer.run(lambda store: store.append(waiting))
        for watcher in self._watchers:
            watcher(written[-1].seq if written else self.last_seq)
        return written

    def watch(self, watcher: Callable[[int], None]) -> None:
        """Call `watcher` with the newest number after every commit, on the loop's thread."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[int], None]) -> None:
        """Stop calling `watcher`; harmless when repeated."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    async def ack(self, jid: str, upto: int, safe: int) -> None:
        """The hub holds 1..upto durably and 1..safe in a verified backup; both only rise."""
        await self._writer.run(lambda store: store.ack(jid, upto, safe))

    async def rewind(self, jid: str, have: int, safe: int) -> None:
        """The hub holds only 1..have, and 1..safe in its backup; both only fall."""
        await self._writer.run(lambda store: store.rewind(jid, have, safe))

    def free_bytes(self) -> int:
        """Room on the journal's file system."""
        return disk.free_bytes(self.path.parent)

    def close(self) -> None:
        """Finish what is queued and close the file."""
        self._writer.close()
        self.reader.close()
        self._lock.release()
