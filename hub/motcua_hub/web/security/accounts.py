"""The hub's accounts. One admin is made at the first run; there is no default password.

Others are made at the command line: what one person asks for another one agrees to, so a hub that
is in use has two administrators at least.
"""

import re
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.web.security import audit
from motcua_hub.web.security.passwords import Passwords, check_strength

FIRST_RUN: Final = "web.first_run"
ADMIN: Final = "admin"
"""The role that may change what is written down."""
STAFF: Final = "staff"
"""Reads everything; takes incidents on, writes and signs minutes, gives commands to offices."""
ROLES: Final = (ADMIN, STAFF)
_NAME: Final = re.compile(r"[a-z0-9-]{3,32}")


class AccountRefusedError(ValueError):
    """An account that may not be made; `code` is the key of the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may log in."""

    id: int
    name: str
    role: str
    password_hash: str


def any_account(connection: Connection) -> bool:
    """Whether the first run is over."""
    return connection.execute(select(schema.account.c.id).limit(1)).first() is not None


def find(connection: Connection, name: str) -> Account | None:
    """The enabled account of this name."""
    a = schema.account.c
    row = (
        connection.execute(
            select(a.id, a.name, a.role, a.password_hash).where(
                a.name == name, a.disabled_at.is_(None)
            )
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else Account(**row)


def create_first_admin(
    engine: Engine, passwords: Passwords, *, name: str, password: str, now: int
) -> int:
    """Make the one admin and return its id; refused once any account exists.

    Raises:
        AccountRefusedError: the name cannot be used, or the first run is over.
        PasswordRefusedError: the password cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise AccountRefusedError("auth.username.bad")
    check_strength(password, name)
    hashed = passwords.hash(password)
    try:
        with writing(engine) as connection:
            return _insert_first(connection, name, hashed, now)
    except IntegrityError as error:
        raise AccountRefusedError("error.title.403") from error


def _insert_first(connection: Connection, name: str, hashed: str, now: int) -> int:
    # two first runs at once collide on this key, so that only one account can be made
    connection.execute(insert(schema.setting).values(key=FIRST_RUN, value=name))
    if any_account(connection):
        raise AccountRefusedError("error.title.403")
    values = {"name": name, "password_hash": hashed, "role": ADMIN, "created_at": now}
    account = schema.account
    made = insert(account).values(**values).returning(account.c.id)
    made_id: int = connection.execute(made).scalar_one()
    audit.write(connection, now, name, audit.Action.SETUP, subject=name)
    return made_id


def create(
    engine: Engine, passwords: Passwords, *, name: str, password: str, role: str, now: int
) -> int:
    """Make one more account and return its id.

    Raises:
        AccountRefusedError: The name cannot be used or is taken, or the first run is not over.
        PasswordRefusedError: The password cannot be used.
    """
    if not _NAME.fullmatch(name) or role not in ROLES:
        raise AccountRefusedError("auth.username.bad")
    check_strength(password, name)
    hashed = passwords.hash(password)
    values = {"name": name, "password_hash": hashed, "role": role, "created_at": now}
    account = schema.account
    try:
        with writing(engine) as connection:
            if not any_account(connection):
                raise AccountRefusedError("auth.account.first")
            made: int = connection.execute(
                insert(account).values(**values).returning(account.c.id)
            ).scalar_one()
            action = audit.Action.ACCOUNT_CREATED
            audit.write(connection, now, "cli", action, subject=name, detail=role)
    except IntegrityError as error:
        raise AccountRefusedError("auth.account.taken") from error
    return made


def disable(engine: Engine, name: str, now: int) -> bool:
    """End an account with its sessions and tokens; False when there is no such one in use.

    Raises:
        AccountRefusedError: It is the last administrator's.
    """
    account = schema.account
    with writing(engine) as connection:
        found = find(connection, name)
        if found is None:
            return False
        admins = [each for each in listing(connection) if each.role == ADMIN]
        if found.role == ADMIN and len(admins) == 1:
            raise AccountRefusedError("auth.account.last")
        mine = account.c.id == found.id
        connection.execute(update(account).where(mine).values(disabled_at=now))
        connection.execute(schema.session.delete().where(schema.session.c.account == found.id))
        audit.write(connection, now, "cli", audit.Action.ACCOUNT_DISABLED, subject=name)
    return True


def listing(connection: Connection) -> list[Account]:
    """The enabled accounts, by name."""
    a = schema.account.c
    query = select(a.id, a.name, a.role, a.password_hash).where(a.disabled_at.is_(None))
    rows = connection.execute(query.order_by(a.name)).mappings()
    return [Account(**row) for row in rows]


def set_password(
    engine: Engine, passwords: Passwords, *, name: str, password: str, now: int
) -> bool:
    """Give an account a new password and end its sessions; False when there is no such account."""
    check_strength(password, name)
    hashed = passwords.hash(password)
    with writing(engine) as connection:
        account = find(connection, name)
        if account is None:
            return False
        connection.execute(
            update(schema.account)
            .where(schema.account.c.id == account.id)
            .values(password_hash=hashed)
        )
        connection.execute(schema.session.delete().where(schema.session.c.account == account.id))
        audit.write(connection, now, "cli", audit.Action.PASSWORD_CHANGED, subject=name)
    return True
