"""A damaged file: set aside, salvaged, numbers advanced; and crashes in the middle of that."""

import sqlite3
from pathlib import Path

import pytest

from motcua_contract.facts.office import (
    HealthChanged,
    JournalStarted,
    ProcessStopped,
    SeriesAdvanced,
)
from motcua_edge.domain import rows
from motcua_edge.journal import JournalVersionError, opening, schema
from motcua_edge.journal.tools import verify_journal
from support.journals import DAY, Desk, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def a_day_at_the_office(path: Path, tickets: int = 15) -> dict[tuple[str, int], bytes]:
    journal = opened(path)
    await Desk(journal).morning(tickets)
    written = {(e.jid, e.seq): e.digest for e in journal.reader.export()}
    journal.close()
    return written


def damage_page_of(path: Path, needle: bytes) -> None:
    """Overwrite the middle of the page that holds `needle`."""
    raw = bytearray(path.read_bytes())
    at = raw.index(needle)
    raw[at : at + len(needle)] = b"\xee" * len(needle)
    path.write_bytes(raw)


def content(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)


def forge(path: Path, sql: str) -> None:
    connection = schema.connect_writer(path)
    connection.execute("DROP TRIGGER event_never_changes")
    connection.execute(sql)
    connection.close()


def facts_of(journal, kind: type) -> list:
    return [e.fact() for e in journal.reader.tail(100) if e.type == kind.TYPE]


async def test_a_flipped_byte_in_an_entry_is_found_and_the_rest_is_saved(path: Path):
    written = await a_day_at_the_office(path)
    damage_page_of(path, b'"label":"A007","series"')
    journal = opened(path)
    (problem,) = journal.opened.problems
    assert "does not match its digest" in problem
    saved = {(e.jid, e.seq): e.digest for e in journal.reader.export() if e.jid != journal.jid}
    assert saved.items() <= written.items()
    assert len(written) - len(saved) == 1
    journal.close()


async def test_the_damaged_file_is_kept_unchanged_with_its_log(path: Path):
    await a_day_at_the_office(path)
    damage_page_of(path, b'"label":"A007","series"')
    before = content(path)
    journal = opened(path)
    aside = path.with_name(journal.opened.aside)
    assert content(aside) == before
    assert not path.with_name(path.name + ".new").exists()
    journal.close()


async def test_numbers_go_on_past_any_that_can_have_been_printed(path: Path):
    await a_day_at_the_office(path, tickets=15)
    damage_page_of(path, b'"label":"A015","series"')
    journal = opened(path, series=("A", "B"))
    (advanced, other) = facts_of(journal, SeriesAdvanced)
    assert (advanced.day, advanced.series, advanced.number) == (DAY, "A", 100)
    assert (other.series, other.number) == ("B", 100)
    assert rows.load(journal.load_rows()).series[f"{DAY}/A"].last == 100
    journal.close()


async def test_one_incident_is_recorded_and_the_start_says_what_was_saved(path: Path):
    written = await a_day_at_the_office(path)
    damage_page_of(path, b'"label":"A007","series"')
    journal = opened(path)
    (incident,) = facts_of(journal, HealthChanged)
    assert (incident.component, incident.code) == ("journal", "journal_recovered")
    assert journal.opened.aside in incident.detail
    started = facts_of(journal, JournalStarted)[-1]
    assert started.unclean
    assert started.salvaged == len(written) - 1
    assert started.parent_jid == next(iter(written))[0]
    assert journal.condition().recovered
    journal.close()
    again = opened(path)
    assert again.opened.problems == ()
    assert not again.condition().recovered
    again.close()


async def test_a_file_that_is_no_database_at_all_starts_blind_numbers(path: Path):
    put(path, b"\0garbage" * 4_000)
    journal = opened(path, series=("A", "B"))
    advanced = facts_of(journal, SeriesAdvanced)
    assert [(f.series, f.number) for f in advanced] == [("A", 500), ("B", 500)]
    assert facts_of(journal, HealthChanged)
    journal.close()
    assert verify_journal(path) == []


async def test_unreadable_state_rows_are_folded_anew_from_the_entries(path: Path):
    await a_day_at_the_office(path)
    before = opened(path)
    expected = rows.load(before.load_rows())
    before.close()
    forge(path, "UPDATE state_tickets SET body = CAST('[]' AS BLOB)")
    journal = opened(path)
    state = rows.load(journal.load_rows())
    assert state.tickets == expected.tickets
    assert state.office.day == DAY
    journal.close()


async def test_a_forged_digest_is_found(path: Path):
    await a_day_at_the_office(path)
    forge(path, "UPDATE event SET body = CAST('{}' AS BLOB) WHERE seq = 3")
    assert any("digest" in str(problem) for problem in verify_journal(path))
    journal = opened(path)
    assert journal.opened.problems
    journal.close()


async def test_entries_in_the_hubs_backup_are_not_checked_at_every_start(path: Path):
    journal = opened(path)
    await Desk(journal).morning(10)
    await journal.ack(journal.jid, 11, 11)
    journal.close()
    forge(path, "UPDATE event SET body = CAST('{}' AS BLOB) WHERE seq = 3")
    again = opened(path)
    assert again.opened.problems == ()
    again.close()
    assert any("digest" in str(problem) for problem in verify_journal(path))


async def test_progress_survives_a_recovery(path: Path):
    journal = opened(path)
    jid = journal.jid
    await Desk(journal).morning(10)
    await journal.ack(jid, 6, 4)
    journal.close()
    damage_page_of(path, b'"label":"A008","series"')
    again = opened(path)
    stream = next(s for s in again.reader.streams() if s.jid == jid)
    assert (stream.acked, stream.safe) == (6, 4)
    assert stream.first_unacked == 7
    again.close()


@pytest.mark.parametrize("stage", ["aside", "new", "swap"])
async def test_a_crash_in_the_middle_of_a_recovery_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
):
    written = await a_day_at_the_office(path)
    damage_page_of(path, b'"label":"A007","series"')

    def crash(*_arguments: object) -> None:
        raise KeyboardInterrupt

    target = {"aside": "salvage", "new": "_carry", "swap": "_remove"}[stage]
    with monkeypatch.context() as patch:
        if stage == "swap":
            patch.setattr(opening, "_complete", crash)
        else:
            patch.setattr(opening, target, crash)
        with pytest.raises(KeyboardInterrupt):
            opened(path)
    journal = opened(path)
    saved = {(e.jid, e.seq) for e in journal.reader.export()}
    lost = {key for key in written if key not in saved}
    assert len(lost) == 1
    assert facts_of(journal, SeriesAdvanced)
    journal.close()


async def test_a_stop_that_was_not_clean_is_said(path: Path):
    journal = opened(path)
    await Desk(journal).commit(ProcessStopped(reason="test"))
    journal.close()
    clean = opened(path)
    assert not clean.opened.unclean
    clean.close()
    unclean = opened(path)
    assert unclean.opened.unclean
    assert facts_of(unclean, JournalStarted)[-1].unclean
    unclean.close()


async def test_a_file_of_a_newer_program_is_left_alone(path: Path):
    opened(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(JournalVersionError, match="install a newer one"):
        opened(path)
    assert not list(path.parent.glob("*.bad-*"))


async def test_an_empty_file_is_a_new_journal(path: Path):
    put(path, b"")
    journal = opened(path)
    assert journal.opened.problems == ()
    journal.close()
