"""The outbox: messages that must reach somebody. Written in the transaction that decides them.

`enqueue` is for everybody; the same key is the same message and is sent once. What becomes of a
message is read with `standings`. Sending itself is `motcua_hub.sending`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

table: Final = schema.outbox
MOST: Final = {"key": 160, "address": 320, "name": 120, "subject": 400}
_PAGE: Final = 400


class Channel(StrEnum):
    """Ways to reach somebody; stored and named in configurations."""

    EMAIL = "email"
    SMS = "sms"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"
    ZALO = "zalo"


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    """The receiving server took it."""
    DEAD = "dead"
    """Nobody took it; a person decides."""
    CANCELLED = "cancelled"
    """It lost its meaning before anybody got it."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message. Times are UTC ms."""

    id: int
    key: str
    channel: str
    address: str
    name: str
    kind: str
    state: str
    attempts: int
    created_at: int
    due_at: int
    ended_at: int | None
    uncertain: bool
    trouble: str


_STANDING: Final = tuple(table.c[name] for name in Standing.__struct_fields__)


def enqueue(  # noqa: PLR0917 - what every message has
    connection: Connection,
    key: str,
    channel: str,
    address: str,
    subject: str,
    body: str,
    *,
    now: int,
    kind: str = "notice",
    name: str = "",
    data: Mapping[str, str] | None = None,
    incident: int | None = None,
    contact: int | None = None,
    severity: int = 4,
    due_at: int | None = None,
    after: str | None = None,
) -> bool:
    """Have a message sent, once, however often this is called with its key.

    Args:
        connection: Of the transaction that decides to tell somebody.
        key: Up to 160 characters, beginning with the part that sends: `notice:12:province:1`.
        channel: One of `Channel`.
        address: E-mail address, phone number, chat id, or URL.
        subject: One line; channels without subjects leave it out.
        body: Plain text; the channel cuts what it cannot carry.
        now: UTC ms.
        kind: What it is, for people and figures.
        name: Whom the address belongs to.
        data: Values for templates (Zalo) and for programs (webhook).
        incident: What it is about.
        contact: Row of the directory.
        severity: 1 goes before 4.
        due_at: Not before this moment, UTC ms.
        after: Key of a message; this one goes out only if that one went out.

    Returns:
        False when the key was there before.

    Raises:
        ValueError: The key, the address, the channel or the text is empty, or the key too long.
    """
    row = _checked(key, channel, address, body)
    if connection.scalar(select(table.c.id).where(table.c.key == key)) is not None:
        return False
    row |= {
        "name": name[: MOST["name"]],
        "subject": " ".join(subject.split())[: MOST["subject"]],
        "data": msgspec.json.encode(dict(data or {})).decode(),
        "kind": kind,
        "incident": incident,
        "contact": contact,
        "severity": severity,
        "created_at": now,
        "due_at": now if due_at is None else max(due_at, now),
        "after": after,
    }
    insert_new(connection, table, [row])
    return True


def _checked(key: str, channel: str, address: str, body: str) -> dict[str, Any]:
    """What no message can do without. Raises ValueError."""
    said = {"key": key, "channel": Channel(channel).value, "address": address.strip()}
    if not all(said.values()) or not body.strip() or len(key) > MOST["key"]:
        msg = f"message {key[:80]!r} to {channel}: key, address and text must be there, and short"
        raise ValueError(msg)
    if len(said["address"]) > MOST["address"]:
        msg = f"message {key!r}: an address of more than {MOST['address']} characters"
        raise ValueError(msg)
    return {**said, "body": body}


def standings(connection: Connection, keys: Iterable[str]) -> dict[str, Standing]:
    """What became of the messages with these keys; unknown keys are left out."""
    wanted = sorted(set(keys))
    found: dict[str, Standing] = {}
    for start in range(0, len(wanted), _PAGE):
        query = select(*_STANDING).where(table.c.key.in_(wanted[start : start + _PAGE]))
        for row in connection.execute(query).mappings():
            found[row["key"]] = Standing(**row)
    return found


def of_incident(connection: Connection, incident: int) -> list[Standing]:
    """All messages about an incident, oldest first."""
    query = select(*_STANDING).where(table.c.incident == incident).order_by(table.c.id)
    return [Standing(**row) for row in connection.execute(query).mappings()]


def cancel(connection: Connection, key: str, now: int, why: str) -> bool:
    """Take a message back that no attempt was made to send; False when it is too late."""
    done = connection.execute(
        update(table)
        .where(table.c.key == key, table.c.state == State.WAITING.value, table.c.attempts == 0)
        .values(state=State.CANCELLED.value, ended_at=now, trouble=why[:400])
    )
    return done.rowcount == 1
