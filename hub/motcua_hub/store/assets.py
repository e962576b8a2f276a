"""The registry: which devices an office has, as people wrote it down."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from motcua_hub.store import schema
from motcua_hub.store.sites import lock_sites

table = schema.asset


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What a person writes down of a device; `component` is the name its health comes under."""

    kind: str
    name: str
    component: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    address: str = ""
    note: str = ""


class Asset(Described, frozen=True, kw_only=True):
    """One row. Times are UTC ms; a retired device stays for its history."""

    id: int
    site: str
    added_at: int
    changed_at: int
    retired_at: int | None = None
    retired_why: str = ""


_COLUMNS: Final = tuple(table.c[name] for name in Asset.__struct_fields__)


class ComponentTakenError(ValueError):
    """Another device of this office reports under this name."""


def _asset(row: dict[str, object]) -> Asset:
    return Asset(**{**row, "component": row["component"] or ""})  # type: ignore[arg-type]


def of_site(connection: Connection, site: str, *, retired: bool = True) -> list[Asset]:
    """The devices of an office, those in use first, in the order of their names."""
    query = select(*_COLUMNS).where(table.c.site == site)
    if not retired:
        query = query.where(table.c.retired_at.is_(None))
    rows = connection.execute(query.order_by(table.c.name, table.c.id)).mappings()
    found = [_asset(dict(row)) for row in rows]
    return sorted(found, key=lambda asset: asset.retired_at is not None)


def everything(connection: Connection) -> list[Asset]:
    """All devices of all offices."""
    rows = connection.execute(select(*_COLUMNS).order_by(table.c.site, table.c.id)).mappings()
    return [_asset(dict(row)) for row in rows]


def find(connection: Connection, site: str, asset_id: int) -> Asset | None:
    """One device of an office."""
    query = select(*_COLUMNS).where(table.c.site == site, table.c.id == asset_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _asset(dict(row))


def _check_free(connection: Connection, site: str, component: str, but: int | None) -> None:
    if not component:
        return
    mine = (table.c.site == site, table.c.component == component, table.c.retired_at.is_(None))
    taken = connection.scalar(select(table.c.id).where(*mine, table.c.id != (but or 0)))
    if taken is not None:
        raise ComponentTakenError(component)


def _values(said: Described) -> dict[str, object]:
    values = msgspec.structs.asdict(said)
    return {**values, "component": said.component or None}


def add(connection: Connection, site: str, said: Described, now: int) -> int:
    """Register a device; return its id. Raises ComponentTakenError."""
    lock_sites(connection, [site], now)
    _check_free(connection, site, said.component, None)
    values = {**_values(said), "site": site, "added_at": now, "changed_at": now}
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made


def change(connection: Connection, asset: Asset, said: Described, now: int) -> None:
    """Write down something else of a device in use. Raises ComponentTakenError."""
    lock_sites(connection, [asset.site], now)
    _check_free(connection, asset.site, said.component, asset.id)
    values = {**_values(said), "changed_at": now}
    connection.execute(update(table).where(table.c.id == asset.id).values(values))


def retire(connection: Connection, asset: Asset, why: str, now: int) -> bool:
    """Take a device out of use and free its component's name; False if it was retired before."""
    done = connection.execute(
        update(table)
        .where(table.c.id == asset.id, table.c.retired_at.is_(None))
        .values(retired_at=now, retired_why=why[:400], component=None)
    )
    return done.rowcount == 1


def take_in(
    connection: Connection, listed: Sequence[tuple[str, Described]], now: int
) -> tuple[int, int]:
    """Register devices, given as site and description; how many were new, how many changed.

    A device in use of the same site, class and name is the same device, so that a list can be
    read in again. Raises ComponentTakenError; the caller's transaction takes all or none.
    """
    known = {
        (asset.site, asset.kind, asset.name): asset
        for asset in everything(connection)
        if asset.retired_at is None
    }
    added = changed = 0
    for site, said in listed:
        asset = known.get((site, said.kind, said.name))
        if asset is None:
            add(connection, site, said, now)
            added += 1
        elif _differs(asset, said):
            change(connection, asset, said, now)
            changed += 1
    return added, changed


def _differs(asset: Asset, said: Described) -> bool:
    held = msgspec.structs.asdict(asset)
    return any(held[name] != value for name, value in msgspec.structs.asdict(said).items())
