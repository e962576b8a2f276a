"""A hub of the test's own."""

import shutil

import pytest

from support.hub_seed import HubWeb


@pytest.fixture
def hub(tmp_path, migrated_file):
    state_dir = tmp_path / "state"
    state_dir.mkdir()
    shutil.copyfile(migrated_file, state_dir / "hub.sqlite3")
    made = HubWeb(state_dir)
    yield made
    made.close()


@pytest.fixture
def hub_on_both(tmp_path, migrated_url):
    """On SQLite and on PostgreSQL."""
    made = HubWeb(tmp_path / "state", url=migrated_url)
    yield made
    made.close()
