"""Writing and reading commands to sites."""

from typing import Final
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from motcua_contract.commands import LIFETIME_MS
from motcua_hub.domain.commands import Given
from motcua_hub.store import papers, schema

KEEP_DATA: Final = 20
"""Answers with data (pictures, diagnostics) kept for each site; older ones keep their line."""
_T: Final = schema.site_command
_COLUMNS: Final = (
    *(_T.c[name] for name in Given.__struct_fields__ if name not in ("arguments", "size")),
    _T.c.arguments,
    func.length(_T.c.data).label("size"),
)


def give(
    connection: Connection,
    site: str,
    name: str,
    arguments: dict[str, str],
    *,
    actor: str,
    now: int,
) -> str:
    """Write down a command to be sent; return its correlation."""
    correlation = uuid4().hex
    connection.execute(
        insert(_T).values(
            correlation=correlation,
            site=site,
            name=name,
            arguments=msgspec.json.encode(arguments).decode(),
            actor=actor[:64],
            given_at=now,
            expires_at=now + LIFETIME_MS,
        )
    )
    return correlation


def unsent(connection: Connection, now: int, limit: int = 20) -> list[Given]:
    """Commands to hand to the broker now, oldest first; those that expired never go."""
    statement = (
        select(*_COLUMNS)
        .where(_T.c.sent_at.is_(None), _T.c.expires_at >= now)
        .order_by(_T.c.given_at)
        .limit(limit)
    )
    return [_given(row) for row in connection.execute(statement).mappings()]


def mark_sent(connection: Connection, correlation: str, now: int) -> None:
    """The broker has it."""
    connection.execute(update(_T).where(_T.c.correlation == correlation).values(sent_at=now))


def end(
    connection: Connection,
    site: str,
    correlation: str,
    now: int,
    *,
    ok: bool,
    detail: str,
    media: str = "",
    data: str = "",
) -> None:
    """The site's word on the outcome, from its answer or its journal, whichever comes first.

    The answer may bring data after the journal told of the outcome. Another site's correlation
    changes nothing.
    """
    mine = (_T.c.correlation == correlation, _T.c.site == site)
    outcome = {"ended_at": now, "ok": ok, "detail": detail[:1000]}
    connection.execute(update(_T).where(*mine, _T.c.ended_at.is_(None)).values(**outcome))
    if data:
        connection.execute(
            update(_T).where(*mine, _T.c.data == "").values(media=media[:64], data=data)
        )
        _trim(connection, site)


def _trim(connection: Connection, site: str) -> None:
    """Pictures and diagnostics are not kept for ever, unless an order holds them."""
    free = ~papers.held_by_name(papers.PICTURE, _T.c.correlation)
    newest = (
        select(_T.c.correlation)
        .where(_T.c.site == site, _T.c.data != "", free)
        .order_by(_T.c.given_at.desc())
        .offset(KEEP_DATA)
        .limit(100)
    )
    old = list(connection.scalars(newest))
    if old:
        gone = {"data": "", "media": ""}
        connection.execute(update(_T).where(_T.c.correlation.in_(old)).values(**gone))


def latest(connection: Connection, site: str, limit: int = 20) -> list[Given]:
    """A site's newest commands, newest first."""
    statement = (
        select(*_COLUMNS)
        .where(_T.c.site == site)
        .order_by(_T.c.given_at.desc(), _T.c.correlation)
        .limit(limit)
    )
    return [_given(row) for row in connection.execute(statement).mappings()]


def data_of(connection: Connection, site: str, correlation: str) -> tuple[str, str] | None:
    """Media type and text of what came with an answer; None when there is none."""
    row = connection.execute(
        select(_T.c.media, _T.c.data).where(
            _T.c.correlation == correlation, _T.c.site == site, _T.c.data != ""
        )
    ).one_or_none()
    return None if row is None else (row.media, row.data)


def _given(row: object) -> Given:
    fields = dict(row)  # type: ignore[call-overload]
    return Given(
        **{**fields, "arguments": msgspec.json.decode(fields["arguments"], type=dict[str, str])}
    )
