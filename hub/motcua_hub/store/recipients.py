"""Who is told of interruptions: five groups, dated; an entry ends, it is never deleted."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, insert, select, update

from motcua_hub.domain.notice.model import Recipient
from motcua_hub.store import schema

table: Final = schema.notice_recipient
_COLUMNS: Final = tuple(table.c[name] for name in Recipient.__struct_fields__)
LIMITS: Final = {"name": 120, "address": 200}


def everyone(connection: Connection) -> list[Recipient]:
    """All entries, past and future ones too."""
    query = select(*_COLUMNS).order_by(table.c.grp, table.c.name, table.c.id)
    return [Recipient(**row) for row in connection.execute(query).mappings()]


def add(
    connection: Connection,
    *,
    grp: str,
    name: str,
    channel: str,
    address: str,
    valid_from: date,
    actor: str,
    now: int,
) -> int:
    """Name somebody from a day on; return the entry's id."""
    values = {
        "grp": grp,
        "name": name,
        "channel": channel,
        "address": address,
        "valid_from": valid_from.isoformat(),
        "added_at": now,
        "added_by": actor,
    }
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made


def finish(connection: Connection, recipient: int, last: date, actor: str) -> Recipient | None:
    """End an entry with a day; the entry as it was, None when there is none or it has ended."""
    query = select(*_COLUMNS).where(table.c.id == recipient, table.c.valid_until.is_(None))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    connection.execute(
        update(table)
        .where(table.c.id == recipient, table.c.valid_until.is_(None))
        .values(valid_until=last.isoformat(), ended_by=actor)
    )
    return Recipient(**row)
