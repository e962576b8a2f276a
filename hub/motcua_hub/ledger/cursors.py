"""How far a part of the ledger has read."""

from sqlalchemy import Connection, select

from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table = schema.ledger_cursor


def at(connection: Connection, name: str) -> int:
    """How far; 0 before the first time."""
    return connection.scalar(select(table.c.at).where(table.c.name == name)) or 0


def move(connection: Connection, name: str, to: int) -> None:
    """Read up to here."""
    put(connection, table, [{"name": name, "at": to}])
