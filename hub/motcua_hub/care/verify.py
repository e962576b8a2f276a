"""Is the database what it claims to be? Digests, contiguity, safe marks, projections, evidence."""

from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DatabaseError

from motcua_contract.digests import EventKey, body_hash, event_digest
from motcua_hub.care.projected import check_projections
from motcua_hub.care.rows import events_of, sites_of, streams_of
from motcua_hub.ledger.chain import broken, misdescribed
from motcua_hub.store import schema
from motcua_hub.store.streams import Stream


def _digest(row: RowMapping) -> str:
    key = EventKey(
        row["jid"],
        row["seq"],
        row["eid"],
        row["type"],
        row["t_mono"],
        row["t_wall"],
        row["business_day"],
    )
    body = row["body"]
    sha = bytes.fromhex(row["body_sha256"] or "") if body is None else body_hash(body)
    return event_digest(key, sha).hex()


def _gaps(connection: Connection, stream: Stream) -> list[tuple[int, int]]:
    table = schema.gap
    mine = (table.c.site == stream.site) & (table.c.jid == stream.jid)
    query = select(table.c.first, table.c.last).where(mine).order_by(table.c.first)
    return [(first, last) for first, last in connection.execute(query)]


def _missing(expected: int, found: int, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of [expected, found - 1] that no gap declares."""
    ranges, start = [], expected
    for first, last in gaps:
        if last < start or first >= found:
            continue
        if first > start:
            ranges.append((start, first - 1))
        start = last + 1
    if start < found:
        ranges.append((start, found - 1))
    return ranges


def _check_stream(connection: Connection, stream: Stream) -> Iterator[str]:
    name = f"{stream.site}: jid {stream.jid}"
    gaps = _gaps(connection, stream)
    expected, digest = 1, None
    for row in events_of(connection, stream.site, stream.jid):
        digest = _digest(row)
        if digest != row["digest"]:
            yield f"{name}: row {row['seq']} does not have its digest"
        if row["seq"] > stream.have:
            yield f"{name}: row {row['seq']} is beyond have {stream.have}"
        for first, last in _missing(expected, row["seq"], gaps):
            yield f"{name}: rows {first} to {last} are missing and no gap declares it"
        if row["seq"] == stream.have and stream.digest != row["digest"]:
            yield f"{name}: the digest of `have` is not that of row {stream.have}"
        expected = row["seq"] + 1
    for first, last in _missing(expected, stream.have + 1, gaps):
        yield f"{name}: rows {first} to {last} are missing and no gap declares it"
    if stream.safe > stream.have:
        yield f"{name}: safe {stream.safe} is beyond have {stream.have}"


def _check_file(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (told,) in connection.exec_driver_sql("PRAGMA quick_check"):
            if told != "ok":
                yield f"database file: {told}"


def _check_all(connection: Connection) -> Iterator[str]:
    yield from _check_file(connection)
    for site in sites_of(connection):
        for stream in streams_of(connection, site):
            yield from _check_stream(connection, stream)
        yield from check_projections(connection, site)
    yield from broken(connection)
    yield from misdescribed(connection)


def verify(connection: Connection) -> Iterator[str]:
    """Every problem found, one sentence each; none means that all is well.

    A file too damaged to be read ends the check with what the database says of it.
    """
    try:
        yield from _check_all(connection)
    except DatabaseError as error:
        yield f"the database cannot be read: {error.orig}"
    except (TypeError, ValueError) as error:
        yield f"a value is not of its column's kind: {error}"
