"""Facts that prove something, in the order in which the hub has them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from motcua_contract import facts
from motcua_contract.facts import Fact, FactDecodeError
from motcua_contract.facts.evidence import BootMet, ProbesReported, TicksReported
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_hub.store import late, schema

TYPES: Final = (
    TicksReported.TYPE,
    BootMet.TYPE,
    ProbesReported.TYPE,
    JournalStarted.TYPE,
    ProcessStopped.TYPE,
)
STEP: Final = 20_000
"""Rows of `event` that one round looks through, so that a transaction stays short."""
MOST: Final = 500
event: Final = schema.event


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One fact and where it stands. `mono` is ms of the boot it was written in."""

    id: int
    site: str
    jid: str
    boot: str
    mono: int
    received_at: int
    fact: Fact


class Page(msgspec.Struct, frozen=True):
    """Facts after a cursor, and where to go on; `last`: nothing is left."""

    items: tuple[Item, ...]
    upto: int
    last: bool


_COLUMNS: Final = (
    event.c.id,
    event.c.site,
    event.c.jid,
    event.c.boot,
    event.c.t_mono,
    event.c.received_at,
    event.c.type,
    event.c.body,
)


def _telling(*types: str) -> Select[Any]:
    """Rows that prove something; those that are stubs, twins or not understood do not."""
    return (
        select(*_COLUMNS)
        .where(event.c.type.in_(types))
        .where(event.c.body.is_not(None), event.c.quarantined.is_(None))
        .where(event.c.twin_eid.is_(None))
        .order_by(event.c.id)
    )


def _items(rows: Iterable[Row[Any]]) -> Iterator[Item]:
    for row in rows:
        try:
            fact = facts.decode(row.type, row.body)
        except FactDecodeError:
            continue
        yield Item(
            id=row.id,
            site=row.site,
            jid=row.jid,
            boot=row.boot[:64],
            mono=row.t_mono,
            received_at=row.received_at,
            fact=fact,
        )


def page(connection: Connection, after: int) -> Page:
    """The next facts."""
    newest = connection.scalar(select(func.max(event.c.id))) or 0
    upto = min(newest, after + STEP)
    query = _telling(*TYPES).where(event.c.id > after, event.c.id <= upto)
    rows = connection.execute(query.limit(MOST)).all()
    if len(rows) == MOST:
        upto = rows[-1].id
    return Page(tuple(_items(rows)), upto, upto >= newest)


def late_page(connection: Connection, after: int) -> Page:
    """The next facts that became readable after they had been passed; the cursor is its own."""
    noted = late.after(connection, after, MOST)
    if not noted:
        return Page((), after, last=True)
    ids = [each.event for each in noted]
    rows = connection.execute(_telling(*TYPES).where(event.c.id.in_(ids))).all()
    return Page(tuple(_items(rows)), noted[-1].id, len(noted) < MOST)


def stops_of(connection: Connection, site: str, jid: str) -> list[Item]:
    """What a program said of its own end, if that is here before the word of its beginning."""
    query = _telling(ProcessStopped.TYPE).where(event.c.site == site, event.c.jid == jid)
    return list(_items(connection.execute(query).all()))
