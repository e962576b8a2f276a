"""The archive of reports: numbered, never edited (triggers refuse it), with all their files.

A version, its files and whatever tells of it are written in one transaction, so that a report is
made once whatever dies meanwhile.
"""

import zlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from motcua_hub.store import schema

_report, _file, _request = schema.sla_report, schema.sla_report_file, schema.report_request
PREFIX: Final = "TGHD"
DEFLATED: Final = ("targets", "short")
"""Kinds of files that are kept deflated; their hash and size are of what people get."""


class Filters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a report is limited to; nothing: every target."""

    unit: str = ""
    site: str = ""
    kind: str = ""
    carrier: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a report, without its document. Times are UTC ms."""

    id: int
    number: str
    version: int
    kind: str
    begin_at: int
    end_at: int
    filters: Filters
    as_of: int
    standing: str
    job: str | None
    made_at: int
    made_by: str
    reason: str
    sha256: str


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a report, without its body."""

    kind: str
    sha256: str
    size: int


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for."""

    id: int
    period: str
    filters: Filters
    number: str
    reason: str
    asked_at: int
    asked_by: str
    ended_at: int | None
    report: int | None
    trouble: str


_COLUMNS: Final = tuple(_report.c[name] for name in Entry.__struct_fields__)
_ASKED: Final = tuple(_request.c[name] for name in Request.__struct_fields__)


def filters_text(filters: Filters) -> str:
    """How filters are stored: the same ones as the same text."""
    return msgspec.json.encode(filters, order="sorted").decode()


def _entry(row: Mapping[Any, Any]) -> Entry:
    values = dict(row)
    values["filters"] = msgspec.json.decode(values["filters"], type=Filters)
    return Entry(**values)


def next_number(connection: Connection, year: int) -> str:
    """The number that the next new report of a year gets; no number is left out."""
    prefix = f"{PREFIX}-{year}-"
    query = select(func.max(_report.c.number)).where(_report.c.number.startswith(prefix))
    newest = connection.scalar(query)
    count = int(newest.removeprefix(prefix)) if newest else 0
    return f"{prefix}{count + 1:04d}"


def add(
    connection: Connection, row: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]
) -> int:
    """Archive a version with its files (kind -> SHA-256, bytes); its id.

    Raises:
        IntegrityError: This version is there already.
    """
    filters: Filters = row["filters"]
    values = {**row, "filters": filters_text(filters)}
    made: int = connection.execute(
        insert(_report).values(values).returning(_report.c.id)
    ).scalar_one()
    rows = [
        {
            "report": made,
            "kind": kind,
            "sha256": sha256,
            "size": len(body),
            "body": zlib.compress(body, 6) if kind in DEFLATED else body,
        }
        for kind, (sha256, body) in files.items()
    ]
    connection.execute(insert(_file), rows)
    return made


def listing(
    connection: Connection,
    limit: int = 500,
    *,
    before: int | None = None,
    since: int = 0,
    until: int | None = None,
) -> tuple[Entry, ...]:
    """The newest version of every report, the newest first: below a number, made in a time."""
    newest = (
        select(_report.c.number, func.max(_report.c.version).label("version"))
        .group_by(_report.c.number)
        .subquery()
    )
    same = (_report.c.number == newest.c.number) & (_report.c.version == newest.c.version)
    query = select(*_COLUMNS).join(newest, same).order_by(_report.c.id.desc()).limit(limit)
    query = query.where(_report.c.made_at >= since)
    if until is not None:
        query = query.where(_report.c.made_at < until)
    if before is not None:
        query = query.where(_report.c.id < before)
    return tuple(_entry(row) for row in connection.execute(query).mappings())


def versions(connection: Connection, number: str) -> tuple[Entry, ...]:
    """All versions of a report, the first one first; empty when there is no such report."""
    query = select(*_COLUMNS).where(_report.c.number == number).order_by(_report.c.version)
    return tuple(_entry(row) for row in connection.execute(query).mappings())


def entry(connection: Connection, number: int) -> Entry:
    """The version of that id."""
    query = select(*_COLUMNS).where(_report.c.id == number)
    return _entry(connection.execute(query).mappings().one())


def same(connection: Connection, begin: int, end: int, filters: Filters) -> Entry | None:
    """The newest version of the report on this period and these filters, if there is one."""
    query = (
        select(*_COLUMNS)
        .where(
            _report.c.begin_at == begin,
            _report.c.end_at == end,
            _report.c.filters == filters_text(filters),
        )
        .order_by(_report.c.id.desc())
    )
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else _entry(row)


def jobs_done(connection: Connection) -> frozenset[str]:
    """The jobs whose report is in the archive."""
    query = select(_report.c.job).where(_report.c.job.is_not(None)).distinct()
    return frozenset(connection.scalars(query))


def document(connection: Connection, entry: Entry) -> bytes:
    """The file that the hash of a version is of."""
    query = select(_report.c.document).where(_report.c.id == entry.id)
    return bytes(connection.execute(query).scalar_one())


def files(connection: Connection, entry: Entry) -> tuple[Filed, ...]:
    """What files a version has."""
    query = select(_file.c.kind, _file.c.sha256, _file.c.size).where(_file.c.report == entry.id)
    return tuple(
        Filed(**row) for row in connection.execute(query.order_by(_file.c.kind)).mappings()
    )


def body(connection: Connection, entry: Entry, kind: str) -> bytes | None:
    """One file of a version; None when it has none of that kind."""
    query = select(_file.c.body).where(_file.c.report == entry.id, _file.c.kind == kind)
    raw = connection.scalar(query)
    if raw is None:
        return None
    return zlib.decompress(raw) if kind in DEFLATED else bytes(raw)


def ask(connection: Connection, asked: Mapping[str, Any], now: int, who: str) -> int:
    """Note what a person asks for (`period`, `filters`, `number`, `reason`); its id."""
    filters: Filters = asked["filters"]
    values = {**asked, "filters": filters_text(filters), "asked_at": now, "asked_by": who}
    made: int = connection.execute(
        insert(_request).values(values).returning(_request.c.id)
    ).scalar_one()
    return made


def requests(connection: Connection, *, waiting: bool, limit: int = 20) -> tuple[Request, ...]:
    """What people asked for: what waits, the oldest first; or all, the newest first."""
    query = select(*_ASKED).limit(limit)
    if waiting:
        query = query.where(_request.c.ended_at.is_(None)).order_by(_request.c.id)
    else:
        query = query.order_by(_request.c.id.desc())
    return tuple(_request_of(row) for row in connection.execute(query).mappings())


def _request_of(row: Mapping[Any, Any]) -> Request:
    filters = msgspec.json.decode(row["filters"], type=Filters)
    return Request(**{**row, "filters": filters})


def request(connection: Connection, number: int) -> Request | None:
    """One of them, whatever became of it."""
    query = select(*_ASKED).where(_request.c.id == number)
    row = connection.execute(query).mappings().first()
    return None if row is None else _request_of(row)


def end_request(
    connection: Connection, number: int, now: int, *, report: int | None = None, trouble: str = ""
) -> bool:
    """What became of a request; False when that had been said before, and stays."""
    done = connection.execute(
        update(_request)
        .where(_request.c.id == number, _request.c.ended_at.is_(None))
        .values(ended_at=now, report=report, trouble=trouble[:400])
    )
    return done.rowcount > 0
