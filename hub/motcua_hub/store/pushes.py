"""Targets that call by themselves: a secret address each, and when they called last.

issue(connection, target, now, by) -> token       shown this once; only its hash is kept
revoke(connection, target, now) -> int            all addresses of a target
heard(connection, token, now) -> str | None       the target that called, None: no such token
latest(connection, since) -> dict[target, at]     who called since
"""

import hashlib
import secrets
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from motcua_hub.store import schema

PREFIX: Final = "mcp_"
_LONGEST: Final = 128
table: Final = schema.push_token


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(connection: Connection, target: str, now: int, by: str) -> str:
    """A new secret by which a target says that it lives."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = {"token_sha256": _sha256(token), "target": target, "created_at": now}
    connection.execute(insert(table).values(**row, created_by=by[:64]))
    return token


def revoke(connection: Connection, target: str, now: int) -> int:
    """End all secrets of a target; how many there were."""
    living = (table.c.target == target) & table.c.revoked_at.is_(None)
    return connection.execute(update(table).where(living).values(revoked_at=now)).rowcount


def target_of(connection: Connection, token: str) -> str | None:
    """Whose living secret this is."""
    if not token.startswith(PREFIX) or len(token) > _LONGEST:
        return None
    query = select(table.c.target).where(
        table.c.token_sha256 == _sha256(token), table.c.revoked_at.is_(None)
    )
    return connection.execute(query).scalar_one_or_none()


def heard(connection: Connection, token: str, now: int) -> None:
    """The target of this secret called."""
    mine = table.c.token_sha256 == _sha256(token)
    connection.execute(update(table).where(mine).values(heard_at=now))


def latest(connection: Connection, since: int) -> dict[str, int]:
    """Targets that called after `since` (UTC ms), and when last."""
    last = func.max(table.c.heard_at)
    query = select(table.c.target, last).where(table.c.heard_at > since).group_by(table.c.target)
    return {target: int(at) for target, at in connection.execute(query)}
