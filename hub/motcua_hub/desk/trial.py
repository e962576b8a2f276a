"""A round on trial: all of it against a view that nobody waits for, stopped before its first write.

Most rounds have nothing to say. Those never take the lock that ingest needs.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, event

_VIEW: Final = "BEGIN"
"""A view of SQLite begins so; what is to write begins with more words."""


class WouldWriteError(Exception):
    """Something is to be written, or a row to be locked."""


@contextlib.contextmanager
def trial(connection: Connection) -> Iterator[None]:
    """Inside the block `connection` only looks; WouldWriteError instead of anything else."""
    event.listen(connection, "before_cursor_execute", _only_looks)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", _only_looks)


def _only_looks(
    _connection: object,
    _cursor: object,
    statement: str,
    _parameters: object,
    _context: object,
    _many: object,
) -> None:
    words = statement.strip().upper()
    if words == _VIEW:
        return
    if not words.startswith(("SELECT", "WITH")) or "FOR UPDATE" in words:
        raise WouldWriteError
