"""Interruption notices: rows, their texts, to whom they went, and whether they were read.

A sent notice is sealed: a trigger of the database refuses any change of its row.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from motcua_hub.domain.notice.lifecycle import NoticeRefusal
from motcua_hub.domain.notice.model import ANSWERED, OPEN, Kind, State
from motcua_hub.domain.notice.proof import To
from motcua_hub.domain.notice.scope import needs_notice
from motcua_hub.store import schema
from motcua_hub.store.outages import outage_of

table: Final = schema.notice
delivery: Final = schema.notice_delivery
revision: Final = schema.notice_revision


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One row. Times are UTC ms; `number`, `year` and `sha256` are None until it is sent."""

    id: int
    incident: int
    kind: str
    episode: int
    about: int | None
    state: str
    rule: str
    site: str
    system: str
    title: str
    body: str
    revision: int
    written_by: str
    due_at: int
    drafted_at: int
    approved_at: int | None
    approved_by: str | None
    sent_at: int | None
    sent_by: str | None
    year: int | None
    number: int | None
    sha256: str | None
    head: str | None
    why: str
    ended_at: int | None
    ended_by: str | None


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One text that a notice had."""

    revision: int
    at: int
    actor: str
    title: str
    body: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a notice went; `read_how` is `page` (a person pressed) or `call` (a machine)."""

    id: int
    notice: int
    recipient: int
    grp: str
    name: str
    channel: str
    address: str
    outbox_key: str
    read_at: int | None
    read_how: str | None


_COLUMNS: Final = tuple(table.c[name] for name in Notice.__struct_fields__)
_DELIVERY: Final = tuple(delivery.c[name] for name in Delivery.__struct_fields__)


def find(connection: Connection, notice: int) -> Notice | None:
    """One notice."""
    row = connection.execute(select(*_COLUMNS).where(table.c.id == notice)).mappings()
    found = row.one_or_none()
    return None if found is None else Notice(**found)


def listing(
    connection: Connection,
    *,
    open_only: bool = False,
    limit: int = 300,
    before: int | None = None,
    since: int = 0,
    until: int | None = None,
) -> list[Notice]:
    """Notices, newest first: below a number, drafted in `[since, until)`."""
    query = select(*_COLUMNS).order_by(table.c.id.desc()).limit(limit)
    query = query.where(table.c.drafted_at >= since)
    if until is not None:
        query = query.where(table.c.drafted_at < until)
    if before is not None:
        query = query.where(table.c.id < before)
    if open_only:
        query = query.where(table.c.state.in_([state.value for state in OPEN]))
    return [Notice(**row) for row in connection.execute(query).mappings()]


def waiting(connection: Connection) -> int:
    """How many are neither sent nor ended."""
    query = select(func.count()).where(table.c.state.in_([state.value for state in OPEN]))
    return connection.scalar(query) or 0


def of_incident(connection: Connection, incident: int) -> list[Notice]:
    """All notices about an incident, oldest first."""
    query = select(*_COLUMNS).where(table.c.incident == incident).order_by(table.c.id)
    return [Notice(**row) for row in connection.execute(query).mappings()]


def revisions(connection: Connection, notice: int) -> list[Revision]:
    """Every text that a notice had, oldest first."""
    names = (revision.c[name] for name in Revision.__struct_fields__)
    query = select(*names).where(revision.c.notice == notice).order_by(revision.c.revision)
    return [Revision(**row) for row in connection.execute(query).mappings()]


def deliveries(connection: Connection, notice: int) -> list[Delivery]:
    """To whom a notice went."""
    query = select(*_DELIVERY).where(delivery.c.notice == notice).order_by(delivery.c.id)
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def find_delivery(connection: Connection, delivery_id: int) -> Delivery | None:
    """One delivery."""
    query = select(*_DELIVERY).where(delivery.c.id == delivery_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Delivery(**row)


def reads(connection: Connection) -> dict[int, tuple[int, int]]:
    """Of every notice that was sent: to how many it went and how many said that they read it."""
    query = select(delivery.c.notice, func.count(), func.count(delivery.c.read_at)).group_by(
        delivery.c.notice
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def _written(connection: Connection, notice: int, text: Revision) -> None:
    row = {"notice": notice, **msgspec.structs.asdict(text)}
    connection.execute(insert(revision).values(row))


def draft(
    connection: Connection,
    *,
    incident: int,
    kind: Kind,
    site: str,
    system: str,
    title: str,
    body: str,
    due_at: int,
    now: int,
    actor: str,
    rule: str = "",
    about: int | None = None,
) -> int:
    """Write a draft; return its id. The same incident's drafts of a kind are counted."""
    same = (table.c.incident == incident) & (table.c.kind == kind.value)
    before = connection.scalar(select(func.coalesce(func.max(table.c.episode), 0)).where(same))
    values = {
        "incident": incident,
        "kind": kind.value,
        "episode": (before or 0) + 1,
        "about": about,
        "state": State.DRAFT.value,
        "rule": rule,
        "site": site,
        "system": system,
        "title": title,
        "body": body,
        "written_by": actor,
        "due_at": due_at,
        "drafted_at": now,
    }
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    _written(connection, made, Revision(revision=1, at=now, actor=actor, title=title, body=body))
    return made


def _change(connection: Connection, notice: Notice, **values: object) -> None:
    """Change a notice that is still as it was read; NoticeRefusal when somebody was quicker."""
    as_read = (
        table.c.id == notice.id,
        table.c.state == notice.state,
        table.c.revision == notice.revision,
    )
    if connection.execute(update(table).where(*as_read).values(values)).rowcount != 1:
        raise NoticeRefusal("notice.refused.changed")


def rewrite(
    connection: Connection, notice: Notice, title: str, body: str, *, actor: str, now: int
) -> None:
    """Give a notice another text: a draft again, whoever had approved it."""
    number = notice.revision + 1
    _change(
        connection,
        notice,
        title=title,
        body=body,
        revision=number,
        written_by=actor,
        state=State.DRAFT.value,
        approved_at=None,
        approved_by=None,
    )
    text = Revision(revision=number, at=now, actor=actor, title=title, body=body)
    _written(connection, notice.id, text)


def approve(connection: Connection, notice: Notice, *, actor: str, now: int) -> None:
    """Mark the present text as approved."""
    _change(connection, notice, state=State.APPROVED.value, approved_at=now, approved_by=actor)


def end(
    connection: Connection, notice: Notice, state: State, why: str, *, actor: str, now: int
) -> None:
    """Excuse or withdraw a notice that was not sent."""
    _change(connection, notice, state=state.value, why=why, ended_at=now, ended_by=actor)


def seal(
    connection: Connection,
    notice: Notice,
    *,
    year: int,
    number: int,
    sha256: str,
    head: str,
    why: str,
    actor: str,
    now: int,
) -> None:
    """Mark an approved notice as sent. From here on its row cannot be changed."""
    _change(
        connection,
        notice,
        state=State.SENT.value,
        sent_at=now,
        sent_by=actor,
        year=year,
        number=number,
        sha256=sha256,
        head=head,
        why=why,
    )


def add_delivery(connection: Connection, notice: int, to: To, key: str) -> int:
    """Write down that a notice goes to somebody; return the delivery's id."""
    values = {
        "notice": notice,
        "recipient": to.recipient,
        "grp": to.grp,
        "name": to.name,
        "channel": to.channel,
        "address": to.address,
        "outbox_key": key,
    }
    made: int = connection.execute(
        insert(delivery).values(values).returning(delivery.c.id)
    ).scalar_one()
    return made


def was_read(connection: Connection, delivery_id: int, how: str, now: int) -> bool:
    """Write down that it was read; False when that was said before: the first time stays."""
    done = connection.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.read_at.is_(None))
        .values(read_at=now, read_how=how)
    )
    return done.rowcount == 1


def closable(connection: Connection, incident: int) -> str | None:
    """Why an incident may not be closed, as the key of a text; None when it may.

    An outage of the class of S3, article 5.2a is closed only with a sent notice or a written
    reason why there is none.
    """
    outage = outage_of(connection, incident)
    if outage is None or not needs_notice(outage):
        return None
    told = [one for one in of_incident(connection, incident) if one.kind == Kind.INTERRUPTION]
    if not told:
        return "notice.closable.missing"
    return None if told[-1].state in ANSWERED else "notice.closable.open"
