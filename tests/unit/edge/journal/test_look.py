"""A technician's look at the newest entries."""

from pathlib import Path

from motcua_edge.journal.look import newest_lines
from support.journals import Desk, opened


async def test_the_newest_entries_are_shown_oldest_first_while_the_office_runs(tmp_path: Path):
    journal = opened(tmp_path / "journal.sqlite3")
    desk = Desk(journal)
    await desk.morning(tickets=3)
    lines = list(newest_lines(tmp_path / "journal.sqlite3", 2))
    journal.close()
    assert [line.split()[4] for line in lines] == ["ticket.issued/1", "ticket.issued/1"]
    assert "A002" in lines[0]
    assert "A003" in lines[1]
    assert lines[1].startswith("2026-11-23 ")
