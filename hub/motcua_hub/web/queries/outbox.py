"""The outbox for people: what was sent to whom, and what nobody took."""

from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.store import escalations, outbox_work, schema
from motcua_hub.store.outbox_work import Depth

PAGE: Final = 100
STATES: Final = ("waiting", "sent", "dead", "cancelled")
_T: Final = schema.outbox


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the list. Times are UTC ms; `settled`: no dead letter that waits for anybody."""

    id: int
    channel: str
    address: str
    name: str
    subject: str
    kind: str
    incident: int | None
    state: str
    attempts: int
    created_at: int
    due_at: int
    ended_at: int | None
    uncertain: bool
    trouble: str
    settled: bool = False


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to send."""

    at: int
    took_ms: int
    outcome: str
    detail: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message, whole."""

    line: Line
    body: str
    receipt: str
    attempts: tuple[Attempt, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The page: the newest messages that fit, and each channel's outbox."""

    lines: tuple[Line, ...]
    counts: dict[str, int]
    depths: dict[str, Depth]
    unreached: tuple[int, ...]


_COLUMNS: Final = tuple(_T.c[name] for name in Line.__struct_fields__ if name != "settled")


def view(
    connection: Connection, now: int, state: str = "", incident: int | None = None, before: int = 0
) -> View:
    """The newest messages, of one state and one incident if asked."""
    query = select(*_COLUMNS).order_by(_T.c.id.desc()).limit(PAGE)
    if state == "waiting":
        query = query.where(_T.c.state.in_(("waiting", "sending")))
    elif state:
        query = query.where(_T.c.state == state)
    if incident is not None:
        query = query.where(_T.c.incident == incident)
    if before:
        query = query.where(_T.c.id < before)
    rows = connection.execute(query).mappings().all()
    unsettled = _unsettled(connection)
    counted = connection.execute(select(_T.c.state, func.count()).group_by(_T.c.state))
    counts = {row[0]: row[1] for row in counted}
    return View(
        lines=tuple(Line(**row, settled=row["id"] not in unsettled) for row in rows),
        counts={**counts, "waiting": counts.get("waiting", 0) + counts.get("sending", 0)},
        depths=outbox_work.depths(connection, now),
        unreached=tuple(escalations.unreached(connection)),
    )


def _unsettled(connection: Connection) -> set[int]:
    table = schema.outbox_dead
    return set(connection.scalars(select(table.c.outbox).where(table.c.settled_at.is_(None))))


def letter(connection: Connection, row: int) -> Letter | None:
    """One message with every attempt; None when there is none."""
    query = select(*_COLUMNS, _T.c.body, _T.c.receipt).where(_T.c.id == row)
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    fields = {name: found[name] for name in Line.__struct_fields__ if name != "settled"}
    table = schema.outbox_attempt
    attempts = select(*(table.c[name] for name in Attempt.__struct_fields__)).where(
        table.c.outbox == row
    )
    return Letter(
        line=Line(**fields, settled=row not in _unsettled(connection)),
        body=found["body"],
        receipt=found["receipt"],
        attempts=tuple(
            Attempt(**each) for each in connection.execute(attempts.order_by(table.c.id)).mappings()
        ),
    )
