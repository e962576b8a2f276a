"""The journal of an office: what happened, what state that led to, and what the hub has of it."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import msgspec

from motcua_contract.facts import Fact
from motcua_edge.domain.model import Instant
from motcua_edge.domain.rows import RowChange
from motcua_edge.journal import disk, opening, purge
from motcua_edge.journal.entries import Entry, Origin, draft
from motcua_edge.journal.opening import Opened
from motcua_edge.journal.reader import Reader
from motcua_edge.journal.store import Store
from motcua_edge.journal.writer import Writer


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """How the journal is. `full`: the ballast had to be given up and cannot be laid again yet."""

    full: bool
    recovered: bool
    free_bytes: int


class Journal:
    """Open it with `Journal.open`; append from asyncio; read through `reader`.

    Attributes:
        path: The SQLite file.
        jid: This process's incarnation.
        opened: How the start found the file.
        reader: A `query_only` connection; its methods block, so call them in a thread.
    """

    def __init__(
        self,
        *,
        path: Path,
        store: Store,
        writer: Writer,
        opened: Opened,
        ballast: disk.Ballast,
        lock: disk.Lock,
    ) -> None:
        self.path = path
        self.appending_since: int | None = None
        """Boot-time clock (ms) of the append under way; a disk that hangs shows here."""
        self.jid = store.jid
        self.opened = opened
        self.reader = Reader(path)
        self._store = store
        self._writer = writer
        self._ballast = ballast
        self._lock = lock
        self._watchers: list[Callable[[int], None]] = []

    @classmethod
    def open(
        cls,
        path: Path,
        origin: Origin,
        now: Instant,
        *,
        series: Sequence[str] = (),
        ballast_bytes: int = 0,
        on_fatal: Callable[[BaseException], None] | None = None,
    ) -> Self:
        """Open a new incarnation in the file; it is made if absent and recovered if damaged.

        Args:
            path: The SQLite file; a lock, the ballast and damaged files lie beside it.
            origin: Who writes.
            now: The clock, for the first entry.
            series: The site's series, to advance them when a damaged file does not know them.
            ballast_bytes: Room to give up when the disk is full.
            on_fatal: Called on the writer's thread with the first failed write, before anybody
                hears of it; end the process there, so that no effect can follow.

        Raises:
            JournalLockedError: Another process has it open.
            JournalBrokenError: The disk cannot be read or written.
            JournalVersionError: A newer version of the program wrote it.
        """
        lock = disk.Lock(path.with_name(path.name + ".lock"))
        ballast = disk.Ballast(path.with_name(path.name + ".ballast"), ballast_bytes)
        try:
            request = opening.Request(origin=origin, now=now, series=tuple(series))
            store, opened = opening.open_with_room(path, request, ballast.drop)
        except BaseException:
            lock.release()
            raise
        ballast.lay()
        writer = Writer(store, on_fatal=on_fatal, make_room=ballast.drop)
        writer.start()
        return cls(path=path, store=store, writer=writer, opened=opened, ballast=ballast, lock=lock)

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
        self.appending_since = now.mono
        try:
            written = await self._writer.run(lambda store: store.append(waiting))
        finally:
            self.appending_since = None
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

    async def maintain(self) -> int:
        """Purge what may go (E4) and lay the ballast again; returns the entries deleted.

        Call it every few minutes.
        """
        pressure = not self._ballast.whole
        steps = await asyncio.to_thread(purge.plan, self.reader, pressure=pressure)
        deleted = 0
        for step in steps:
            deleted += await self._purge(step)
        await asyncio.to_thread(self._ballast.lay)
        return deleted

    async def _purge(self, step: purge.Step) -> int:
        return await self._writer.run(lambda store: store.purge(step.jid, step.upto))

    def condition(self) -> Condition:
        """How the journal is now."""
        return Condition(
            full=not self._ballast.whole,
            recovered=bool(self.opened.problems),
            free_bytes=self.free_bytes(),
        )

    def free_bytes(self) -> int:
        """Room on the journal's file system."""
        return disk.free_bytes(self.path.parent)

    def close(self) -> None:
        """Finish what is queued and close the file; harmless when repeated."""
        self.reader.close()
        self._writer.close()
        self._lock.release()
