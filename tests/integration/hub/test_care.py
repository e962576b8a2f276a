"""Verify finds damage; `safe` moves only after a backup was read back; restore declares losses."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text, update

from motcua_contract.messages import Ack, Resume
from motcua_hub.care.backup import BackupError, make_backup
from motcua_hub.care.restore import check_backup, restore
from motcua_hub.care.rows import export_lines
from motcua_hub.care.verify import verify
from motcua_hub.ingest import Receiver
from motcua_hub.projections import VERSION
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.incidents import list_incidents
from support.hubsite import T0, Journal

SITE = "q1-ben-nghe"
NOW = T0 + 3_600_000


def problems(engine: Engine) -> str:
    with reading(engine) as connection:
        return "; ".join(verify(connection))


def export(engine: Engine) -> list[bytes]:
    with reading(engine) as connection:
        return list(export_lines(connection, SITE))


def safe(answer: object) -> int:
    assert isinstance(answer, Ack)
    return answer.safe


@pytest.fixture
def journal(engine: Engine) -> Journal:
    """An office of which ten rows are held."""
    journal = Journal("a")
    for number in range(1, 4):
        journal.serve(number)
    Receiver(engine).batch(SITE, journal.batch(1, 10), NOW)
    return journal


DAMAGE = {
    "a body": (update(schema.event).where(schema.event.c.seq == 5).values(body=b"{}"), "row 5"),
    "a time": (update(schema.event).where(schema.event.c.seq == 4).values(t_wall=1), "row 4"),
    "a lost row": (delete(schema.event).where(schema.event.c.seq == 3), "rows 3 to 3 are missing"),
    "a lost end": (delete(schema.event).where(schema.event.c.seq == 10), "rows 10 to 10 are miss"),
    "have too low": (update(schema.stream).values(have=8), "row 9 is beyond have 8"),
    "safe too high": (update(schema.stream).values(safe=11), "safe 11 is beyond have 10"),
    "another end": (update(schema.stream).values(digest="0" * 64), "is not that of row 10"),
    "a ticket": (update(schema.ticket).values(state="waiting"), "ticket 20261123-A001"),
    "a lost ticket": (delete(schema.ticket), "0 tickets are projected"),
    "a figure": (update(schema.queue_day).values(served=99), "queue_day"),
    "a series": (update(schema.series_high).values(last=0), "series_high"),
    "older rules": (update(schema.projection).values(version=0), f"version 0, not {VERSION}"),
}


@pytest.mark.parametrize("kind", list(DAMAGE))
def test_verify_finds(engine: Engine, journal: Journal, kind: str) -> None:
    assert journal.last == 16
    assert problems(engine) == ""
    statement, told = DAMAGE[kind]
    with writing(engine) as connection:
        connection.execute(statement)
    assert told in problems(engine)


def test_safe_moves_only_with_a_verified_backup(
    engine: Engine, journal: Journal, tmp_path: Path
) -> None:
    receiver = Receiver(engine)
    assert safe(receiver.batch(SITE, journal.batch(1, 10), NOW)) == 0

    def spoil(path: Path) -> None:
        with sqlite3.connect(path) as copy:
            copy.execute("UPDATE event SET body = X'7B7D' WHERE seq = 5")
        copy.close()

    with pytest.raises(BackupError, match="row 5 does not have its digest"):
        make_backup(engine, tmp_path / "b", NOW, copied=spoil)
    assert safe(receiver.batch(SITE, journal.batch(1, 10), NOW)) == 0
    with reading(engine) as connection:
        assert [each.kind for each in list_incidents(connection)] == ["backup_failed"]
        assert connection.execute(select(schema.backup)).all() == []
    made = make_backup(engine, tmp_path / "b", NOW)
    assert (made.generation, made.events) == (1, 10)
    answer = receiver.batch(SITE, journal.batch(9, 16), NOW)
    assert isinstance(answer, Ack)
    assert (answer.upto, answer.safe, answer.generation) == (16, 10, 1)
    assert make_backup(engine, tmp_path / "b", NOW).generation == 2
    assert safe(receiver.batch(SITE, journal.batch(16), NOW)) == 16
    assert problems(engine) == ""


def test_a_copy_cut_short_is_not_good(engine: Engine, journal: Journal, tmp_path: Path) -> None:
    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(BackupError, match="nothing was marked safe"):
        make_backup(engine, tmp_path, NOW, copied=cut)
    assert safe(Receiver(engine).batch(SITE, journal.batch(1, 10), NOW)) == 0


def test_a_restored_backup_is_the_hub_it_was(
    engine: Engine, journal: Journal, tmp_path: Path, database_url: str
) -> None:
    before = export(engine)
    made = make_backup(engine, tmp_path / "b", NOW)
    restore(database_url, tmp_path / "b" / made.file, NOW)
    again = open_engine(database_url)
    assert export(again) == before
    assert problems(again) == ""
    # everything held is in that backup, and new rows find their ids
    answer = Receiver(again).batch(SITE, journal.batch(10, 16), NOW)
    assert (safe(answer), answer.generation) == (10, 1)
    Receiver(again).batch(SITE, b"junk", NOW)
    assert make_backup(again, tmp_path / "b2", NOW).generation == 2
    assert problems(again) == ""
    again.dispose()


def test_rows_lost_with_an_old_backup_are_declared(
    engine: Engine, journal: Journal, tmp_path: Path, database_url: str
) -> None:
    made = make_backup(engine, tmp_path / "b", NOW)
    restore(database_url, tmp_path / "b" / made.file, NOW)
    again = open_engine(database_url)
    # meanwhile a newer backup let the office purge rows 1 to 12
    hello = journal.hello(journal.state(first_available=13, acked=14))
    answer = Receiver(again).hello(SITE, hello, NOW)
    assert isinstance(answer, Resume)
    assert [each.have for each in answer.streams] == [12]
    assert isinstance(Receiver(again).batch(SITE, journal.batch(13), NOW), Ack)
    with reading(again) as connection:
        [gap] = list_incidents(connection)
    assert "rows 11 to 12" in gap.detail
    assert problems(again) == ""
    again.dispose()


def test_a_backup_after_a_restore_never_takes_the_place_of_a_newer_one(
    engine: Engine, journal: Journal, tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "b"
    older = make_backup(engine, folder, NOW)
    Receiver(engine).batch(SITE, journal.batch(11, 16), NOW)
    newer = make_backup(engine, folder, NOW)
    restore(database_url, folder / older.file, NOW)
    again = open_engine(database_url)
    made = make_backup(again, folder, NOW)
    assert (older.generation, newer.generation, made.generation) == (1, 2, 3)
    # the person who took the wrong one can still take the right one
    assert check_backup(folder / newer.file, NOW) == newer
    again.dispose()


def test_a_damaged_backup_is_not_restored(engine: Engine, journal: Journal, tmp_path: Path) -> None:
    assert journal.last == 16
    path = tmp_path / make_backup(engine, tmp_path, NOW).file
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BackupError, match="SHA-256"):
        check_backup(path, NOW)
    with pytest.raises(BackupError, match="not a backup file"):
        check_backup(tmp_path / "absent", NOW)


def test_a_database_with_events_is_moved_aside_or_kept(
    engine: Engine, journal: Journal, tmp_path: Path, migrated_url: str
) -> None:
    assert journal.last == 16
    path = tmp_path / "b" / make_backup(engine, tmp_path / "b", NOW).file
    engine.dispose()
    if engine.dialect.name == "postgresql":
        with pytest.raises(BackupError, match="holds events"):
            restore(migrated_url, path, NOW)
        return
    restore(migrated_url, path, NOW)
    [aside] = tmp_path.glob("hub.sqlite3.before-restore-*[0-9]")
    with sqlite3.connect(aside) as old:
        assert old.execute("SELECT count(*) FROM event").fetchone() == (10,)
    old.close()


def test_readers_do_not_keep_the_writer_waiting(engine: Engine, journal: Journal) -> None:
    with reading(engine) as connection:
        before = connection.execute(text("SELECT count(*) FROM event")).scalar()
        answer = Receiver(engine).batch(SITE, journal.batch(11), NOW)
        assert isinstance(answer, Ack)
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == before
