"""The registry's pages: all offices by class, and which sites there are."""

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.store import schema


class SiteCount(msgspec.Struct, frozen=True, kw_only=True):
    """An office and how many devices in use are registered there."""

    site: str
    name: str
    count: int


def by_class(connection: Connection) -> dict[str, int]:
    """How many devices in use there are of each class."""
    a = schema.asset.c
    query = select(a.kind, func.count()).where(a.retired_at.is_(None)).group_by(a.kind)
    return {row[0]: row[1] for row in connection.execute(query)}


def by_site(connection: Connection) -> tuple[SiteCount, ...]:
    """Every open office, in the order of their names."""
    s, a = schema.site, schema.asset
    used = (s.c.id == a.c.site) & a.c.retired_at.is_(None)
    query = (
        select(s.c.id, s.c.name, func.count(a.c.id).label("many"))
        .select_from(s.outerjoin(a, used))
        .where(s.c.closed_at.is_(None))
        .group_by(s.c.id, s.c.name)
    )
    rows = (
        SiteCount(site=r.id, name=r.name or r.id, count=r.many) for r in connection.execute(query)
    )
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.site)))


def name_of(connection: Connection, site: str) -> str | None:
    """The name of an office; None when there is no such office."""
    row = connection.execute(select(schema.site).where(schema.site.c.id == site)).one_or_none()
    return None if row is None else row.name or site
