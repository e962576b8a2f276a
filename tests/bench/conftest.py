"""All ratios of a run in one table at its end."""

import json
import time

import pytest

from support.ratios import RATIOS

BEGUN = time.time() - 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what this run added to `ratios.jsonl`."""
    lines = RATIOS.read_text(encoding="utf-8").splitlines() if RATIOS.exists() else []
    found = [row for row in map(json.loads, lines) if row["at"] >= BEGUN]
    if not found:
        return
    terminalreporter.section("ratios")
    for row in sorted(found, key=lambda row: int(row["measure"].strip("P") or 0)):
        bare = f"{row['bare']:>12.2f}" if "bare" in row else " " * 12
        ratio = f"{row['ratio']:>8.2f}" if "ratio" in row else " " * 8
        figures = f"{row['ours']:>12.2f} {bare} {row['unit']:<6} {ratio}"
        terminalreporter.write_line(
            f"{row['measure']:<4} {row['what']:<62} {figures}  {row['reach']}"
        )
