"""A hub of the test's own."""

import pytest

from support.hub_seed import HubWeb


@pytest.fixture
def hub(tmp_path):
    made = HubWeb(tmp_path / "state")
    yield made
    made.close()
