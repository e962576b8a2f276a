"""Tokens for programs that use the API: `Authorization: Bearer …`. Only their hash is stored.

A token belongs to an account: what is done with it, that account did. One of no account (issued
before tokens had one) may read until it is revoked, and writes nothing.
"""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Select, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.web.security import accounts, audit
from motcua_hub.web.security.sessions import sha256

PREFIX: Final = "mch_"
READ: Final = "read"
WRITE: Final = "write"
_MAX_NAME: Final = 64


class TokenRefusedError(ValueError):
    """A token that cannot be issued; the message says why and what to do."""


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """An issued token without its secret; times are UTC ms. `scope` is `read` or `write`.

    `account` and `role` are those of the account it belongs to, empty for none.
    """

    name: str
    scope: str
    account: str
    role: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None


def create_api_token(
    engine: Engine,
    name: str,
    now: int,
    *,
    account: str = "",
    expires_at: int | None = None,
    scope: str = READ,
) -> str:
    """Issue a token and return it, for the only time.

    Args:
        engine: The hub's database.
        name: The token's own.
        now: UTC ms.
        account: Whose it is; one that writes must be somebody's.
        expires_at: UTC ms; None: never.
        scope: `read` or `write`.

    Raises:
        TokenRefusedError: The name is taken or cannot be used, or the account is not there.
    """
    if not name.strip() or len(name) > _MAX_NAME:
        msg = f"token name {name!r} cannot be used: give 1 to {_MAX_NAME} characters"
        raise TokenRefusedError(msg)
    token = PREFIX + secrets.token_urlsafe(32)
    values = {"name": name, "token_sha256": sha256(token), "created_at": now, "scope": scope}
    try:
        with writing(engine) as connection:
            values["account"] = _owner(connection, account, scope)
            connection.execute(insert(schema.api_token).values(**values, expires_at=expires_at))
            detail = f"{scope}, of {account or 'nobody'}"
            action = audit.Action.TOKEN_CREATED
            audit.write(connection, now, "cli", action, subject=name, detail=detail)
    except IntegrityError as error:
        msg = f"a token named {name!r} was issued before: choose another name"
        raise TokenRefusedError(msg) from error
    return token


def _owner(connection: Connection, name: str, scope: str) -> int | None:
    if not name:
        if scope == READ:
            return None
        msg = "a token that writes must belong to an account; name it with --account"
        raise TokenRefusedError(msg)
    found = accounts.find(connection, name)
    if found is None:
        msg = f"there is no account {name!r}; `admin list` shows those there are"
        raise TokenRefusedError(msg)
    return found.id


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


def _select() -> Select[Any]:
    t, a = schema.api_token.c, schema.account.c
    account = func.coalesce(a.name, "").label("account")
    role = func.coalesce(a.role, "").label("role")
    columns = (t.name, t.scope, account, role, t.created_at, t.expires_at, t.revoked_at)
    joined = schema.api_token.outerjoin(schema.account, a.id == t.account)
    return select(*columns).select_from(joined)


def list_api_tokens(connection: Connection) -> tuple[ApiToken, ...]:
    """All tokens ever issued, newest first."""
    rows = connection.execute(_select().order_by(schema.api_token.c.id.desc()))
    return tuple(ApiToken(**row) for row in rows.mappings())


def living(connection: Connection, token: str, now: int) -> ApiToken | None:
    """The living token with this secret; None when there is none, or its account was disabled."""
    if not token.startswith(PREFIX):
        return None
    t, a = schema.api_token.c, schema.account.c
    row = connection.execute(
        _select().where(
            t.token_sha256 == sha256(token),
            t.revoked_at.is_(None),
            or_(t.expires_at.is_(None), t.expires_at > now),
            or_(t.account.is_(None), a.disabled_at.is_(None) & a.id.is_not(None)),
        )
    )
    found = row.mappings().one_or_none()
    return None if found is None else ApiToken(**found)
