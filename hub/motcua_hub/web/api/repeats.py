"""Calls that are made again: an idempotency key gives the answer of the first time.

The key, what was done and the answer are written in one transaction. Whoever calls again while the
first call still runs waits for it: SQLite lets one write at a time, PostgreSQL makes the second
insert of the same key wait.
"""

import hashlib
import re
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new
from motcua_hub.web.api.openapi import KEY_PATTERN
from motcua_hub.web.api.operation import ApiError, Call

KEPT_MS: Final = 24 * 3_600_000
_KEY: Final = re.compile(KEY_PATTERN)
table: Final = schema.api_call


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the first call was answered."""

    status: int
    answer: str


def key_of(text: str | None) -> str:
    """The key that a call brings, empty for none. ApiError when it can be none."""
    if text is None:
        return ""
    if not _KEY.fullmatch(text):
        msg = f"Idempotency-Key must fit {KEY_PATTERN}"
        raise ApiError(400, "bad_key", msg)
    return text


def digest(asked: bytes) -> str:
    """What tells one call from another, in hex."""
    return hashlib.sha256(asked).hexdigest()


def claim(connection: Connection, call: Call, key: str, asked: str) -> Kept | None:
    """Take a key for a call; the answer when the same call was made before.

    Raises:
        ApiError: It was used for another call (422).
    """
    connection.execute(delete(table).where(table.c.at < call.now - KEPT_MS))
    row = {"account": call.actor, "idempotency_key": key, "asked": asked, "at": call.now}
    insert_new(connection, table, [row])
    held = connection.execute(
        select(table.c.asked, table.c.status, table.c.answer).where(
            table.c.account == call.actor, table.c.idempotency_key == key
        )
    ).one()
    if held.asked != asked:
        msg = "this Idempotency-Key was used for another call; make a new one for each"
        raise ApiError(422, "key_used", msg)
    return None if held.status is None else Kept(status=held.status, answer=held.answer)


def keep(connection: Connection, call: Call, key: str, status: int, answer: str) -> None:
    """Keep what was answered, in the transaction of what was done."""
    mine = (table.c.account == call.actor) & (table.c.idempotency_key == key)
    connection.execute(update(table).where(mine).values(status=status, answer=answer))
