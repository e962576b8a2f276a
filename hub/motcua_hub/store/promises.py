"""Promises in the database: versions that are only ever added to."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select

from motcua_hub.domain.incident.promises import (
    PromiseRefusal,
    Promises,
    Scope,
    Term,
    Version,
    begins_on,
    checked,
    terms_of,
)
from motcua_hub.store import schema

table: Final = schema.promise
unit: Final = schema.unit


def load(connection: Connection) -> Promises:
    """Every version, oldest first."""
    rows = connection.execute(select(table).order_by(table.c.id)).mappings()
    versions = tuple(
        Version(
            id=row["id"],
            scope=Scope(unit=row["unit"], responsible=row["responsible"], site=row["site"]),
            begins=row["begins"],
            terms=msgspec.json.decode(row["terms"], type=tuple[Term, ...]),
            reason=row["reason"],
            made_at=row["made_at"],
            made_by=row["made_by"],
        )
        for row in rows
    )
    successors: dict[int, int | None] = {}
    if any(each.scope.unit is not None for each in versions):
        successors = {
            row.id: row.successor for row in connection.execute(select(unit.c.id, unit.c.successor))
        }
    return Promises(versions=versions, successors=successors)


def promise(
    connection: Connection,
    scope: Scope,
    terms: Sequence[Term],
    reason: str,
    *,
    day: str,
    after: int | None,
    now: int,
    by: str,
) -> int:
    """Write a version down that holds from a day on; without terms a scope loses its own.

    Today means from now on: nothing that is open already changes. `after` is the newest version
    that was read: what somebody decided since is not passed over. Returns its id.

    Raises:
        PromiseRefusal: It cannot be promised so; `code` says why.
    """
    words = checked(scope, terms, reason)
    _known(connection, scope)
    versions = load(connection).versions
    if after is not None and after != newest(versions):
        code = "promise.refused.changed"
        raise PromiseRefusal(code)
    if not terms and not any(each.scope == scope and each.terms for each in versions):
        code = "promise.refused.nothing"
        raise PromiseRefusal(code)
    values = {
        **msgspec.structs.asdict(scope),
        "begins": begins_on(day, now),
        "terms": msgspec.json.encode(terms_of(terms)).decode(),
        "reason": words,
        "made_at": now,
        "made_by": by[:64],
    }
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made


def newest(versions: Sequence[Version]) -> int:
    """The id of the last decision; 0: none was made."""
    return max((each.id for each in versions), default=0)


def _known(connection: Connection, scope: Scope) -> None:
    s = schema.site.c
    site = not scope.site or connection.scalar(select(s.id).where(s.id == scope.site)) is not None
    known = select(unit.c.id).where(unit.c.id == scope.unit)
    if not site:
        code = "promise.refused.site"
        raise PromiseRefusal(code)
    if scope.unit is not None and connection.scalar(known) is None:
        code = "promise.refused.unit"
        raise PromiseRefusal(code)
