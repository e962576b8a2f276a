"""The export and the audit."""

import json
from pathlib import Path

import pytest

from motcua_contract.facts.office import HelpCalled
from motcua_edge.domain.fold import fold
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.rows import load
from motcua_edge.journal import schema
from motcua_edge.journal.tools import begun, export_jsonl, verify_journal
from support.journals import Desk, instant, issued, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def two_starts(path: Path) -> None:
    first = opened(path)
    await Desk(first).morning(5)
    first.close()
    second = opened(path)
    await Desk(second).commit(issued(6), HelpCalled(device="kiosk"))
    second.close()


def change(path: Path, sql: str) -> None:
    connection = schema.connect_writer(path)
    for trigger in ("event_never_changes", "event_leaves_by_purge_only"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("DROP TRIGGER incarnation_never_changes")
    connection.execute(sql)
    connection.close()


async def test_a_sound_journal_has_no_problems(path: Path):
    await two_starts(path)
    assert verify_journal(path) == []


async def test_the_rows_are_the_fold_of_the_entries(path: Path):
    await two_starts(path)
    journal = opened(path)
    folded = fold(OfficeState(), ((e.fact(), e.at) for e in journal.reader.export()))
    assert folded == load(journal.load_rows())
    journal.close()


async def test_an_audit_of_a_journal_in_use_sees_one_moment(path: Path):
    journal = opened(path)
    await Desk(journal).morning(3)
    assert verify_journal(path) == []
    journal.close()


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("DELETE FROM event WHERE seq = 3", "expected number 3"),
        ("UPDATE event SET t_wall = t_wall + 1 WHERE seq = 2", "digest"),
        ("DELETE FROM state_tickets WHERE key LIKE '%A002'", "state_tickets"),
        ("UPDATE stream SET acked = 99", "acknowledged 99"),
        ("UPDATE incarnation SET parent_last_seq = 3 WHERE parent_last_seq > 0", "parent"),
        ("UPDATE incarnation SET parent_jid = zeroblob(16)", "parent is 0000"),
    ],
)
async def test_the_audit_finds(path: Path, sql: str, where: str):
    await two_starts(path)
    change(path, sql)
    assert where in " / ".join(str(problem) for problem in verify_journal(path))


async def test_the_audit_finds_a_number_given_out_twice(path: Path):
    journal = opened(path)
    desk = Desk(journal)
    await desk.morning(3)
    await desk.commit(issued(3))
    journal.close()
    assert any("more than once" in str(problem) for problem in verify_journal(path))


async def test_the_export_is_one_line_for_each_entry_in_order(path: Path):
    await two_starts(path)
    lines = [json.loads(line) for line in export_jsonl(path)]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3]
    assert set(lines[0]) == {
        *("jid", "seq", "eid", "type", "boot", "t_mono", "t_wall", "clock"),
        *("business_day", "body", "digest"),
    }
    assert lines[2]["body"]["label"] == "A001"
    assert lines[0]["t_wall"] == instant().wall


def test_a_file_whose_first_start_was_cut_off_is_no_journal_yet(path: Path) -> None:
    assert not begun(path)
    path.touch()
    assert not begun(path)
    schema.connect_writer(path).close()
    assert not begun(path)
    opened(path).close()
    assert begun(path)


def test_a_file_that_cannot_be_read_counts_as_a_journal_so_that_it_is_audited(path: Path) -> None:
    path.write_bytes(b"x" * 5000)
    assert begun(path)
    assert verify_journal(path)
