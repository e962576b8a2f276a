"""Targets that come by themselves: a site's link, its Pi, and the devices it tells of.

    ensure(connection, now) -> int     one round, inside `writing`; how many were added

A site's link and Pi are there as soon as the site is; a device when its health is first told, or
when the registry has it with an address. People may rename, re-parent and retire them: what was
retired does not come back by itself.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from motcua_hub.domain.health.kinds import is_inner
from motcua_hub.ledger import targets
from motcua_hub.ledger.names import BROKER, device_of, link_of, pi_of
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import schema


def ensure(connection: Connection, now: int) -> int:
    """Add what is not there yet, parents first."""
    known = set(connection.scalars(select(schema.target.c.id)))
    fresh = [each for each in _wanted(connection) if each.id not in known]
    added: set[str] = set()
    for each in fresh:
        if each.id not in added:
            targets.add(connection, each, now)
            added.add(each.id)
    return len(added)


def _wanted(connection: Connection) -> Iterator[Target]:
    site = schema.site
    rows = connection.execute(select(site.c.id, site.c.name, site.c.closed_at).order_by(site.c.id))
    sites = {row.id: row.name or row.id for row in rows if row.closed_at is None}
    for name, called in sites.items():
        yield _link(name, called)
        yield _pi(name, called)
    yield from _registered(connection, sites)
    yield from _told_of(connection, sites)


def _link(site: str, called: str) -> Target:
    rules = Rules(vantages=(BROKER,))
    return Target(id=link_of(site), name=called, kind=Kind.SITE_LINK, site=site, rules=rules)


def _pi(site: str, called: str) -> Target:
    return Target(
        id=pi_of(site),
        name=f"Raspberry Pi · {called}",
        kind=Kind.DEVICE,
        site=site,
        parent=link_of(site),
        component="controller",
        rules=Rules(vantages=(site,)),
    )


def _registered(connection: Connection, sites: Iterable[str]) -> Iterator[Target]:
    asset = schema.asset
    query = select(asset).where(asset.c.retired_at.is_(None)).order_by(asset.c.id)
    for row in connection.execute(query):
        probed = bool(row.address)
        if row.site in sites and (row.component or probed):
            name = row.component or f"asset-{row.id}"
            yield _device(row.site, name, row.name, component=row.component, asset=row.id)


def _told_of(connection: Connection, sites: Iterable[str]) -> Iterator[Target]:
    told = schema.device_health
    query = select(told.c.site, told.c.component).order_by(told.c.site, told.c.component)
    for row in connection.execute(query):
        if row.site in sites and not is_inner(row.component):
            yield _device(row.site, row.component, row.component, component=row.component)


def _device(
    site: str, name: str, called: str, *, component: str | None, asset: int | None = None
) -> Target:
    return Target(
        id=device_of(site, name),
        name=called,
        kind=Kind.DEVICE,
        site=site,
        parent=pi_of(site),
        component=component,
        asset=asset,
        rules=Rules(vantages=(site,)),
    )
