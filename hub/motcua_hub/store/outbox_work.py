"""The sender's side of the outbox: claims, outcomes, dead letters, figures.

A message is claimed (`sending`) and committed before the first byte leaves. Whatever is found in
that state by the next start was interrupted: its reader may have it, and it is sent again.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, update

from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.book import Kind, round_of
from motcua_hub.domain.routing.onward import UNDELIVERED
from motcua_hub.domain.routing.story import ACTOR
from motcua_hub.store import schema, timelines
from motcua_hub.store.outbox import State

_T: Final = schema.outbox
_WAITING, _SENDING = State.WAITING.value, State.SENDING.value
_SENT, _DEAD, _CANCELLED = State.SENT.value, State.DEAD.value, State.CANCELLED.value
_UNSAID: Final = "người nhận chưa được báo sự cố nên không cần tin này"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way. `data` is a JSON object of texts; times are UTC ms."""

    id: int
    key: str
    channel: str
    address: str
    name: str
    subject: str
    body: str
    data: str
    kind: str
    incident: int | None
    severity: int
    created_at: int
    due_at: int
    after: str | None
    attempts: int


class Depth(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's outbox: how many wait, since when the oldest does, how many are dead letters."""

    waiting: int
    oldest_at: int | None
    dead: int


_COLUMNS: Final = tuple(_T.c[name] for name in Letter.__struct_fields__)


def candidates(connection: Connection, channel: str, now: int, limit: int = 50) -> list[Letter]:
    """What may go now, the worst incidents first, then the oldest."""
    query = (
        select(*_COLUMNS)
        .where(_T.c.channel == channel, _T.c.state == _WAITING, _T.c.due_at <= now)
        .order_by(_T.c.severity, _T.c.id)
        .limit(limit)
    )
    return [Letter(**row) for row in connection.execute(query).mappings()]


def gate(connection: Connection, letter: Letter, now: int) -> bool:
    """Whether the message that this one follows went out; if it never will, neither does this."""
    if letter.after is None:
        return True
    query = select(_T.c.state, _T.c.uncertain).where(_T.c.key == letter.after)
    before = connection.execute(query).one_or_none()
    if before is not None and (before.state == _SENT or before.uncertain):
        return True
    if before is None or before.state in (_DEAD, _CANCELLED):
        _end(connection, letter.id, _CANCELLED, now, trouble=_UNSAID)
    return False


def claim(connection: Connection, letter: Letter, now: int) -> bool:
    """Take a message for sending; False when somebody else has it, or it was taken back."""
    done = connection.execute(
        update(_T)
        .where(_T.c.id == letter.id, _T.c.state == _WAITING)
        .values(state=_SENDING, claimed_at=now, attempts=_T.c.attempts + 1)
    )
    return done.rowcount == 1


def put_off(connection: Connection, letter: Letter, until: int) -> None:
    """Not before that moment; no attempt is counted."""
    connection.execute(
        update(_T).where(_T.c.id == letter.id, _T.c.state == _WAITING).values(due_at=until)
    )


def interrupted(connection: Connection, now: int) -> int:
    """What the last run left half sent waits again, marked: its reader may have it already."""
    rows = connection.execute(select(_T.c.id, _T.c.claimed_at).where(_T.c.state == _SENDING)).all()
    for row in rows:
        at = row.claimed_at or now
        _attempt(connection, row.id, at, 0, "uncertain", "the hub ended meanwhile")
        again = {"state": _WAITING, "uncertain": True, "due_at": now}
        connection.execute(update(_T).where(_T.c.id == row.id).values(again))
    return len(rows)


def sent(connection: Connection, letter: Letter, at: int, took_ms: int, receipt: str) -> None:
    """The receiving server took it."""
    _attempt(connection, letter.id, at, took_ms, "sent", receipt)
    _end(connection, letter.id, _SENT, at + took_ms, receipt=receipt[:200], trouble="")


def is_first(connection: Connection, letter: Letter) -> bool:
    """Whether it is the first message of a problem that anybody gets."""
    if letter.kind != "problem" or letter.incident is None:
        return False
    number = round_of(letter.key)
    query = select(_T.c.key).where(
        _T.c.incident == letter.incident, _T.c.kind == "problem", _T.c.state == _SENT
    )
    return all(round_of(key) != number for key in connection.scalars(query))


def failed(
    connection: Connection,
    letter: Letter,
    at: int,
    took_ms: int,
    *,
    outcome: str,
    why: str,
    again_at: int | None,
) -> None:
    """It was not taken; it waits until `again_at`, or (None) it is a dead letter.

    A dead letter of an incident is an entry of its timeline, by which others learn to go on.
    """
    if again_at is None:
        # before the message's own row: whoever tells of incidents locks in this order too
        _tell(connection, letter, at + took_ms)
    _attempt(connection, letter.id, at, took_ms, outcome, why)
    if outcome == "uncertain":
        connection.execute(update(_T).where(_T.c.id == letter.id).values(uncertain=True))
    if again_at is None:
        bury(connection, letter, at + took_ms, why)
        return
    values = {"state": _WAITING, "due_at": again_at, "trouble": why[:400]}
    connection.execute(update(_T).where(_T.c.id == letter.id).values(values))


def _tell(connection: Connection, letter: Letter, at: int) -> None:
    if letter.incident is None or letter.kind not in set(Kind):
        return
    state = timelines.locked(connection, letter.incident)
    if state is None:
        return
    detail = {
        "what": UNDELIVERED,
        "kind": letter.kind,
        "channel": letter.channel,
        "name": letter.name or letter.address,
        "message": letter.id,
    }
    entry = Entry(happening=Happening.NOTED, at=at, actor=ACTOR, detail=detail)
    timelines.add(connection, letter.incident, state, [entry])


def bury(connection: Connection, letter: Letter, at: int, why: str) -> None:
    """Nobody took it: a person decides."""
    _end(connection, letter.id, _DEAD, at, trouble=why[:400])
    row = {"outbox": letter.id, "channel": letter.channel, "at": at, "why": why[:400]}
    connection.execute(insert(schema.outbox_dead).values(row))


def _end(connection: Connection, row: int, state: str, at: int, **values: str) -> None:
    ended = {"state": state, "ended_at": at, **values}
    connection.execute(update(_T).where(_T.c.id == row).values(ended))


def _attempt(connection: Connection, row: int, at: int, took_ms: int, *said: str) -> None:
    outcome, detail = said
    values = {"outbox": row, "at": at, "took_ms": took_ms, "outcome": outcome}
    attempt = insert(schema.outbox_attempt).values(**values, detail=detail[:400])
    connection.execute(attempt)


def sent_times(connection: Connection, channel: str, address: str, since: int) -> list[int]:
    """When an address got messages, oldest first."""
    query = select(_T.c.ended_at).where(
        _T.c.address == address,
        _T.c.ended_at >= since,
        _T.c.channel == channel,
        _T.c.state == _SENT,
    )
    return sorted(connection.scalars(query))


def retry(connection: Connection, row: int, now: int, by: str) -> bool:
    """Send a dead letter on its way again; False when it is none."""
    done = connection.execute(
        update(_T)
        .where(_T.c.id == row, _T.c.state == _DEAD)
        .values(state=_WAITING, due_at=now, ended_at=None, attempts=0)
    )
    if done.rowcount == 1:
        _settle(connection, row, now, by)
    return done.rowcount == 1


def lay_aside(connection: Connection, row: int, now: int, by: str) -> bool:
    """A dead letter needs nobody's attention any more; False when it is none."""
    dead = select(_T.c.id).where(_T.c.id == row, _T.c.state == _DEAD)
    if connection.scalar(dead) is None:
        return False
    _settle(connection, row, now, by)
    return True


def _settle(connection: Connection, row: int, now: int, by: str) -> None:
    table = schema.outbox_dead
    unsettled = (table.c.outbox == row, table.c.settled_at.is_(None))
    connection.execute(update(table).where(*unsettled).values(settled_at=now, settled_by=by[:64]))


def depths(connection: Connection, now: int) -> dict[str, Depth]:
    """Every channel that has messages waiting or dead letters that nobody has looked at."""
    ready = (
        select(_T.c.channel, func.count(), func.min(_T.c.created_at))
        .where(_T.c.state.in_((_WAITING, _SENDING)), or_(_T.c.attempts > 0, _T.c.due_at <= now))
        .group_by(_T.c.channel)
    )
    waiting = {row[0]: (row[1], row[2]) for row in connection.execute(ready)}
    table = schema.outbox_dead
    grouped = select(table.c.channel, func.count()).where(table.c.settled_at.is_(None))
    dead: dict[str, int] = {
        row[0]: row[1] for row in connection.execute(grouped.group_by(table.c.channel))
    }
    return {
        name: Depth(
            waiting=waiting.get(name, (0, None))[0],
            oldest_at=waiting.get(name, (0, None))[1],
            dead=dead.get(name, 0),
        )
        for name in {*waiting, *dead}
    }
