"""Policies of upkeep: every version that the organisation ever decided on, and from which day."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select

from motcua_hub.domain.upkeep.policy import PRODUCT, Policy, Version
from motcua_hub.store import schema

table: Final = schema.upkeep_policy


def _version(row: Any) -> Version:  # noqa: ANN401 - a row of the table
    values = dict(row)
    values["policy"] = msgspec.json.decode(values.pop("body"), type=Policy)
    return Version(**values)


def on(connection: Connection, day: date) -> Version:
    """The version that holds on a local day: of those that began, the latest; else the product's.

    Of two that begin on one day the one written down later holds.
    """
    query = select(table).where(table.c.begins <= day.isoformat())
    newest = query.order_by(table.c.begins.desc(), table.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return PRODUCT if row is None else _version(row)


def versions(connection: Connection) -> list[Version]:
    """All of them, the newest first; the product's own last."""
    rows = connection.execute(select(table).order_by(table.c.id.desc())).mappings()
    return [*(_version(row) for row in rows), PRODUCT]


def newest(connection: Connection) -> int:
    """The number of the version written down last; 0 before the first."""
    return connection.scalar(select(func.max(table.c.id))) or 0


def add(
    connection: Connection, policy: Policy, *, begins: str, why: str, actor: str, now: int
) -> int:
    """Write a version down; its number."""
    values = {
        "begins": begins,
        "body": msgspec.json.encode(policy).decode(),
        "why": why,
        "made_at": now,
        "made_by": actor,
    }
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made
