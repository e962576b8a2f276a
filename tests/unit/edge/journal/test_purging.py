"""E4: what may leave, in which order, and what never may."""

import sqlite3
from pathlib import Path

import pytest

from motcua_contract.facts.office import DayOpened
from motcua_contract.vocabulary import ClockState
from motcua_edge.journal import Journal, purge
from support.journals import Desk, opened


async def with_days(path: Path, count: int) -> Journal:
    journal = opened(path)
    desk = Desk(journal)
    for n in range(count):
        day = f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}"
        await desk.commit(DayOpened(day=day, clock=ClockState.NTP))
    return journal


async def test_nothing_goes_before_it_is_acknowledged_and_safe(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 40)
    assert await journal.maintain() == 0
    await journal.ack(journal.jid, 41, 0)
    assert await journal.maintain() == 0
    await journal.ack(journal.jid, 41, 3)
    assert await journal.maintain() == 3
    journal.close()


async def test_thirty_five_business_days_stay(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 40)
    await journal.ack(journal.jid, 41, 41)
    await journal.maintain()
    assert len(journal.reader.business_days()) == 35
    assert await journal.maintain() == 0
    (stream,) = journal.reader.streams()
    assert (stream.purged, stream.last, stream.first_available) == (6, 41, 7)
    journal.close()


async def test_pressure_waives_age_but_not_safety(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 10)
    await journal.ack(journal.jid, 9, 5)
    steps = purge.plan(journal.reader, pressure=True)
    assert steps == [purge.Step(journal.jid, 5)]
    journal.close()


async def test_the_oldest_incarnation_goes_first(tmp_path: Path):
    first = await with_days(tmp_path / "journal.db", 3)
    first.close()
    second = await with_days(tmp_path / "journal.db", 3)
    for journal_id in (second.jid, first.jid):
        await second.ack(journal_id, 4, 4)
    steps = purge.plan(second.reader, pressure=True)
    assert [step.jid for step in steps] == [first.jid, second.jid]
    second.close()


async def test_a_number_is_never_given_twice_after_everything_was_purged(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 3)
    await journal.ack(journal.jid, 4, 4)
    journal._ballast = type("Gone", (), {"whole": False, "lay": lambda _self: False})()
    assert await journal.maintain() == 4
    assert journal.reader.tail(10) == []
    (entry,) = await Desk(journal).commit(DayOpened(day="2026-12-30", clock=ClockState.NTP))
    assert entry.seq == 5
    journal.close()


async def test_purged_never_falls(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 3)
    await journal.ack(journal.jid, 4, 4)
    await journal._writer.run(lambda store: store.purge(journal.jid, 3))
    await journal.rewind(journal.jid, 1, 1)
    (stream,) = journal.reader.streams()
    assert (stream.acked, stream.safe, stream.purged) == (1, 1, 3)
    connection = sqlite3.connect(journal.path)
    with pytest.raises(sqlite3.IntegrityError, match="only rises"):
        connection.execute("UPDATE stream SET purged = 2")
    connection.close()
    journal.close()


async def test_progress_only_rises_by_acks_and_only_falls_by_rewinds(tmp_path: Path):
    journal = await with_days(tmp_path / "journal.db", 5)
    await journal.ack(journal.jid, 5, 4)
    await journal.ack(journal.jid, 3, 2)
    (stream,) = journal.reader.streams()
    assert (stream.acked, stream.safe) == (5, 4)
    await journal.rewind(journal.jid, 6, 9)
    (stream,) = journal.reader.streams()
    assert (stream.acked, stream.safe) == (5, 4)
    journal.close()
