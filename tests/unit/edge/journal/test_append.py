"""Appending: numbers, digests, group commit, and what a failed write means."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from motcua_contract.facts.office import HelpCalled, JournalStarted
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant
from motcua_edge.domain.rows import RowChange
from motcua_edge.journal import Journal, JournalLockedError, Origin

ORIGIN = Origin(hardware="pi-1", version="1.0")
NOW = Instant(wall=1_795_000_000_000, mono=5_000, clock=ClockState.NTP, boot="boot-1")


def opened(folder: Path) -> Journal:
    return Journal.open(folder / "journal.db", ORIGIN, NOW)


async def test_the_first_entry_of_a_process_says_that_it_started(tmp_path: Path):
    journal = opened(tmp_path)
    (first,) = journal.reader.tail(10)
    assert (first.jid, first.seq) == (journal.jid, 1)
    assert first.fact() == JournalStarted(
        hardware="pi-1", version="1.0", boot="boot-1", boot_ms=5_000, clock=ClockState.NTP
    )
    journal.close()


async def test_entries_are_numbered_from_one_without_holes(tmp_path: Path):
    journal = opened(tmp_path)
    appends = [
        journal.append([HelpCalled(device=f"k{n}")], [], business_day="2026-11-23", now=NOW)
        for n in range(50)
    ]
    written = [entry for entries in await asyncio.gather(*appends) for entry in entries]
    assert [entry.seq for entry in written] == list(range(2, 52))
    assert journal.reader.events_after(journal.jid, 1, 500, 10**6) == written
    assert all(entry.digest == entry.true_digest() for entry in written)
    journal.close()


async def test_rows_are_written_with_the_facts_and_deleted_by_none(tmp_path: Path):
    journal = opened(tmp_path)
    await journal.append([], [RowChange("tickets", "t1", b"{}")], business_day="", now=NOW)
    assert journal.load_rows()["tickets"] == {"t1": b"{}"}
    await journal.append([], [RowChange("tickets", "t1", None)], business_day="", now=NOW)
    assert journal.load_rows()["tickets"] == {}
    journal.close()


async def test_a_second_process_cannot_open_the_same_journal(tmp_path: Path):
    journal = opened(tmp_path)
    with pytest.raises(JournalLockedError, match="another process"):
        opened(tmp_path)
    journal.close()
    opened(tmp_path).close()


async def test_a_reader_cannot_write(tmp_path: Path):
    journal = opened(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        journal.reader._all("DELETE FROM event")
    journal.close()


async def test_every_process_start_is_a_new_incarnation_after_its_parent(tmp_path: Path):
    first = opened(tmp_path)
    await first.append([HelpCalled(device="k")], [], business_day="", now=NOW)
    first.close()
    second = opened(tmp_path)
    assert second.jid != first.jid
    streams = second.reader.streams()
    assert [(s.jid, s.parent_jid, s.parent_last_seq, s.last) for s in streams] == [
        (first.jid, None, 0, 2),
        (second.jid, first.jid, 2, 1),
    ]
    second.close()
