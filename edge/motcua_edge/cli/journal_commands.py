"""`motcua-edge journal export`, `tail` and `verify`."""

import sys
from pathlib import Path

from motcua_edge.journal.look import newest_lines
from motcua_edge.journal.tools import begun, export_jsonl, verify_journal


def export(path: Path) -> int:
    """Every event of the journal, one JSON object a line."""
    if not begun(path):
        return _absent(path)
    for line in export_jsonl(path):
        sys.stdout.write(line + "\n")
    return 0


def tail(path: Path, count: int) -> int:
    """The newest entries, for a person; the office may be running."""
    if not begun(path):
        return _absent(path)
    for line in newest_lines(path, count):
        sys.stdout.write(line + "\n")
    return 0


def verify(path: Path) -> int:
    """0 when the journal is whole; otherwise every problem on a line, and 1."""
    if not begun(path):
        return _absent(path)
    problems = verify_journal(path)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write("journal: whole\n" if not problems else f"{len(problems)} problems\n")
    return 1 if problems else 0


def _absent(path: Path) -> int:
    sys.stderr.write(f"motcua-edge: {path}: there is no journal yet; has the office run?\n")
    return 2
