"""What the file itself refuses, what a failed write means, and the full disk."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from motcua_contract.facts.office import HelpCalled
from motcua_edge.journal import Journal, JournalBrokenError, JournalFullError, schema
from motcua_edge.journal.store import Store
from motcua_edge.journal.writer import Writer
from support.journals import DAY, instant, opened


def sqlite(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(sql)
    finally:
        connection.close()


async def write(journal: Journal, count: int = 1) -> None:
    facts = [HelpCalled(device="k" * 200) for _ in range(count)]
    await journal.append(facts, [], business_day=DAY, now=instant())


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE event SET body = x'7b7d'", "never change"),
        ("UPDATE event SET digest = digest", "never change"),
        ("DELETE FROM event", "purging only"),
        ("UPDATE incarnation SET hardware = 'other'", "never change"),
        ("UPDATE stream SET purged = 1", "never above acked or safe"),
        ("UPDATE stream SET acked = 1, purged = 1", "never above acked or safe"),
        ("INSERT INTO event SELECT * FROM event", "UNIQUE"),
    ],
)
async def test_the_file_itself_refuses(tmp_path: Path, sql: str, why: str):
    journal = opened(tmp_path / "journal.db")
    with pytest.raises(sqlite3.IntegrityError, match=why):
        sqlite(journal.path, sql)
    journal.close()


async def test_the_file_is_written_through_to_the_disk(tmp_path: Path):
    connection = schema.connect_writer(tmp_path / "journal.db")
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_readers_never_checkpoint(tmp_path: Path):
    journal = opened(tmp_path / "journal.db")
    assert journal.reader._all("PRAGMA wal_autocheckpoint") == [(0,)]
    assert journal.reader._all("PRAGMA query_only") == [(1,)]
    journal.close()


async def test_a_failed_write_is_the_last_and_is_told_before_anybody_hears(tmp_path: Path):
    told: list[BaseException] = []
    journal = opened(tmp_path / "journal.db", on_fatal=told.append)
    sqlite(journal.path, "DROP TABLE event")
    with pytest.raises(JournalBrokenError, match="no such table"):
        await write(journal)
    assert [type(error) for error in told] == [JournalBrokenError]
    with pytest.raises(JournalBrokenError):
        await journal.ack(journal.jid, 1, 0)
    assert len(told) == 1
    assert journal.last_seq == 1
    journal.close()


async def test_after_close_nothing_can_be_written(tmp_path: Path):
    journal = opened(tmp_path / "journal.db")
    journal.close()
    journal.close()
    with pytest.raises(JournalBrokenError, match="closed"):
        await write(journal)


def limited(path: Path, make_room: Callable[[Store], bool]) -> tuple[Writer, list[BaseException]]:
    """A writer whose file may not grow, as on a full disk."""
    journal = opened(path)
    journal.close()
    connection = schema.connect_writer(path)
    connection.execute("PRAGMA max_page_count=40")
    store = Store(connection, "ab" * 16)
    told: list[BaseException] = []
    writer = Writer(store, on_fatal=told.append, make_room=lambda: make_room(store))
    writer.start()
    return writer, told


def grow(store: Store) -> int:
    state = [(f"x{n}", b"y" * 4_000) for n in range(100)]
    store._connection.executemany("INSERT OR REPLACE INTO state_tickets VALUES (?, ?)", state)
    return len(state)


async def test_a_full_disk_is_left_by_giving_up_the_ballast(tmp_path: Path):
    def make_room(store: Store) -> bool:
        store._connection.execute("PRAGMA max_page_count=4000")
        return True

    writer, told = limited(tmp_path / "journal.db", make_room)
    assert await writer.run(grow) == 100
    assert told == []
    writer.close()


async def test_a_full_disk_without_ballast_is_fatal_and_says_what_to_do(tmp_path: Path):
    writer, told = limited(tmp_path / "journal.db", lambda _store: False)
    with pytest.raises(JournalFullError, match="free some space"):
        await writer.run(grow)
    assert [type(error) for error in told] == [JournalFullError]
    writer.close()


async def test_the_ballast_is_laid_given_up_visibly_and_laid_again(tmp_path: Path):
    journal = opened(tmp_path / "journal.db", ballast_bytes=100_000)
    ballast = tmp_path / "journal.db.ballast"
    assert ballast.stat().st_size == 100_000
    assert ballast.stat().st_blocks * 512 >= 100_000
    assert not journal.condition().full
    assert journal._ballast.drop()
    assert journal.condition().full
    await journal.maintain()
    assert not journal.condition().full
    journal.close()


async def test_waiting_appends_share_a_commit_and_keep_their_order(tmp_path: Path):
    journal = opened(tmp_path / "journal.db")
    commits = 0
    transact = journal._store.transact

    def counted(work):
        nonlocal commits
        commits += 1
        return transact(work)

    journal._store.transact = counted
    gate = threading.Event()
    first = asyncio.ensure_future(journal._writer.run(lambda _store: gate.wait(10)))
    waiting = [asyncio.ensure_future(write(journal)) for _ in range(50)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *waiting)
    assert commits <= 3
    assert [e.seq for e in journal.reader.tail(100)] == list(range(1, 52))
    journal.close()


async def test_a_cancelled_caller_does_not_undo_its_append(tmp_path: Path):
    journal = opened(tmp_path / "journal.db")
    task = asyncio.ensure_future(write(journal))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await write(journal)
    assert [e.seq for e in journal.reader.tail(10)] == [1, 2, 3]
    journal.close()


def test_a_place_that_cannot_be_written_is_told_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "journal.db.lock").mkdir()
    with pytest.raises(JournalBrokenError, match="must be writable"):
        opened(tmp_path / "journal.db")
