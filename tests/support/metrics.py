"""Compares what a program shows at /metrics with docs/metrics.md."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"


def documented() -> set[str]:
    """The names that the document lists."""
    return set(re.findall(r"^\| `(motcua_\w+)` \|", DOCUMENT.read_text(), re.MULTILINE))


def undocumented(exposition: str) -> set[str]:
    """Names of ours in a scrape (text format) that the document does not list."""
    shown = set(re.findall(r"^# TYPE (motcua_\w+) ", exposition, re.MULTILINE))
    # `_created` accompanies counters and histograms and says since when they count
    return {name for name in shown - documented() if not name.endswith("_created")}
