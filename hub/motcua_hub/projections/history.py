"""Reading facts back from the replica, with the place of each in the office's order."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Select, select
from sqlalchemy.engine import RowMapping

from motcua_contract.facts import Fact
from motcua_hub.domain.inspection import inspect
from motcua_hub.domain.tickets import Stamp
from motcua_hub.store import schema

CHUNK = 2_000
IDS = 500
"""How many tickets one query asks for."""
Told = tuple[Fact, Stamp]


def effective(site: str) -> Select[tuple[object, ...]]:
    """Events of a site that have an effect: whole, understood, and of no twin."""
    event, stream = schema.event, schema.stream
    same = (event.c.site == stream.c.site) & (event.c.jid == stream.c.jid)
    return (
        select(
            event.c.id,
            event.c.jid,
            event.c.seq,
            event.c.type,
            event.c.boot,
            event.c.t_mono,
            event.c.t_wall,
            event.c.business_day,
            event.c.body,
            event.c.subject,
            stream.c.depth,
        )
        .select_from(event.join(stream, same))
        .where(
            event.c.site == site,
            event.c.body.is_not(None),
            event.c.quarantined.is_(None),
            event.c.twin_eid.is_(None),
        )
    )


def told(row: RowMapping) -> Told | None:
    """The fact in one row; None when this version does not understand it."""
    fact = inspect(row["type"], row["body"])
    if isinstance(fact, str):
        return None
    stamp = Stamp(
        row["depth"],
        row["jid"],
        row["seq"],
        row["boot"],
        row["t_mono"],
        row["t_wall"],
        row["business_day"],
    )
    return (fact, stamp)


def of_tickets(connection: Connection, site: str, ids: Sequence[str]) -> dict[str, list[Told]]:
    """Every fact about these tickets, by ticket."""
    found: dict[str, list[Told]] = {ticket: [] for ticket in ids}
    for start in range(0, len(ids), IDS):
        some = list(ids[start : start + IDS])
        query = effective(site).where(schema.event.c.subject.in_(some))
        for row in connection.execute(query).mappings():
            item = told(row)
            if item is not None:
                found[row["subject"]].append(item)
    return found


def _pages(connection: Connection, site: str, jid: str) -> Iterator[list[RowMapping]]:
    """Rows of one incarnation in pages, so that neither memory nor an open cursor is needed."""
    event, after = schema.event, 0
    while True:
        query = effective(site).where(event.c.jid == jid, event.c.seq > after)
        page = connection.execute(query.order_by(event.c.seq).limit(CHUNK)).mappings().all()
        if not page:
            return
        yield list(page)
        after = page[-1]["seq"]


def in_order(connection: Connection, site: str) -> Iterator[list[Told]]:
    """Every fact of a site as the office committed them, in chunks."""
    stream = schema.stream
    query = select(stream.c.jid).where(stream.c.site == site)
    jids = connection.scalars(query.order_by(stream.c.depth, stream.c.jid)).all()
    for jid in jids:
        for page in _pages(connection, site, jid):
            yield [item for item in map(told, page) if item is not None]
