"""A hub of the test's own, with its pages: on SQLite, or on both kinds of database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hub_seed import HubWeb


@pytest.fixture
def hub(tmp_path: Path, migrated_file: Path) -> Iterator[HubWeb]:
    """On SQLite."""
    state_dir = tmp_path / "state"
    state_dir.mkdir()
    shutil.copyfile(migrated_file, state_dir / "hub.sqlite3")
    made = HubWeb(state_dir)
    yield made
    made.close()


@pytest.fixture
def hub_on_both(tmp_path: Path, migrated_url: str) -> Iterator[HubWeb]:
    """On SQLite and on PostgreSQL."""
    made = HubWeb(tmp_path / "state", url=migrated_url)
    yield made
    made.close()
