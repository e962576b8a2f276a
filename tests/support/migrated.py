"""Migrated SQLite databases without rows: migrated once in a process, then copied."""

import functools
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from motcua_hub.store.engine import open_engine
from motcua_hub.store.migrate import upgrade


@functools.cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.sqlite3"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


def lay(path: Path) -> str:
    """Put one there; its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_content())
    return f"sqlite:///{path}"


def fresh(path: Path) -> Engine:
    """An engine on a new one."""
    return open_engine(lay(path))
