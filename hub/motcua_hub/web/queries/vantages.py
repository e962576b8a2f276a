"""Vantages: the hub and every office that is not closed."""

import msgspec
from sqlalchemy import Connection, select

from motcua_contract.probes import Reference
from motcua_hub.ledger import probes
from motcua_hub.ledger.names import HUB
from motcua_hub.store import schema


class Vantage(msgspec.Struct, frozen=True, kw_only=True):
    """Who probes how many targets, with which references."""

    id: str
    name: str
    targets: int
    references: tuple[Reference, ...]


def listed(connection: Connection) -> tuple[Vantage, ...]:
    """The hub first, then offices by name."""
    s = schema.site.c
    query = select(s.id, s.name).where(s.closed_at.is_(None)).order_by(s.name, s.id)
    sites = [(row.id, row.name or row.id) for row in connection.execute(query)]
    return tuple(_vantage(connection, name, title) for name, title in [(HUB, ""), *sites])


def _vantage(connection: Connection, name: str, title: str) -> Vantage:
    told = probes.probe_list(connection, name)
    return Vantage(id=name, name=title, targets=len(told.probes), references=told.references)
