"""Fixtures for all tests, and the rule that tests talk to loopback only."""

import gc
import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS.parent / "tools")]
# the programs that tests start, hundreds of times, are installed ones: compiled once, then loaded
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
LOOPBACK = ["127.0.0.1", "::1"]
LONGEST = ("test_evidence.py", "test_morning.py")
LONG_FIRST = ("crash", "simulation", "e2e", "e2e_hub", "integration")

pytest_plugins: list[str] = ["support.broker", "support.postgres", "support.browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests get no network at all; the others get loopback."""
    for item in items:
        if TESTS / "unit" not in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: nothing to look for among them again."""
    gc.collect()
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    """Files that take minutes begin first, or one worker is left with them in the end."""
    if item.path.name in LONGEST:
        return -1
    folder = item.path.relative_to(TESTS).parts[0] if TESTS in item.path.parents else ""
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)
