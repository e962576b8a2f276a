"""Tokens for programs that use the API: `Authorization: Bearer …`. Only their hash is stored."""

import secrets
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.web.security import audit
from motcua_hub.web.security.sessions import sha256

PREFIX: Final = "mch_"
READ: Final = "read"
WRITE: Final = "write"
_MAX_NAME: Final = 64


class TokenRefusedError(ValueError):
    """A token that cannot be issued; the message says why and what to do."""


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """An issued token without its secret; times are UTC ms. `scope` is `read` or `write`."""

    name: str
    scope: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None


def create_api_token(
    engine: Engine, name: str, now: int, *, expires_at: int | None = None, scope: str = READ
) -> str:
    """Issue a token and return it, for the only time; raise TokenRefusedError on a taken name."""
    if not name.strip() or len(name) > _MAX_NAME:
        msg = f"token name {name!r} cannot be used: give 1 to {_MAX_NAME} characters"
        raise TokenRefusedError(msg)
    token = PREFIX + secrets.token_urlsafe(32)
    values = {"name": name, "token_sha256": sha256(token), "created_at": now, "scope": scope}
    try:
        with writing(engine) as connection:
            connection.execute(insert(schema.api_token).values(**values, expires_at=expires_at))
            audit.write(connection, now, "cli", audit.Action.TOKEN_CREATED, subject=name)
    except IntegrityError as error:
        msg = f"a token named {name!r} was issued before: choose another name"
        raise TokenRefusedError(msg) from error
    return token


def revoke_api_token(engine: Engine, name: str, now: int) -> bool:
    """End a token; False when there is no living one of this name."""
    t = schema.api_token
    with writing(engine) as connection:
        done = connection.execute(
            update(t).where(t.c.name == name, t.c.revoked_at.is_(None)).values(revoked_at=now)
        )
        if not done.rowcount:
            return False
        audit.write(connection, now, "cli", audit.Action.TOKEN_REVOKED, subject=name)
    return True


def list_api_tokens(connection: Connection) -> tuple[ApiToken, ...]:
    """All tokens ever issued, newest first."""
    t = schema.api_token.c
    rows = connection.execute(
        select(t.name, t.scope, t.created_at, t.expires_at, t.revoked_at).order_by(t.id.desc())
    )
    return tuple(ApiToken(**row) for row in rows.mappings())


def living(connection: Connection, token: str, now: int) -> ApiToken | None:
    """The living token with this secret; None when there is none."""
    if not token.startswith(PREFIX):
        return None
    t = schema.api_token.c
    row = connection.execute(
        select(t.name, t.scope, t.created_at, t.expires_at, t.revoked_at).where(
            t.token_sha256 == sha256(token),
            t.revoked_at.is_(None),
            or_(t.expires_at.is_(None), t.expires_at > now),
        )
    )
    found = row.mappings().one_or_none()
    return None if found is None else ApiToken(**found)
