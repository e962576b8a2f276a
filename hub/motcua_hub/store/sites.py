"""Sites: made known, locked for the length of a transaction, and what they say of themselves."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

_HEARD: Final = (
    update(schema.site_live)
    .where(schema.site_live.c.site == bindparam("of_site"))
    .values(last_event_at=bindparam("now"), last_seen_at=bindparam("now"))
)
_LOCK: Final = (
    select(schema.site_live.c.site)
    .where(schema.site_live.c.site.in_(bindparam("names", expanding=True)))
    .order_by(schema.site_live.c.site)
    .with_for_update()
)


def lock_sites(connection: Connection, sites: Iterable[str], now: int) -> None:
    """Make sites known and hold them until the end of the transaction.

    In one order everywhere, so that two ingest processes never wait for each other. SQLite has
    one writer anyway.
    """
    names = sorted(set(sites))
    known = set(connection.scalars(_LOCK, {"names": names}))
    if len(known) == len(names):
        return
    fresh = [name for name in names if name not in known]
    insert_new(connection, schema.site, [{"id": name, "created_at": now} for name in fresh])
    insert_new(connection, schema.site_live, [{"site": name} for name in fresh])
    connection.scalars(_LOCK, {"names": names}).all()


def set_live(connection: Connection, site: str, **values: Any) -> None:  # noqa: ANN401 - columns
    """Change columns of the site's `site_live` row."""
    live = schema.site_live
    connection.execute(update(live).where(live.c.site == site).values(**values))


def heard_events(connection: Connection, sites: Iterable[str], now: int) -> None:
    """Say that events of these sites came now."""
    rows = [{"of_site": site, "now": now} for site in sites]
    if rows:
        connection.execute(_HEARD, rows)


def count_live(connection: Connection, site: str, column: str, by: int) -> None:
    """Add to one of the site's counters."""
    live = schema.site_live
    set_live(connection, site, **{column: live.c[column] + by})
