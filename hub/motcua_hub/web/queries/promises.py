"""Promises of deadlines for people: what holds now, what comes, and what held before."""

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.incident.promises import Promised, Scope, Version
from motcua_hub.store import promises, schema
from motcua_hub.web.queries.routing import sites_of


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A version with the names of what it is for."""

    version: Version
    unit: str
    site: str


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The page at a moment. `newest` is the last decision."""

    whole: Version
    special: tuple[Named, ...]
    ahead: tuple[Named, ...]
    past: tuple[Named, ...]
    newest: int
    units: dict[int, str]
    sites: dict[str, str]


def board(connection: Connection, now: int) -> Board:
    """Everything that was decided, as it stands at `now` (UTC ms)."""
    held = promises.load(connection)
    force = held.in_force(now)
    units, sites = units_of(connection), sites_of(connection)
    every = {u.id: u.name for u in connection.execute(select(schema.unit.c.id, schema.unit.c.name))}

    def named(version: Version) -> Named:
        scope = version.scope
        unit = every.get(scope.unit or 0, "")
        return Named(version=version, unit=unit, site=sites.get(scope.site, scope.site))

    others = sorted(held.versions, key=lambda one: (one.begins, one.id), reverse=True)
    return Board(
        whole=next(each for each in force if each.scope.everything),
        special=tuple(named(each) for each in force if not each.scope.everything),
        ahead=tuple(named(each) for each in reversed(others) if each.begins > now),
        past=tuple(named(each) for each in others if each.begins <= now),
        newest=promises.newest(held.versions),
        units=units,
        sites=sites,
    )


def units_of(connection: Connection) -> dict[int, str]:
    """Units that have not ended: id to name."""
    u = schema.unit.c
    rows = connection.execute(select(u.id, u.name).where(u.ends.is_(None)).order_by(u.name, u.id))
    return {row.id: row.name for row in rows}


def of_promise(connection: Connection, promise: Promised | None) -> Named | None:
    """What one incident was promised, with names; None: nothing."""
    if promise is None:
        return None
    found = [one for one in promises.load(connection).versions if one.id == promise.version]
    scope = Scope(unit=promise.unit, responsible=promise.responsible, site=promise.site)
    version = found[0] if found else Version(id=promise.version, scope=scope)
    names = select(schema.unit.c.name).where(schema.unit.c.id == scope.unit)
    place = select(schema.site.c.name).where(schema.site.c.id == scope.site)
    unit = connection.scalar(names) if scope.unit is not None else ""
    site = connection.scalar(place) if scope.site else ""
    return Named(version=version, unit=unit or "", site=site or scope.site)
