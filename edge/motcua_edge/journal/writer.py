"""The writer thread: one queue, one transaction for everything that waits in it."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from motcua_edge.journal.errors import JournalBrokenError, JournalFullError
from motcua_edge.journal.store import Store

T = TypeVar("T")
Work = Callable[[Store], Any]
_GROUP: Final = 64
"""At most this many waiting jobs share a commit, so that the first does not wait for ever."""


class _Job:
    """Work for the writer, and where its result goes."""

    def __init__(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()


class Writer:
    """Runs jobs in order on its own thread; each resolves only after its commit.

    The first failed write is the last: after a failed fsync the page cache lies. `on_fatal` is
    called with the error, on the writer's thread, before anybody hears of it. `make_room` is asked
    once when the disk is full and says whether there is a point in trying again.
    """

    def __init__(
        self,
        store: Store,
        *,
        on_fatal: Callable[[BaseException], None] | None = None,
        make_room: Callable[[], bool] | None = None,
    ) -> None:
        self._store = store
        self._on_fatal = on_fatal
        self._make_room = make_room
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._broken: JournalBrokenError | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    async def run(self, work: Callable[[Store], T]) -> T:
        """Run `work` in a durable transaction; JournalBrokenError when it did not commit."""
        if self._broken is not None:
            raise self._broken
        if self._closed:
            msg = "the journal is closed"
            raise JournalBrokenError(msg)
        job = _Job(work, asyncio.get_running_loop())
        self._queue.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what is queued, then close the store; harmless when repeated."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            jobs, more = self._collect()
            if jobs and self._broken is None:
                self._commit(jobs)
            elif jobs and self._broken is not None:
                _tell(jobs, None, self._broken)
        self._store.close()

    def _collect(self) -> tuple[list[_Job], bool]:
        """Wait for one job, take those behind it; False when the end was asked for."""
        first = self._queue.get()
        if first is None:
            return [], False
        jobs = [first]
        while len(jobs) < _GROUP:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, False
            jobs.append(job)
        return jobs, True

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            results = self._transact(jobs)
        except Exception as error:  # noqa: BLE001  whatever it is, no effect may follow
            self._break(error)
            _tell(jobs, None, self._broken)
        else:
            _tell(jobs, results, None)

    def _transact(self, jobs: list[_Job]) -> list[Any]:
        def together(store: Store) -> list[Any]:
            return [job.work(store) for job in jobs]

        try:
            return self._store.transact(together)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            if self._make_room is None or not self._make_room():
                msg = "the disk is full; free some space on the journal's file system"
                raise JournalFullError(msg) from error
        return self._store.transact(together)

    def _break(self, error: Exception) -> None:
        if not isinstance(error, JournalBrokenError):
            broken = JournalBrokenError(f"journal write failed: {error}")
            broken.__cause__ = error
            error = broken
        self._broken = error
        if self._on_fatal is not None:
            self._on_fatal(error)


def _tell(jobs: list[_Job], results: list[Any] | None, error: Exception | None) -> None:
    """Resolve all futures of a group, with one wake-up of each loop."""
    loops: dict[int, list[int]] = {}
    for index, job in enumerate(jobs):
        loops.setdefault(id(job.loop), []).append(index)

    def resolve(indexes: list[int]) -> None:
        for index in indexes:
            _settle(jobs[index].future, results[index] if results is not None else None, error)

    for indexes in loops.values():
        loop = jobs[indexes[0]].loop
        if not loop.is_closed():
            loop.call_soon_threadsafe(resolve, indexes)


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:  # noqa: ANN401
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
