"""A hub's database of each kind, and the desk."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from motcua_hub.store.engine import open_engine
from motcua_hub.store.migrate import upgrade
from support.incidents import Hub


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def hub(engine: Engine) -> Hub:
    return Hub(engine)
