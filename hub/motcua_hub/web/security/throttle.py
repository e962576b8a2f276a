"""Slows down guessing: failed attempts are counted in the database, for all hub processes.

Counted by (name, address), so that a stranger cannot lock the admin out from elsewhere, and by
address and in all, so that many names or many addresses help little.
"""

import math
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from motcua_hub.store import schema
from motcua_hub.web.security.sessions import sha256

WINDOW_MS: Final = 5 * 60_000
PER_NAME_AND_ADDRESS: Final = 5
PER_ADDRESS: Final = 20
IN_ALL: Final = 200


def minutes_to_wait(connection: Connection, name: str, address: str, now: int) -> int:
    """0 when another attempt is allowed now, otherwise in how many minutes (rounded up)."""
    f = schema.login_failure.c
    mine = (f.address == address) & (f.name_sha256 == sha256(name))
    waits = (
        _wait(connection, mine, PER_NAME_AND_ADDRESS, now),
        _wait(connection, f.address == address, PER_ADDRESS, now),
        _wait(connection, f.at > 0, IN_ALL, now),
    )
    return math.ceil(max(waits) / 60_000)


def _wait(connection: Connection, which: ColumnElement[bool], limit: int, now: int) -> int:
    f = schema.login_failure.c
    recent = (which) & (f.at > now - WINDOW_MS)
    n, newest = connection.execute(select(func.count(), func.max(f.at)).where(recent)).one()
    return max(0, int(newest) + WINDOW_MS - now) if n >= limit else 0


def failed(connection: Connection, name: str, address: str, now: int) -> None:
    """Count a failure; failures older than the window are forgotten."""
    f = schema.login_failure
    connection.execute(delete(f).where(f.c.at <= now - WINDOW_MS))
    connection.execute(insert(f).values(at=now, name_sha256=sha256(name), address=address[:64]))


def succeeded(connection: Connection, name: str, address: str) -> None:
    """Forget the failures of this name from this address."""
    f = schema.login_failure
    connection.execute(
        delete(f).where(f.c.name_sha256 == sha256(name), f.c.address == address[:64])
    )
