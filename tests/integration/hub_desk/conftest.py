"""The desk, on a hub's database of each kind."""

import pytest
from sqlalchemy import Engine

from support.incidents import Hub


@pytest.fixture
def hub(engine: Engine) -> Hub:
    return Hub(engine)
