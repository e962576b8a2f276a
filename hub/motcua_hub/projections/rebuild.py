"""Computing a site's projections again from its events."""

from sqlalchemy import Connection, delete, select

from motcua_hub.projections import history
from motcua_hub.projections.advance import NAME, VERSION, mark, take_in
from motcua_hub.store import schema
from motcua_hub.store.sites import lock_sites


def rebuild_site(connection: Connection, site: str, now: int) -> None:
    """Empty the site's projected tables and fill them from the replica, in one transaction."""
    lock_sites(connection, [site], now)
    for table in schema.PROJECTED:
        connection.execute(delete(table).where(table.c.site == site))
    for chunk in history.in_order(connection, site):
        take_in(connection, {site: chunk})
    mark(connection, [site], now)


def rebuild_outdated(connection: Connection, now: int) -> list[str]:
    """Rebuild sites whose projections were made by older rules; return their ids."""
    table = schema.projection
    old = select(table.c.site).where(table.c.name == NAME, table.c.version < VERSION)
    sites = list(connection.scalars(old))
    for site in sites:
        rebuild_site(connection, site, now)
    return sites
