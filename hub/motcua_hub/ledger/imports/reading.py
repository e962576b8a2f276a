"""Facts that prove something, in the order in which the hub has them."""

from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_contract import facts
from motcua_contract.facts import Fact, FactDecodeError
from motcua_contract.facts.evidence import BootMet, ProbesReported, TicksReported
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_hub.store import schema

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


def page(connection: Connection, after: int) -> Page:
    """The next facts. Rows that are stubs, twins or not understood prove nothing."""
    newest = connection.scalar(select(func.max(event.c.id))) or 0
    upto = min(newest, after + STEP)
    query = (
        select(
            event.c.id,
            event.c.site,
            event.c.jid,
            event.c.boot,
            event.c.t_mono,
            event.c.received_at,
            event.c.type,
            event.c.body,
        )
        .where(event.c.id > after, event.c.id <= upto, event.c.type.in_(TYPES))
        .where(event.c.body.is_not(None), event.c.quarantined.is_(None))
        .where(event.c.twin_eid.is_(None))
        .order_by(event.c.id)
        .limit(MOST)
    )
    rows = connection.execute(query).all()
    if len(rows) == MOST:
        upto = rows[-1].id
    items = []
    for row in rows:
        try:
            fact = facts.decode(row.type, row.body)
        except FactDecodeError:
            continue
        items.append(
            Item(
                id=row.id,
                site=row.site,
                jid=row.jid,
                boot=row.boot[:64],
                mono=row.t_mono,
                received_at=row.received_at,
                fact=fact,
            )
        )
    return Page(tuple(items), upto, upto >= newest)
