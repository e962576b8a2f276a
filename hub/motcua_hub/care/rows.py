"""Reading the replica row by row, in pages: no open cursor, bounded memory."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import RowMapping

from motcua_hub.store import schema
from motcua_hub.store.streams import Stream

PAGE = 2_000
event = schema.event


def streams_of(connection: Connection, site: str) -> list[Stream]:
    """The site's incarnations, parents first."""
    table = schema.stream
    query = select(table).where(table.c.site == site).order_by(table.c.depth, table.c.jid)
    return [Stream(**row) for row in connection.execute(query).mappings()]


def sites_of(connection: Connection) -> list[str]:
    """Every site that has a journal here."""
    table = schema.stream
    return list(connection.scalars(select(table.c.site).distinct().order_by(table.c.site)))


def events_of(connection: Connection, site: str, jid: str) -> Iterator[RowMapping]:
    """Every row of one incarnation, by seq; `eid` is also that of a twin."""
    columns = [column for column in event.c if column.name != "eid"]
    after = 0
    while True:
        query = (
            select(*columns, func.coalesce(event.c.eid, event.c.twin_eid).label("eid"))
            .where(event.c.site == site, event.c.jid == jid, event.c.seq > after)
            .order_by(event.c.seq)
            .limit(PAGE)
        )
        page = connection.execute(query).mappings().all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["seq"]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an export: the same on edge and hub. A stub shows its body's hash."""

    jid: str
    seq: int
    eid: str
    type: str
    boot: str
    t_mono: int
    t_wall: int
    clock: str
    business_day: str
    body: msgspec.Raw
    digest: str
    body_sha256: str | None = None


def _line(row: RowMapping) -> Line:
    names = (name for name in Line.__struct_fields__ if name != "body")
    body = msgspec.Raw(row["body"] if row["body"] is not None else b"null")
    return Line(body=body, **{name: row[name] for name in names})


def export_lines(connection: Connection, site: str) -> Iterator[bytes]:
    """Every event of a site as a JSON line (no newline), incarnation after incarnation."""
    for stream in streams_of(connection, site):
        for row in events_of(connection, site, stream.jid):
            yield msgspec.json.encode(_line(row))
