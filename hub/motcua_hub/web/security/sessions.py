"""Sessions of people: the cookie holds a random text, the database only its hash."""

import hashlib
import secrets
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from motcua_hub.store import schema

LIFETIME_MS: Final = 12 * 3600 * 1000
COOKIE: Final = "motcua_session"
VISIT_COOKIE: Final = "motcua_visit"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A living session; `csrf` is the secret behind its forms."""

    token_sha256: str
    account_id: int
    name: str
    role: str
    csrf: str
    expires_at: int


def sha256(text: str) -> str:
    """Hex SHA-256; what is stored instead of a secret."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def begin(connection: Connection, account_id: int, now: int) -> str:
    """Open a session and return the text of its cookie; sessions past their time are deleted."""
    s = schema.session
    token = secrets.token_urlsafe(32)
    connection.execute(delete(s).where(s.c.expires_at <= now))
    connection.execute(
        insert(s).values(
            token_sha256=sha256(token),
            account=account_id,
            csrf=secrets.token_hex(32),
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME_MS,
        )
    )
    return token


def find(connection: Connection, token: str, now: int) -> Session | None:
    """The living session of a cookie whose account is still enabled. Reads only."""
    s, a = schema.session, schema.account
    row = connection.execute(
        select(s.c.token_sha256, s.c.account, s.c.csrf, s.c.expires_at, a.c.name, a.c.role)
        .join(a, a.c.id == s.c.account)
        .where(
            s.c.token_sha256 == sha256(token),
            s.c.expires_at > now,
            a.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return Session(
        token_sha256=row.token_sha256,
        account_id=row.account,
        name=row.name,
        role=row.role,
        csrf=row.csrf,
        expires_at=row.expires_at,
    )


def end(connection: Connection, session: Session) -> None:
    """Close a session at once, everywhere."""
    s = schema.session
    connection.execute(delete(s).where(s.c.token_sha256 == session.token_sha256))


def count_open(connection: Connection, now: int) -> int:
    """How many sessions are alive."""
    s = schema.session
    statement = select(func.count()).select_from(s).where(s.c.expires_at > now)
    return connection.execute(statement).scalar_one()
