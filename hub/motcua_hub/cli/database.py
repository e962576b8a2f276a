"""Opening the configured database for a command."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Engine

from motcua_hub.config import HubConfig
from motcua_hub.store.engine import open_engine
from motcua_hub.store.migrate import upgrade


@contextlib.contextmanager
def opened(config: HubConfig) -> Iterator[Engine]:
    """The hub's database, brought to this version's schema."""
    engine = open_engine(config.url)
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()
