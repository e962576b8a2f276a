"""A technician's look at the newest entries, while the office runs: read-only, any SQLite tool."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from motcua_edge.domain.localtime import local

_NEWEST = (
    "SELECT seq, type, t_wall, clock, business_day, body"
    " FROM event ORDER BY rowid DESC LIMIT :count"
)


def newest_lines(path: Path, count: int) -> Iterator[str]:
    """The newest `count` entries, oldest first: local time, number, type, body."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    try:
        rows = list(Database(connection).query(_NEWEST, {"count": count}))
    finally:
        connection.close()
    for row in reversed(rows):
        at = local(row["t_wall"]).strftime("%Y-%m-%d %H:%M:%S")
        body = bytes(row["body"]).decode()
        yield f"{at} {row['clock']:<5} {row['seq']:>6}  {row['type']:<24} {body}"
